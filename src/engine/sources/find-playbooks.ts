import { join } from 'node:path';
import { readTextFile } from '../../document/read-text-file.ts';

/** In bytes. */
const largest = 4 * 1024 * 1024;

/** Those of the files below a folder that look like playbooks: lists of plays with hosts and scripts. */
export async function findPlaybooks(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names.filter(one => /\.ya?ml$/.test(one)).toSorted()) {
    const text = await readTextFile(join(folder, name), largest);
    if (text.ok && looksLikePlaybook(text.value)) found.push(name);
  }
  return found;
}

/** Told by its lines: Ansible's own have no scripts, and what is not valid is to be told so. */
function looksLikePlaybook(text: string): boolean {
  return /^-[ \t]+\S/m.test(text) && /^[- ] *hosts[ \t]*:/m.test(text) && /^[- ] *scripts[ \t]*:/m.test(text);
}
