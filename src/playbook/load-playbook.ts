import { readFile } from 'node:fs/promises';
import { readYaml } from '../document/read-yaml.ts';
import { validate } from '../document/validate.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, type Result } from '../model/result.ts';
import type { Playbook } from './playbook.ts';
import { resolvePlaybook } from './resolve-playbook.ts';
import type { TapbookPlaybook } from './written-playbook.ts';

/** A playbook that can be used, and what is worth a second look in it. */
export interface LoadedPlaybook {
  readonly playbook: Playbook;
  readonly warnings: readonly Diagnostic[];
}

/** Reads a playbook and the scripts that it names: YAML, then schema, then meaning. All errors of a stage at once. */
export async function loadPlaybook(path: string): Promise<Result<LoadedPlaybook, readonly Diagnostic[]>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return err([unreadable(path, error as NodeJS.ErrnoException)]);
  }
  const tree = readYaml({ path, text }, 'playbook');
  if (!tree.ok) return tree;
  const invalid = validate(tree.value, 'playbook');
  if (invalid.length > 0) return err(invalid);
  return resolvePlaybook(tree.value.value as unknown as TapbookPlaybook, tree.value);
}

function unreadable(path: string, { code, message }: NodeJS.ErrnoException): Diagnostic {
  const causes: Readonly<Record<string, string>> = {
    ENOENT: `there is no file ${path}`,
    EISDIR: `${path} is a folder, not a playbook`,
    EACCES: `${path} may not be read`,
  };
  return {
    severity: 'error',
    code: 'unreadable-file',
    message: causes[code ?? ''] ?? `cannot read ${path}: ${message}`,
  };
}
