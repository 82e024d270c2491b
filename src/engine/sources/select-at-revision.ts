import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readTextFile } from '../../document/read-text-file.ts';
import type { Revision } from '../../git/revision.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { optional } from '../../model/optional.ts';
import { type Refusal, refuse, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { loadPlaybook } from '../../playbook/load-playbook.ts';
import { confinementOf } from './confinement-of.ts';
import { expandingOf } from './expanding-of.ts';
import { type LintedPlaybook, lintPlaybook } from './lint-playbook.ts';
import { type OpenRevision, openRevision } from './open-revision.ts';
import { planFormat } from './plan-format.ts';
import type { PlaybookRequest } from './requests.ts';
import { type SelectedPlays, selectPlays } from './select-plays.ts';

/** A playbook with its hosts, as they stood at a revision. */
export interface SelectedAtRevision {
  readonly selected: SelectedPlays;
  readonly revision: Revision;
  /** The inventories and `-e` files that lie outside of the repository: they are read from disk. */
  readonly fromDisk: readonly string[];
}

/**
 * `selectPlays` with playbook, scripts, inventory and variables as they were at `ref`, in the playbook's repository. Files
 * outside of the repository are read as they are now, with a warning. The copy of the revision is removed at the end.
 */
export async function selectAtRevision(
  ref: string,
  path: string,
  request: PlaybookRequest,
  signal: AbortSignal,
): Promise<Result<SelectedAtRevision, Refusal>> {
  const opened = await openRevision(ref, path, signal);
  if (!opened.ok) return opened;
  await using files = opened.value;
  return await selectFromRevision(files, path, request, signal);
}

/** `selectAtRevision` for a revision that is already open. */
export async function selectFromRevision(
  files: OpenRevision,
  path: string,
  request: PlaybookRequest,
  signal: AbortSignal,
): Promise<Result<SelectedAtRevision, Refusal>> {
  const playbook = await findPlaybook(path, files);
  if (!playbook.ok) return playbook;
  const sources = await Promise.all(
    (request.inventory ?? []).map(source => findInput(source, source, 'inventory', files)),
  );
  const extraVars = await Promise.all(
    (request.extraVars ?? []).map(text =>
      text.startsWith('@') ? findInput(text.slice(1), text, '-e', files) : asItIs(text),
    ),
  );
  const missing = [...sources, ...extraVars].flatMap(one => (one.kind === 'missing' ? [one.diagnostic] : []));
  if (missing.length > 0) return err(refuseInput(missing));
  const unreadable = await findLinkedOutVars([playbook.value, ...sources.map(one => one.text)], files);
  if (unreadable.length > 0) return err(refuseInput(unreadable));
  const fromDisk = [...sources, ...extraVars].flatMap(one => (one.kind === 'from-disk' ? [one] : []));
  const namers = request.inventoryNamers?.map(namer => (namer === 'user' ? namer : { ...namer, folder: files.copy }));
  const selected = await selectPlays(
    playbook.value,
    {
      ...request,
      ...(request.inventory === undefined ? {} : { inventory: sources.map(one => one.text) }),
      // A tapbook.yml of the revision names files of the revision.
      ...optional('inventoryNamers', namers),
      extraVars: extraVars.map(one => (one.kind === 'from-revision' ? `@${one.text}` : one.text)),
    },
    signal,
    files,
  );
  const diskWarnings = fromDisk.map(({ text, what }) => warnOfDisk(text, what, files.revision));
  if (!selected.ok) {
    const { kind, diagnostics } = selected.error;
    return err({ kind, diagnostics: [...files.rename(diagnostics), ...diskWarnings] });
  }
  const { inventory, warnings, ...rest } = selected.value;
  return ok({
    selected: {
      ...rest,
      inventory: { ...inventory, sources: inventory.sources.map(files.rename) },
      warnings: [...diskWarnings, ...files.rename(warnings)],
    },
    revision: files.revision,
    fromDisk: fromDisk.map(({ text }) => text.replace(/^@/, '')),
  });
}

/** A playbook alone, as it stood at a revision, with all that is to be said of it. */
export async function lintAtRevision(
  ref: string,
  path: string,
  request: Pick<PlaybookRequest, 'expand' | 'expandTrust' | 'confine'>,
  signal: AbortSignal,
): Promise<Result<LintedPlaybook, Refusal>> {
  const opened = await openRevision(ref, path, signal);
  if (!opened.ok) return opened;
  await using files = opened.value;
  const playbook = await findPlaybook(path, files);
  if (!playbook.ok) return playbook;
  const confinement = confinementOf(request, files.copy);
  const { playbook: read, findings } = lintPlaybook(
    await loadPlaybook(playbook.value, { confinement, ...optional('expand', expandingOf(request, signal)) }),
  );
  return ok({ playbook: files.rename(read), findings: files.rename(findings) });
}

const maxPlanBytes = 256 * 1024 * 1024;

async function findPlaybook(path: string, files: OpenRevision): Promise<Result<string, Refusal>> {
  const found = await files.find(path);
  if (found.kind !== 'copy') {
    const { ref, root } = files.revision;
    const message =
      found.kind === 'missing' ? `there is no playbook ${found.name} in ${root}` : `${path} lies outside of ${root}`;
    const cure = `git log --oneline -- ${path} shows which revisions have it; ${ref} has not`;
    return err(refuseInput([{ severity: 'error', code: 'unreadable-file', message, cure }]));
  }
  const text = await readTextFile(found.path, maxPlanBytes);
  if (text.ok && text.value.trimStart().startsWith('{') && planFormat(text.value) !== undefined) {
    const message = `--ref is for playbooks, and ${path} is a saved plan: it holds all that it needs`;
    return err(refuse('wrong-usage', { code: 'wrong-usage', message }));
  }
  return ok(found.path);
}

type Input =
  | { readonly kind: 'from-revision' | 'as-it-is'; readonly text: string }
  | { readonly kind: 'from-disk'; readonly text: string; readonly what: string }
  | { readonly kind: 'missing'; readonly text: string; readonly diagnostic: Diagnostic };

function asItIs(text: string): Input {
  return { kind: 'as-it-is', text };
}

async function findInput(path: string, given: string, what: string, files: OpenRevision): Promise<Input> {
  const found = await files.find(path);
  // A list of hosts: `a,b,`.
  if (found.kind === 'missing' && what === 'inventory' && path.includes(',')) return asItIs(given);
  if (found.kind === 'copy') return { kind: 'from-revision', text: found.path };
  if (found.kind === 'outside') return { kind: 'from-disk', text: given, what };
  const message = `there is no file ${found.name} in ${files.revision.root}`;
  const cure = `what lies in the repository is read as it was at ${files.revision.ref}: commit it, or keep it outside`;
  return { kind: 'missing', text: given, diagnostic: { severity: 'error', code: 'unreadable-file', message, cure } };
}

/** Folders of variables that are links out of the copy: they must not be silently missing. */
async function findLinkedOutVars(beside: readonly string[], files: OpenRevision): Promise<readonly Diagnostic[]> {
  const folders = new Set(beside.flatMap(path => [path, dirname(path)]));
  const paths = [...folders].flatMap(folder => [join(folder, 'group_vars'), join(folder, 'host_vars')]);
  const found = await Promise.all(
    paths.map(async (path): Promise<readonly Diagnostic[]> => {
      const error = await stat(path).then(
        () => undefined,
        (reason: NodeJS.ErrnoException) => reason,
      );
      if (error?.code !== 'ELOOP') return [];
      return [{ severity: 'error', code: 'unreadable-file', message: `cannot read ${path}: ${error.message}` }];
    }),
  );
  return files.rename(found.flat());
}

function warnOfDisk(text: string, what: string, { ref, root }: Revision): Diagnostic {
  const message = `${what} ${text.replace(/^@/, '')} lies outside of ${root}: it is read as it is now, not as of ${ref}`;
  return { severity: 'warning', code: 'not-at-revision', message };
}
