import { readTextFile, type TextFileProblem } from '../document/read-text-file.ts';
import { readYaml } from '../document/read-yaml.ts';
import { validate } from '../document/validate.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, type Result } from '../model/result.ts';
import { findNearFile } from './find-near-file.ts';
import { type LoadedPlaybook, resolvePlaybook } from './resolve-playbook.ts';
import type { TapbookPlaybook } from './written-playbook.ts';

/** The largest playbook, in bytes: far above any real one. */
const largest = 4 * 1024 * 1024;

/** Reads a playbook and the scripts that it names: YAML, then schema, then meaning. All errors of a stage at once. */
export async function loadPlaybook(path: string): Promise<Result<LoadedPlaybook, readonly Diagnostic[]>> {
  const text = await readTextFile(path, largest);
  if (!text.ok) return err([await unreadable(path, text.error)]);
  const tree = readYaml({ path, text: text.value }, 'playbook');
  if (!tree.ok) return tree;
  const invalid = validate(tree.value, 'playbook');
  if (invalid.length > 0) return err(invalid);
  return resolvePlaybook(tree.value.value as unknown as TapbookPlaybook, tree.value);
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
