import type { JsonValue } from '../model/json.ts';
import type { Resolving } from './resolve-playbook.ts';
import { checkTemplate, hasTemplate } from './template.ts';

/** Keys whose text is never a template, however it looks. */
const literal: ReadonlySet<string> = new Set(['inline', 'command']);

/** Reports every template in a playbook that cannot be read, before any host's variables are known. */
export function checkTemplates({ tree, report }: Resolving): void {
  const visit = (value: JsonValue, path: readonly (string | number)[]): void => {
    if (typeof value === 'string') {
      if (!hasTemplate(value)) return;
      const problem = checkTemplate(value);
      if (problem === undefined) return;
      report({
        severity: 'error',
        code: problem.code,
        message: problem.message,
        cure: 'write "{{ name }}"',
        place: tree.place(path, 'value'),
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        if (!Array.isArray(value) && literal.has(key)) continue;
        visit(child, [...path, Array.isArray(value) ? Number(key) : key]);
      }
    }
  };
  visit(tree.value, []);
}
