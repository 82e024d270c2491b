import { isJsonObject, type JsonValue } from '../model/json.ts';
import { ok, type Result } from '../model/result.ts';
import { hasTemplate, parseTemplate } from '../template/template.ts';
import { pointAt } from './point-at.ts';
import { processText } from './process-text.ts';
import { isWay } from './resolve-target-process.ts';
import type { Resolving } from './resolving.ts';
import type { SalvagedPlaybook } from './salvage-playbook.ts';
import { argumentText, outputPath, type ValueProblem } from './value-text.ts';

type Path = readonly (string | number)[];

/** Reports problems of templates and values that do not depend on the variables of hosts. */
export function checkValues({ tree, report }: Resolving, isRefused: SalvagedPlaybook['isRefused']): void {
  visit(tree.value, [], (text, path) => {
    if (isRefused(path)) return;
    if (!hasTemplate(text)) {
      checkPlain(text, path);
      return;
    }
    const template = parseTemplate(text);
    const place = tree.place(path, 'value');
    if (!isFilled(path)) {
      const message = `a template cannot stand in ${path.findLast(step => typeof step === 'string')}`;
      const cure = 'templates are filled in within vars, args, globals, target_process and output.file';
      report({ severity: 'error', code: 'template-not-here', message, cure, place: pointAt(place, '{{') });
    } else if (!template.ok) {
      const { code, message, cure, part } = template.error;
      report({ severity: 'error', code, message, ...(cure && { cure }), place: pointAt(place, part) });
    }
  });

  function checkPlain(value: string, path: Path): void {
    const [, , , section, name] = path;
    const checked = checkText(value, section, name);
    if (checked === undefined || checked.ok) return;
    report({ severity: 'error', ...checked.error, place: tree.place(path, 'value') });
  }
}

function checkText(value: string, section: Path[0] | undefined, name: Path[0] | undefined) {
  const problems: Readonly<Record<string, () => Result<string, ValueProblem>>> = {
    args: () => argumentText(value, `args[${name}]`),
    // Its length is checked later: the limit depends on the script's options.
    globals: () => argumentText(value, `global ${name}`),
    output: () => (name === 'file' ? outputPath(value) : ok(value)),
    target_process: () => (isWay(name) ? processText(value, name) : ok(value)),
  };
  return problems[String(section)]?.();
}

/** Whether the text at a path is a template that is filled in for each host. */
function isFilled([, part, , section, name]: Path): boolean {
  if (part === 'vars') return true;
  const isOfScript =
    section === 'args' ||
    section === 'globals' ||
    (section === 'output' && name === 'file') ||
    (section === 'target_process' && isWay(name));
  return part === 'scripts' && isOfScript;
}

/** Every text, except where `{{` has a meaning of its own: in a script, in a shell command, behind `x-`. */
function visit(value: JsonValue, path: Path, look: (text: string, path: Path) => void): void {
  if (typeof value === 'string') look(value, path);
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, index], look);
  else if (isJsonObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      const isOwn = path.length < 4 && (key === 'inline' || key === 'command' || key.startsWith('x-'));
      if (!isOwn) visit(child, [...path, key], look);
    }
  }
}
