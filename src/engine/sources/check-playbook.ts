import { resolve } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { type Refusal, type RefusalKind, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { loadPlaybook } from '../../playbook/load-playbook.ts';
import type { Play } from '../../playbook/playbook.ts';
import type { LoadedPlaybook } from '../../playbook/resolve-playbook.ts';
import { checkPlaysWithStap } from './check-stap.ts';
import { lintPlaybook } from './lint-playbook.ts';
import type { PlaybookRequest } from './requests.ts';
import { loadAtRevision, selectAtRevision } from './select-at-revision.ts';
import { type SelectedPlays, selectPlays } from './select-plays.ts';

export interface CheckRequest extends PlaybookRequest {
  /** This machine's stap looks at the scripts too. */
  readonly stap?: boolean;
  /** Each of these two means `stap` too: the program, and a kernel's release or the folder of its tree. */
  readonly stapPath?: string;
  readonly kernel?: string;
}

/** Every finding in a playbook; without an error, `refusal` is undefined. */
export interface CheckedPlaybook {
  readonly diagnostics: readonly Diagnostic[];
  readonly refusal: RefusalKind | undefined;
}

/** Looks at a playbook; with an inventory, at its hosts and templates too. Touches nothing. */
export async function checkPlaybook(
  path: string,
  request: CheckRequest,
  signal: AbortSignal,
): Promise<CheckedPlaybook> {
  if (request.inventory !== undefined) {
    const all = { ...request, tags: ['all', 'never'] };
    const selected =
      request.ref === undefined ? await selectPlays(path, all, signal) : await selectAt(request.ref, path, all, signal);
    if (!selected.ok) return refused(selected.error);
    return withStap(selected.value.playbook.plays, selected.value.warnings, request, signal);
  }
  const loaded = await (request.ref === undefined ? load(path) : loadAtRevision(request.ref, path, signal));
  if (!loaded.ok) return refused(loaded.error);
  const { playbook, warnings } = loaded.value;
  return withStap(playbook.plays, [...warnings, ...lintPlaybook(playbook)], request, signal);
}

function refused({ kind, diagnostics }: Refusal): CheckedPlaybook {
  return { diagnostics, refusal: kind };
}

async function load(path: string): Promise<Result<LoadedPlaybook, Refusal>> {
  const loaded = await loadPlaybook(path);
  return loaded.ok ? loaded : err(refuseInput(loaded.error));
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

/** With what stap says besides, where it is asked, apart from what has been said of the same place in better words. */
async function withStap(
  plays: readonly Play[],
  known: readonly Diagnostic[],
  { stap, stapPath, kernel }: CheckRequest,
  signal: AbortSignal,
): Promise<CheckedPlaybook> {
  const isAsked = stap || stapPath !== undefined || kernel !== undefined;
  // stap works in a folder of its own: what is a path is made whole.
  const wholeIfPath = (text: string): string => (text.includes('/') ? resolve(text) : text);
  const program = stapPath === undefined ? 'stap' : resolve(stapPath);
  const tree = kernel === undefined ? undefined : wholeIfPath(kernel);
  const said = isAsked ? await checkPlaysWithStap(plays, { program, kernel: tree, signal }) : [];
  const keyOf = ({ place }: Diagnostic): string => JSON.stringify([place?.file, place?.line, place?.column]);
  const inPlace = known.filter(({ place }) => place !== undefined);
  const wrong = new Set(inPlace.filter(({ severity }) => severity === 'error').map(keyOf));
  const noted = new Set(inPlace.map(keyOf));
  const isNew = (one: Diagnostic): boolean => !(one.severity === 'error' ? wrong : noted).has(keyOf(one));
  const diagnostics = [...known, ...said.filter(isNew)];
  const isWrong = diagnostics.some(({ severity }) => severity === 'error');
  return { diagnostics, refusal: isWrong ? 'invalid-input' : undefined };
}
