import { join } from 'node:path';
import { readTextFile } from '../../document/read-text-file.ts';

const maxBytes = 4 * 1024 * 1024;

/** Which of these files below a folder look like playbooks: lists of plays with hosts and scripts. */
export async function findPlaybooks(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names.filter(one => /\.ya?ml$/.test(one)).toSorted()) {
    const text = await readTextFile(join(folder, name), maxBytes);
    if (text.ok && looksLikePlaybook(text.value)) found.push(name);
  }
  return found;
}

/** CheckedScript by lines, so that an invalid playbook is found too. Ansible's playbooks have no `scripts`. */
function looksLikePlaybook(text: string): boolean {
  return /^-[ \t]+\S/m.test(text) && /^[- ] *hosts[ \t]*:/m.test(text) && /^[- ] *scripts[ \t]*:/m.test(text);
}
