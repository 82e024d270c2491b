import type { Diagnostic } from '../model/diagnostic.ts';
import type { Host } from '../model/host.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { optional } from '../model/optional.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Located } from '../model/source.ts';
import {
  createHostVariables,
  type HostVariables,
  secretProblem,
  type TemplateCache,
} from '../template/host-variables.ts';
import { hasTemplate } from '../template/template.ts';
import { longestGlobal } from './longest-global.ts';
import type { BoundScript, KernelRule, Play, Script } from './playbook.ts';
import { pointAt } from './point-at.ts';
import { processText } from './process-text.ts';
import { argumentText, globalText, outputPath, type ValueProblem } from './value-text.ts';

/**
 * Fills in the templates of a play's scripts for one host. Variables, lowest first: the host's (its groups' merged in),
 * the play's, those of `-e`. All problems at once, each at the value in the playbook and naming the host.
 */
export function bindScripts(
  play: Play,
  host: Host,
  extraVars: JsonObject,
): Result<readonly BoundScript[], readonly Diagnostic[]> {
  const templates = templatesOf.get(play) ?? new Map();
  templatesOf.set(play, templates);
  const binding: Binding = {
    host,
    variables: createHostVariables(
      host,
      { playVars: play.vars, extraVars, decrypt: () => err(secretProblem) },
      templates,
    ),
    diagnostics: [],
  };
  const bound = play.scripts.map(script => bindScript(script, play.kernels, binding));
  return binding.diagnostics.length === 0 ? ok(bound) : err(binding.diagnostics);
}

/** A play is bound for thousands of hosts; its templates go with it when it does. */
const templatesOf = new WeakMap<Play, TemplateCache>();

interface Binding {
  readonly host: Host;
  readonly variables: HostVariables;
  readonly diagnostics: Diagnostic[];
}

function bindScript(script: Script, kernels: readonly KernelRule[], binding: Binding): BoundScript {
  const longest = longestGlobal(script, kernels);
  const args = script.args.map((arg, index) => bind(arg, value => argumentText(value, `args[${index}]`), binding));
  const globals = Object.entries(script.globals).map(([name, global]) => ({
    name,
    value: bind(global, value => globalText(value, `global ${name}`, longest), binding),
  }));
  const targetProcess = bindTargetProcess(script, binding);
  const outputFile = script.outputFile === undefined ? undefined : bind(script.outputFile, outputPath, binding);
  return { script, args, globals, ...optional('targetProcess', targetProcess), ...optional('outputFile', outputFile) };
}

function bindTargetProcess({ targetProcess }: Script, binding: Binding): BoundScript['targetProcess'] {
  if (targetProcess === undefined) return undefined;
  const { by } = targetProcess;
  return { ...targetProcess, value: bind(targetProcess.value, value => processText(value, by), binding) };
}

/** Problems that do not depend on the variables of a host. */
const isForAll: ReadonlySet<string> = new Set(['template-syntax', 'unknown-filter']);

/** The text of a value. A problem is noted, and the text is empty then. */
function bind(
  { value, place }: Located<JsonValue>,
  read: (value: JsonValue) => Result<string, ValueProblem>,
  { host, variables, diagnostics }: Binding,
): string {
  const isTemplate = typeof value === 'string' && hasTemplate(value);
  const filled = isTemplate ? variables.fill(value) : ok(value);
  const text = filled.ok ? read(filled.value) : filled;
  if (text.ok) return text.value;
  const { code, message, cure } = text.error;
  const part = filled.ok ? undefined : filled.error.part;
  diagnostics.push({
    severity: 'error',
    code,
    message: isForAll.has(code) ? message : `${message} for host ${host.name}`,
    ...(cure === undefined ? {} : { cure }),
    place: pointAt(place, part),
  });
  return '';
}
