import { isJsonObject, type JsonValue } from '../model/json.ts';
import type { Result } from '../model/result.ts';
import { hasTemplate, parseTemplate } from '../template/template.ts';
import { keepWritten } from './keep-written.ts';
import { pointAt } from './point-at.ts';
import { processText } from './process-text.ts';
import { isWay } from './resolve-target-process.ts';
import type { Resolving } from './resolving.ts';
import type { SalvagedPlaybook } from './salvage-playbook.ts';
import { outputPath, type ValueProblem, wholeText } from './value-text.ts';

type Path = readonly (string | number)[];

/** Reports problems of templates and values that do not depend on the variables of hosts. */
export function checkValues({ tree, report }: Resolving, isRefused: SalvagedPlaybook['isRefused']): void {
  visit(tree.value, [], (value, path) => {
    if (isRefused(path)) return;
    if (typeof value === 'number' || !hasTemplate(value)) {
      checkPlain(keepWritten(value, path, tree), path);
      return;
    }
    const text = value;
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

  function checkPlain(value: JsonValue, path: Path): void {
    const [, , , section, name] = path;
    const checked = checkValue(value, section, name);
    if (checked === undefined || checked.ok) return;
    report({ severity: 'error', ...checked.error, place: tree.place(path, 'value') });
  }
}

function checkValue(
  value: JsonValue,
  section: Path[0] | undefined,
  name: Path[0] | undefined,
): Result<string, ValueProblem> | undefined {
  if (section === 'args') return wholeText(value, `args[${name}]`);
  // Its length is checked later: the limit depends on the script's options.
  if (section === 'globals') return wholeText(value, `global ${name}`);
  if (section === 'target_process') return isWay(name) ? processText(value, name) : undefined;
  return section === 'output' && name === 'file' ? outputPath(value) : undefined;
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

/** Every text and number, except where `{{` has a meaning of its own: in a script, in a shell command, behind `x-`. */
function visit(value: JsonValue, path: Path, look: (value: string | number, path: Path) => void): void {
  if (typeof value === 'string' || typeof value === 'number') look(value, path);
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, index], look);
  else if (isJsonObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      const isOwn = path.length < 4 && (key === 'inline' || key === 'command' || key.startsWith('x-'));
      if (!isOwn) visit(child, [...path, key], look);
    }
  }
}
