import { secretMark, unsafeText, vaultedText } from '../document/ansible-marks.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { Host } from '../model/host.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { isMapping, scalarText } from '../model/python-scalars.ts';
import { err, ok, type Result } from '../model/result.ts';
import { hasTemplate, parseTemplate, type Template } from './template.ts';
import type { TemplateProblem } from './template-problem.ts';

/** What templates see on one host. */
export interface HostVariables {
  fill(text: string): Filled;
}

type Filled = Result<JsonValue, TemplateProblem>;
type Path = readonly (string | number)[];

/** How deep variables may refer to each other. */
const deepest = 20;

/** Parsed templates by their text: each is parsed once, however many hosts there are. */
export type TemplateCache = Map<string, Result<Template, TemplateProblem>>;

export interface Surroundings {
  readonly playVars: JsonObject;
  readonly extraVars: JsonObject;
  /** Decrypts a text of ansible-vault. Called only for texts that a template needs. */
  readonly decrypt?: (encrypted: string) => Result<string, TemplateProblem>;
}

/**
 * The variables of a host, weakest first: its own with those of its groups, the play's, those of `-e`, and the two that cannot
 * be set. Variables may be templates, too. Only the parts that a template needs are filled in, since an inventory may hold
 * variables for other tools.
 */
export function createHostVariables(
  host: Pick<Host, 'name' | 'groups' | 'vars'>,
  { playVars, extraVars, decrypt }: Surroundings,
  templates: TemplateCache,
): HostVariables {
  const own: JsonObject = { inventory_hostname: host.name, group_names: host.groups };
  const layers = [own, extraVars, playVars, host.vars];
  const filled = new Map<string, Filled>();

  const fill = (text: string, trail: readonly string[]): Filled => {
    const known = templates.get(text);
    const template = known ?? parseTemplate(text);
    if (known === undefined) templates.set(text, template);
    if (!template.ok) return template;
    const scope: Record<string, JsonValue> = {};
    for (const path of template.value.mentions) {
      const [root] = path;
      const layer = layers.find(one => Object.hasOwn(one, String(root)));
      const value = layer?.[String(root)];
      if (root === undefined || value === undefined) continue;
      const picked = pick(scope[root] ?? value, path.slice(1), [root], trail);
      if (!picked.ok) return err(withTrail(picked.error, String(root)));
      scope[root] = picked.value;
    }
    const result = template.value.fill(scope);
    return result.ok ? result : err(withHint(result.error, layers));
  };

  /** Fills in the part of a value at the path. Its neighbours stay as they are. */
  const pick = (value: JsonValue, rest: Path, path: Path, trail: readonly string[]): Filled => {
    const [step] = rest;
    if (typeof step === 'string' && isJsonObject(value) && Object.hasOwn(value, step)) {
      const inner = pick(value[step] ?? null, rest.slice(1), [...path, step], trail);
      return inner.ok ? ok({ ...value, [step]: inner.value }) : inner;
    }
    const name = path.join('.');
    const known = filled.get(name);
    if (known !== undefined) return known;
    if (trail.includes(name) || trail.length >= deepest) {
      const round = [...trail.slice(Math.max(0, trail.indexOf(name))), name].join(' → ');
      const message = trail.includes(name)
        ? `variables refer to themselves: ${round}`
        : `variables nest too deep: ${round}`;
      return err({ code: 'template-cycle', message, cure: 'give one of them a plain value' });
    }
    const result = fillAll(value, text => fill(text, [...trail, name]), decrypt);
    filled.set(name, result);
    return result;
  };

  return { fill: text => fill(text, []) };
}

/** Fills in every text of a value, at any depth, except unsafe and decrypted ones. */
function fillAll(value: JsonValue, fill: (text: string) => Filled, decrypt: Surroundings['decrypt']): Filled {
  if (typeof value === 'string') return hasTemplate(value) ? fill(value) : ok(value);
  if (typeof value !== 'object' || value === null) return ok(value);
  const unsafe = unsafeText(value);
  if (unsafe !== undefined) return ok(unsafe);
  if (value === secretMark) return err(secretProblem);
  const encrypted = vaultedText(value);
  if (encrypted !== undefined) return open(encrypted, decrypt);
  if (scalarText(value) !== undefined) return ok(value);
  const entries: [string, JsonValue][] = [];
  for (const [key, child] of Object.entries(value)) {
    const result = fillAll(child, fill, decrypt);
    if (!result.ok) return result;
    entries.push([key, result.value]);
  }
  return ok(Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries));
}

/** Secrets are refused: plans, logs and the process lists of hosts show the values of a script. */
export const secretProblem: TemplateProblem = {
  code: 'secret-value',
  message:
    'a password, or a value out of a vault, is not put into scripts: plans, logs and process lists would show it',
  cure: 'use a variable that is not encrypted',
};

function open(encrypted: string, decrypt: Surroundings['decrypt']): Filled {
  const code = 'encrypted-value';
  if (decrypt === undefined) {
    const cure = 'give --vault-password-file or --ask-vault-pass';
    return err({ code, message: 'a value is encrypted by ansible-vault', cure });
  }
  return decrypt(encrypted);
}

/** A problem within a variable is marked at its name in the playbook: the rest is written elsewhere. */
function withTrail(problem: TemplateProblem, root: string): TemplateProblem {
  const isNamed = problem.code === 'template-cycle' || problem.message.includes(' (in the variable ');
  const message = isNamed ? problem.message : `${problem.message} (in the variable "${root}")`;
  return { ...problem, message, part: root };
}

function withHint(problem: TemplateProblem, layers: readonly JsonObject[]): TemplateProblem {
  if (problem.variable === undefined || problem.cure !== undefined) return problem;
  const steps = problem.variable.split('.');
  const [root = ''] = steps;
  let container: JsonValue = Object.assign({}, ...[...layers].reverse()) as JsonObject;
  for (const [depth, step] of steps.entries()) {
    if (!isMapping(container)) break;
    const next: JsonValue | undefined = Object.hasOwn(container, step) ? container[step] : undefined;
    if (next === undefined) {
      const hint = didYouMean(step, Object.keys(container));
      const cure = `set it in vars, group_vars, host_vars or with -e ${root}=…`;
      return { ...problem, cure: hint ?? (depth === 0 ? cure : `it has: ${Object.keys(container).join(', ')}`) };
    }
    container = next;
  }
  return problem;
}
