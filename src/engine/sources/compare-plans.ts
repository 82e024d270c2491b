import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { findRepository } from '../../git/find-revision.ts';
import { runGit } from '../../git/run-git.ts';
import { readLastKernels } from '../../history/read/read-last-kernels.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { HostName } from '../../model/ids.ts';
import type { DiffSide, PlanDiff, PlaybookDiff } from '../../model/plan-diff.ts';
import { type Refusal, refuse, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { diffOutlines } from '../../plan/outline/diff-outlines.ts';
import { type KnownKernel, outlinePlay, type PlayOutline } from '../../plan/outline/outline-play.ts';
import { probedFilesOf } from '../prepare/probed-files-of.ts';
import { findPlaybooks } from './find-playbooks.ts';
import { type OpenRevision, openRevision } from './open-revision.ts';
import type { PlaybookRequest } from './requests.ts';
import { selectFromRevision } from './select-at-revision.ts';
import { type SelectedPlays, selectPlays } from './select-plays.ts';

export interface ComparedPlans {
  readonly diff: PlanDiff;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Compares what would be planned at two revisions, or at one and in the working tree. Asks no host: kernels are those of
 * earlier runs, in `stateDirectory`. `operands` are the second revision, if any, and playbooks, which end in .yml or .yaml;
 * without playbooks, all that either version has below this folder.
 */
export async function comparePlans(
  from: string,
  operands: readonly string[],
  request: PlaybookRequest,
  { stateDirectory, signal }: { readonly stateDirectory: string; readonly signal: AbortSignal },
): Promise<Result<ComparedPlans, Refusal>> {
  const { refs, playbooks } = sortOperands(from, operands);
  const [first = '', second, ...more] = refs;
  if (more.length > 0) {
    const message = `there are more than two revisions: ${refs.join(' ')}`;
    const cure = 'playbooks end in .yml or .yaml, or stand behind ./';
    return err(refuse('wrong-usage', { code: 'wrong-usage', message, cure }));
  }
  const pathInside = playbooks[0] ?? 'x';
  const before = await openRevision(first, pathInside, signal);
  if (!before.ok) return before;
  await using old = before.value;
  const after = second === undefined ? undefined : await openRevision(second, pathInside, signal);
  if (after?.ok === false) return after;
  await using now = after?.value;
  const root = await findRepository(pathInside, signal);
  if (!root.ok) return err(refuseInput([root.error]));

  const named =
    playbooks.length > 0 ? playbooks : [...(await listPlaybooks(old, signal)), ...(await listPlaybooks(now, signal))];
  const warnings: Diagnostic[] = [];
  const unknown = new Set<HostName>();
  const context: Context = { request, kernels: readLastKernels(stateDirectory), signal, warnings, unknown };
  const changed: PlaybookDiff[] = [];
  for (const playbook of [...new Set(named)].sort()) {
    const compared = await comparePlaybook(playbook, old, now, context);
    if (!compared.ok) return compared;
    if (compared.value !== undefined) changed.push(compared.value);
  }
  const diff: PlanDiff = {
    format: 'tapbook-plan-diff/1',
    from: sideOf(old, root.value),
    to: sideOf(now, root.value),
    playbooks: changed,
    unknownKernels: [...unknown],
  };
  return ok({ diff, warnings: withoutRepeats(warnings) });
}

/** Undefined where both versions plan the same. Hosts without a known kernel go into `unknown`. */
async function comparePlaybook(
  playbook: string,
  old: OpenRevision,
  now: OpenRevision | undefined,
  context: Context,
): Promise<Result<PlaybookDiff | undefined, Refusal>> {
  const was = await readSide(playbook, old, context);
  const is = await readSide(playbook, now, context);
  if (!was.ok || !is.ok) {
    const refusals = [was, is].flatMap(side => (side.ok ? [] : [side.error]));
    const diagnostics = withoutRepeats(refusals.flatMap(one => one.diagnostics));
    return err({ kind: refusals[0]?.kind ?? 'invalid-input', diagnostics });
  }
  if (was.value === undefined && is.value === undefined) return err(refuseInput([nowhere(playbook)]));
  const plays = diffOutlines(was.value ?? [], is.value ?? []);
  if (plays.length === 0) return ok(undefined);
  for (const host of [...(was.value ?? []), ...(is.value ?? [])].flatMap(({ hosts }) => hosts)) {
    if (!context.kernels.has(host)) context.unknown.add(host);
  }
  const state = was.value === undefined ? 'added' : is.value === undefined ? 'gone' : 'both';
  return ok({ playbook, state, plays });
}

/** Revisions are given as `A B`, or as `A..B` like git's. */
function sortOperands(
  from: string,
  operands: readonly string[],
): { readonly refs: readonly string[]; readonly playbooks: readonly string[] } {
  const isPlaybook = (word: string): boolean => /\.ya?ml$/.test(word) || word.startsWith('./') || word.startsWith('/');
  const [, left, right] = /^(.+?)(?<!\.)\.\.([^.].*)?$/.exec(from) ?? [];
  const first = left === undefined ? [from] : [left, right ?? 'HEAD'];
  return {
    refs: [...first, ...operands.filter(word => !isPlaybook(word))],
    playbooks: operands.filter(isPlaybook),
  };
}

/** Paths relative to this folder. */
async function listPlaybooks(files: OpenRevision | undefined, signal: AbortSignal): Promise<readonly string[]> {
  if (files !== undefined) {
    const here = await files.find('x');
    const folder = await files.find('.');
    if (here.kind === 'outside' || folder.kind !== 'copy') return [];
    return findPlaybooks(folder.path, await readdir(folder.path, { recursive: true }));
  }
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = await runGit('.', args, { signal });
  return listed.ok ? findPlaybooks('.', [...new Set(listed.value.output.toString('utf8').split('\0'))]) : [];
}

interface Context {
  readonly request: PlaybookRequest;
  readonly kernels: ReadonlyMap<HostName, KnownKernel>;
  readonly signal: AbortSignal;
  readonly warnings: Diagnostic[];
  /** Hosts whose kernel no earlier run has seen. */
  readonly unknown: Set<HostName>;
}

/** A playbook's plays in one version: undefined where it is not there, empty where it selects no host. */
async function readSide(
  playbook: string,
  files: OpenRevision | undefined,
  { request, kernels, signal, warnings }: Context,
): Promise<Result<readonly PlayOutline[] | undefined, Refusal>> {
  if (!(await isThere(playbook, files))) return ok(undefined);
  const selected =
    files === undefined
      ? await selectPlays(playbook, request, signal)
      : await selectFromRevision(files, playbook, request, signal);
  if (!selected.ok && selected.error.kind === 'no-hosts') {
    warnings.push(...selected.error.diagnostics.map((one): Diagnostic => ({ ...one, severity: 'warning' })));
    return ok([]);
  }
  if (!selected.ok) return selected;
  const plays = 'selected' in selected.value ? selected.value.selected : selected.value;
  return ok(outlineAll(plays, kernels));
}

async function isThere(playbook: string, files: OpenRevision | undefined): Promise<boolean> {
  if (files !== undefined) return (await files.find(playbook)).kind === 'copy';
  return stat(playbook).then(
    () => true,
    () => false,
  );
}

function outlineAll({ plays }: SelectedPlays, kernels: Context['kernels']): readonly PlayOutline[] {
  return plays.map(({ play, hosts, builders, scripts }) =>
    outlinePlay({
      play,
      hosts: hosts.map(({ name }) => name),
      buildHosts: builders.map(({ name }) => name),
      scripts,
      probedBy: bound => probedFilesOf(bound, play),
      kernelOf: host => kernels.get(host),
      digest: text => createHash('sha256').update(text).digest('hex').slice(0, 12),
    }),
  );
}

function sideOf(files: OpenRevision | undefined, root: string): DiffSide {
  if (files === undefined) return { workTree: root };
  const { ref, commit } = files.revision;
  return { ref, commit };
}

function nowhere(playbook: string): Diagnostic {
  const message = `there is no playbook ${playbook} in either version`;
  return { severity: 'error', code: 'unreadable-file', message };
}

/** A file outside of the repository is reported by both versions. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map(one => [JSON.stringify(one), one])).values()];
}
