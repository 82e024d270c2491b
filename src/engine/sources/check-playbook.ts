import { resolve } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { inFileOrder } from '../../model/in-file-order.ts';
import { optional } from '../../model/optional.ts';
import type { Refusal, RefusalKind } from '../../model/refusal.ts';
import { ok, type Result } from '../../model/result.ts';
import { loadPlaybook } from '../../playbook/load-playbook.ts';
import type { Playbook } from '../../playbook/playbook.ts';
import { checkPlaysWithStap } from './check-plays-with-stap.ts';
import { checkProbedNames, type KnownBinaries } from './check-probed-names.ts';
import { confinementOf } from './confinement-of.ts';
import { expandingOf } from './expanding-of.ts';
import { type LintedPlaybook, lintPlaybook } from './lint-playbook.ts';
import type { PlaybookRequest } from './requests.ts';
import { lintAtRevision, selectAtRevision } from './select-at-revision.ts';
import { type SelectedPlays, selectPlays } from './select-plays.ts';

export interface CheckRequest extends PlaybookRequest {
  /** Has this machine's stap check the scripts too. */
  readonly stap?: boolean;
  /** The stap program; implies `stap`. */
  readonly stapPath?: string;
  /** A kernel's release, or the folder of its tree; implies `stap`. */
  readonly kernel?: string;
  /** The binaries that were read before. Default: none. */
  readonly binaries?: KnownBinaries;
}

/** Every finding in a playbook. `refusal` is undefined where none is an error. */
export interface CheckedPlaybook {
  readonly diagnostics: readonly Diagnostic[];
  readonly refusal: RefusalKind | undefined;
}

/** Checks a playbook; with an inventory, also its hosts and templates. Connects to no host. */
export async function checkPlaybook(
  path: string,
  request: CheckRequest,
  signal: AbortSignal,
): Promise<CheckedPlaybook> {
  if (request.inventory !== undefined) {
    const all = { ...request, tags: ['all', 'never'] };
    const selected =
      request.ref === undefined ? await selectPlays(path, all, signal) : await selectAt(request.ref, path, all, signal);
    if (selected.ok) return withStap(selected.value.playbook, selected.value.warnings, request, signal);
    const notRun = selected.error.diagnostics.filter(({ code }) => code === 'untrusted-folder');
    if (notRun.length > 0) return checkWithoutHosts(path, notRun, request, signal);
    if (!isStapAsked(request)) return refused(selected.error);
    const { kind, diagnostics } = selected.error;
    const linted = await lint(path, request, signal);
    const checked = await withStap(linted.ok ? linted.value.playbook : undefined, diagnostics, request, signal);
    return { ...checked, refusal: kind };
  }
  const linted = await lint(path, request, signal);
  if (!linted.ok) return refused(linted.error);
  return withStap(linted.value.playbook, linted.value.findings, request, signal);
}

/** Where hosts would come from a program that is not run: the playbook alone, and what was not looked at. */
async function checkWithoutHosts(
  path: string,
  notRun: readonly Diagnostic[],
  request: CheckRequest,
  signal: AbortSignal,
): Promise<CheckedPlaybook> {
  const { inventory: _, ...rest } = request;
  const { diagnostics, refusal } = await checkPlaybook(path, rest, signal);
  const told = notRun.map((one): Diagnostic => {
    return { ...one, severity: 'warning', message: `${one.message}; hosts and templates are not checked` };
  });
  return { diagnostics: [...diagnostics, ...told], refusal };
}

function refused({ kind, diagnostics }: Refusal): CheckedPlaybook {
  return { diagnostics, refusal: kind };
}

async function lint(
  path: string,
  request: CheckRequest,
  signal: AbortSignal,
): Promise<Result<LintedPlaybook, Refusal>> {
  if (request.ref !== undefined) return lintAtRevision(request.ref, path, request, signal);
  const options = { confinement: confinementOf(request), ...optional('expand', expandingOf(request, signal)) };
  return ok(lintPlaybook(await loadPlaybook(path, options)));
}

function isStapAsked({ stap, stapPath, kernel }: CheckRequest): boolean {
  return stap === true || stapPath !== undefined || kernel !== undefined;
}

async function selectAt(
  ref: string,
  path: string,
  request: CheckRequest,
  signal: AbortSignal,
): Promise<Result<SelectedPlays, Refusal>> {
  const found = await selectAtRevision(ref, path, request, signal);
  return found.ok ? ok(found.value.selected) : found;
}

/** Adds what known binaries, and stap if it is asked, find, but for places of which the lints have already told. */
async function withStap(
  playbook: Playbook | undefined,
  linted: readonly Diagnostic[],
  request: CheckRequest,
  signal: AbortSignal,
): Promise<CheckedPlaybook> {
  const { binaries } = request;
  const misses = playbook === undefined || binaries === undefined ? [] : await checkProbedNames(playbook, binaries);
  const isTold = new Set(linted.flatMap(one => (one.place === undefined ? [] : [keyOf(one)])));
  const news = misses.filter(one => !isTold.has(keyOf(one)));
  const known = news.length === 0 ? linted : inFileOrder([...linted, ...news], playbook?.files);
  const { stapPath, kernel } = request;
  // stap runs in a folder of its own, so paths are made absolute.
  const program = stapPath === undefined ? 'stap' : resolve(stapPath);
  const tree = kernel?.includes('/') ? resolve(kernel) : kernel;
  const plays = playbook?.plays ?? [];
  const options = { program, kernel: tree, unquoted: playbook?.unquoted ?? [], signal };
  const found = isStapAsked(request) ? await checkPlaysWithStap(plays, options) : [];
  const inPlace = known.filter(({ place }) => place !== undefined);
  const withError = new Set(inPlace.filter(({ severity }) => severity === 'error').map(keyOf));
  const withFinding = new Set(inPlace.map(keyOf));
  const isNew = (one: Diagnostic): boolean => !(one.severity === 'error' ? withError : withFinding).has(keyOf(one));
  const diagnostics = found.length === 0 ? known : inFileOrder([...known, ...found.filter(isNew)], playbook?.files);
  const isWrong = diagnostics.some(({ severity }) => severity === 'error');
  return { diagnostics, refusal: isWrong ? 'invalid-input' : undefined };
}

function keyOf({ place }: Diagnostic): string {
  return JSON.stringify([place?.file, place?.line, place?.column]);
}
