import { readTextFile, type TextFileProblem } from '../document/read-text-file.ts';
import { readYaml } from '../document/read-yaml.ts';
import { validate } from '../document/validate.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Faulty } from '../model/faulty.ts';
import { inFileOrder } from '../model/in-file-order.ts';
import { optional } from '../model/optional.ts';
import { err, ok, type Result } from '../model/result.ts';
import { findNearFile } from './find-near-file.ts';
import { isKeptWritten } from './keep-written.ts';
import type { Playbook } from './playbook.ts';
import { resolvePlaybook } from './resolve-playbook.ts';
import type { Resolving } from './resolving.ts';
import { salvagePlaybook } from './salvage-playbook.ts';

/** The largest playbook, in bytes: far above any real one. */
const largest = 4 * 1024 * 1024;

/** A playbook that can be used, and what is worth a second look in it. */
export interface LoadedPlaybook {
  readonly playbook: Playbook;
  readonly warnings: readonly Diagnostic[];
}

/** What is handed to whoever reads a playbook: nothing is read that the confinement refuses. */
export type LoadOptions = Pick<Resolving, 'confinement' | 'expand'>;

/**
 * Reads a playbook and the scripts that it names, and checks YAML, schema and meaning. The parts without faults are checked
 * even if others have some, so that all findings come at once. A finding that only follows from another is left out. The commands of
 * `expand` are run only where that is asked for. Throws only the reason of its signal.
 */
export async function loadPlaybook(
  path: string,
  { confinement, expand }: LoadOptions,
): Promise<Result<LoadedPlaybook, Faulty<Playbook>>> {
  const admission = confinement.admit(path, 'user');
  if (!admission.isRead) return err({ diagnostics: admission.findings });
  const text = await readTextFile(path, largest);
  if (!text.ok) return err({ diagnostics: [await unreadable(path, text.error)] });
  const source = { path, text: text.value, ...(admission.isQuoted ? {} : { unquoted: true as const }) };
  const read = readYaml(source, 'playbook', { isKept: isKeptWritten });
  const tree = read.ok ? read.value : read.error.rest;
  const unreadableParts = [...admission.findings, ...(read.ok ? [] : read.error.diagnostics)];
  if (tree === undefined) return err({ diagnostics: unreadableParts });
  const diagnostics = [...unreadableParts, ...validate(tree, 'playbook')];
  const salvaged = salvagePlaybook(tree);
  if (salvaged === undefined) return err({ diagnostics: inFileOrder(diagnostics) });
  const playbook = await resolvePlaybook(salvaged, tree, {
    report: diagnostic => diagnostics.push(diagnostic),
    confinement,
    ...optional('expand', expand),
  });
  const found = inFileOrder(diagnostics, playbook.files);
  if (found.some(({ severity }) => severity === 'error')) return err({ diagnostics: found, rest: playbook });
  return ok({ playbook, warnings: found });
}

async function unreadable(path: string, { kind, message }: TextFileProblem): Promise<Diagnostic> {
  const cures: Readonly<Record<TextFileProblem['kind'], string | undefined>> = {
    missing: await findNearFile(path, /\.ya?ml$/),
    directory: 'name a playbook in it',
    denied: `chmod +r ${path}`,
    'too-large': 'is it really a playbook?',
    failed: undefined,
  };
  const cure = cures[kind];
  return { severity: 'error', code: 'unreadable-file', message, ...(cure === undefined ? {} : { cure }) };
}
