import { readYaml } from '../../document/read-yaml.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { JsonObject } from '../../model/json.ts';
import { isMapping } from '../../model/python-scalars.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Confinement } from '../../process/confinement.ts';
import { largestText, readWithin } from '../../process/read-within.ts';
import { readKeyValues } from './read-key-values.ts';

export interface ExtraVars {
  readonly vars: JsonObject;
  /** Some come from files that no finding may quote. */
  readonly hasUnquoted: boolean;
  readonly warnings: readonly Diagnostic[];
}

/** Reads `-e` as Ansible does: `a=1 b='2 3'` (texts), a mapping in Ansible's JSON or YAML, or `@file`; a later one wins. */
export async function readExtraVars(
  given: readonly string[],
  confinement: Confinement,
): Promise<Result<ExtraVars, readonly Diagnostic[]>> {
  const vars: Record<string, JsonObject[string]> = {};
  const diagnostics: Diagnostic[] = [];
  let hasUnquoted = false;
  const fail = (message: string, cure: string): void => {
    diagnostics.push({ severity: 'error', code: 'extra-vars', message, cure });
  };
  for (const text of given) {
    if (text.startsWith('@') || /^\s*\{/.test(text)) {
      const path = text.startsWith('@') ? text.slice(1) : '-e';
      let content = text;
      const admission = path === '-e' ? undefined : confinement.admit(path, 'user');
      diagnostics.push(...(admission?.findings ?? []));
      if (admission?.isRead === false) continue;
      const unquoted = admission?.isQuoted === false ? { unquoted: true as const } : {};
      hasUnquoted ||= admission?.isQuoted === false;
      if (path !== '-e') {
        try {
          content = (await readWithin(path, largestText)).toString('utf8');
        } catch (error) {
          fail(
            `cannot read ${path}: ${(error as Error).message}`,
            'write -e @FILE with the path of a YAML or JSON file',
          );
          continue;
        }
      }
      const read = readYaml({ path, text: content, ...unquoted }, 'inventory', { isReplaced: () => true });
      if (!read.ok) diagnostics.push(...read.error.diagnostics);
      const tree = read.ok ? read.value : read.error.rest;
      if (tree !== undefined && isMapping(tree.value)) Object.assign(vars, tree.value);
      else if (read.ok) fail(`${path} is no mapping of names to values`, 'write name: value');
      continue;
    }
    const words = readKeyValues(text);
    if (!words.ok) fail(`cannot read ${JSON.stringify(text)}: ${words.error}`, 'quote the value as a whole');
    else
      for (const { word, pair } of words.value) {
        const [name = '', value = ''] = pair ?? [];
        if (/^[A-Za-z_]\w*$/.test(name)) vars[name] = value;
        else
          fail(
            `cannot read ${JSON.stringify(word)}`,
            `write -e name=value, and quote a value with blanks: -e "name='a b'"`,
          );
      }
  }
  const isRead = diagnostics.every(({ severity }) => severity === 'warning');
  return isRead ? ok({ vars, hasUnquoted, warnings: diagnostics }) : err(diagnostics);
}
