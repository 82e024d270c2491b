import { resolve } from 'node:path';
import { checkPlaysWithStap } from '../../engine/sources/check-stap.ts';
import { lintPlaybook } from '../../engine/sources/lint-playbook.ts';
import { loadAtRevision, selectAtRevision } from '../../engine/sources/select-at-revision.ts';
import { type SelectedPlays, selectPlays } from '../../engine/sources/select-plays.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { loadPlaybook } from '../../playbook/load-playbook.ts';
import type { Play } from '../../playbook/playbook.ts';
import type { LoadedPlaybook } from '../../playbook/resolve-playbook.ts';
import type { PlaybookOptions } from '../arguments/options.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { type Refusal, refuseInput, sayDiagnostics } from '../say-diagnostics.ts';
import { catchSignals } from '../session/catch-signals.ts';

export interface CheckOptions extends PlaybookOptions {
  readonly stap?: boolean;
  /** Each of these two means `stap` too. */
  readonly stapPath?: string;
  readonly kernel?: string;
}

/** `tapbook check`: every finding in every playbook; with an inventory, its hosts and templates too. */
export async function check(playbooks: readonly string[], options: CheckOptions): Promise<ExitCode> {
  using interrupts = catchSignals(() => undefined);
  const diagnostics: Diagnostic[] = [];
  let code: ExitCode = exitCodes.ok;
  for (const path of playbooks) {
    const found = await checkOne(path, options, interrupts.stop);
    diagnostics.push(...found.diagnostics);
    if (found.exitCode !== exitCodes.ok) code = found.exitCode;
  }
  sayDiagnostics(diagnostics, options.format);
  if (options.format === 'text' && code === exitCodes.ok) {
    const what = playbooks.length === 1 ? `${playbooks[0]} is` : `${playbooks.length} playbooks are`;
    const when = options.ref === undefined ? '' : ` as of ${options.ref}`;
    process.stderr.write(`${what} valid${when}\n`);
  }
  return code;
}

interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: ExitCode;
}

async function checkOne(path: string, options: CheckOptions, signal: AbortSignal): Promise<Checked> {
  if (options.inventory !== undefined) {
    const all = { ...options, asker: options, tags: ['all', 'never'] };
    const selected =
      options.ref === undefined ? await selectPlays(path, all, signal) : await selectAt(options.ref, path, all, signal);
    if (!selected.ok) return selected.error;
    return withStap(selected.value.playbook.plays, selected.value.warnings, options, signal);
  }
  const loaded = await (options.ref === undefined ? load(path) : loadAtRevision(options.ref, path, signal));
  if (!loaded.ok) return loaded.error;
  const { playbook, warnings } = loaded.value;
  return withStap(playbook.plays, [...warnings, ...lintPlaybook(playbook)], options, signal);
}

async function load(path: string): Promise<Result<LoadedPlaybook, Refusal>> {
  const loaded = await loadPlaybook(path);
  return loaded.ok ? loaded : err(refuseInput(loaded.error));
}

async function selectAt(
  ref: string,
  path: string,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<Result<SelectedPlays, Refusal>> {
  const found = await selectAtRevision(ref, path, options, signal);
  return found.ok ? ok(found.value.selected) : found;
}

/** With what stap says besides, where it is asked, apart from what has been said of the same place in better words. */
async function withStap(
  plays: readonly Play[],
  known: readonly Diagnostic[],
  { stap, stapPath, kernel }: CheckOptions,
  signal: AbortSignal,
): Promise<Checked> {
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
  return { diagnostics, exitCode: isWrong ? exitCodes.invalidInput : exitCodes.ok };
}
