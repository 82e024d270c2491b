import type { Diagnostic } from '../model/diagnostic.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { Host } from '../model/host.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Located, Place } from '../model/source.ts';
import type { BoundScript, Play, Script } from './playbook.ts';
import { fillTemplate, hasTemplate } from './template.ts';

/** How deep variables may refer to each other. */
const deepest = 10;

/**
 * Fills in the templates of a play's scripts for one host. Variables, lowest first: the host's (its groups' merged in),
 * the play's, those of `-e`. All problems at once, each at the value in the playbook and naming the host.
 */
export function bindScripts(
  play: Play,
  host: Host,
  extraVars: JsonObject,
): Result<readonly BoundScript[], readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  const scope = createScope(play, host, extraVars);
  const binder: Binder = {
    fill(located) {
      if (typeof located.value !== 'string' || !hasTemplate(located.value)) return located.value;
      const filled = scope.fill(located.value);
      if (filled.ok) return filled.value;
      diagnostics.push(describeProblem(filled.error, located, host, scope));
      return undefined;
    },
    fail(code, message, cure, place) {
      diagnostics.push({ severity: 'error', code, message: `${message} (host ${host.name})`, cure, place });
    },
  };
  const bound = play.scripts.map(script => bindScript(script, binder));
  return diagnostics.length === 0 ? ok(bound) : err(diagnostics);
}

interface Binder {
  fill(located: Located<JsonValue>): JsonValue | undefined;
  fail(code: string, message: string, cure: string, place: Place): void;
}

function bindScript(script: Script, binder: Binder): BoundScript {
  const args = script.args.map((arg, index) => bindText(arg, `args[${index}]`, binder));
  const globals = Object.entries(script.globals).map(([name, value]) => {
    const text = bindText(value, `global ${name}`, binder);
    if (Buffer.byteLength(text) > 127) {
      const length = Buffer.byteLength(text);
      binder.fail('too-long', `global ${name} is ${length} bytes long`, 'SystemTap keeps 127', value.place);
    }
    return { name, value: text, place: value.place };
  });
  const outputFile = script.output === undefined ? undefined : bindPath(script.output.file, binder);
  return { script, args, globals, ...(outputFile === undefined ? {} : { outputFile }) };
}

/** An argument or a global as the text that stap or staprun is given. */
function bindText(located: Located<JsonValue>, what: string, binder: Binder): string {
  const value = binder.fill(located);
  if (value === undefined) return '';
  if (typeof value === 'string') {
    if (value.includes('\0')) binder.fail('not-text', `${what} holds a NUL byte`, 'take it out', located.place);
    return value;
  }
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  const is =
    typeof value === 'boolean'
      ? String(value)
      : value === null
        ? 'empty'
        : typeof value === 'number'
          ? String(value)
          : Array.isArray(value)
            ? 'a list'
            : 'a mapping';
  const cure =
    typeof value === 'boolean' ? 'write 1 or 0, or quote the word' : 'SystemTap has whole numbers and texts only';
  binder.fail('not-scalar', `${what} is ${is}, not a whole number or a text`, cure, located.place);
  return '';
}

/** A path that stays below the folder it belongs to, whatever the variables hold. */
function bindPath(located: Located<string>, binder: Binder): string | undefined {
  const value = binder.fill(located);
  if (value === undefined) return undefined;
  const path = String(value);
  const parts = path.split('/');
  const isSafe = parts.every(part => part !== '' && part !== '.' && part !== '..') && !/[\p{Cc}\\]/u.test(path);
  if (isSafe && path.length <= 1000) return path;
  binder.fail('unsafe-path', `"${path}" is no plain relative path`, 'leave away leading / and any ..', located.place);
  return undefined;
}

interface Scope {
  fill(text: string): ReturnType<typeof fillTemplate>;
  readonly names: () => readonly string[];
}

/** Variables may be templates themselves: they are filled in when they are asked for. */
function createScope(play: Play, host: Host, extraVars: JsonObject): Scope {
  const raw: Readonly<Record<string, JsonValue>> = {
    ...host.vars,
    ...play.vars,
    ...extraVars,
    inventory_hostname: host.name,
    group_names: host.groups,
  };
  const fill = (text: string, depth: number): ReturnType<typeof fillTemplate> => {
    if (depth > deepest) {
      return err({ code: 'template-syntax', message: 'its variables refer to each other without end' });
    }
    const mentioned: Record<string, JsonValue> = {};
    for (const name of text.match(/[A-Za-z_]\w*/g) ?? []) {
      const value = raw[name];
      if (value === undefined || !Object.hasOwn(raw, name)) continue;
      if (typeof value !== 'string' || !hasTemplate(value)) mentioned[name] = value;
      else {
        const inner = fill(value, depth + 1);
        if (!inner.ok) return inner;
        mentioned[name] = inner.value;
      }
    }
    return fillTemplate(text, mentioned);
  };
  return { fill: text => fill(text, 0), names: () => Object.keys(raw) };
}

function describeProblem(
  problem: Extract<ReturnType<typeof fillTemplate>, { ok: false }>['error'],
  { place }: Located<JsonValue>,
  host: Host,
  scope: Scope,
): Diagnostic {
  const { variable } = problem;
  const at = variable === undefined ? -1 : place.text.indexOf(variable, place.column - 1);
  const exact =
    variable === undefined || at === -1 ? place : { ...place, column: at + 1, endColumn: at + 1 + variable.length };
  const hint = variable === undefined ? undefined : didYouMean(variable, scope.names());
  return {
    severity: 'error',
    code: problem.code,
    message: `${problem.message} for host ${host.name}`,
    cure:
      hint ??
      (variable === undefined ? 'look at the template' : `set it in vars, host_vars, group_vars or -e ${variable}=…`),
    place: exact,
  };
}
