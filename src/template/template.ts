import { Context, Liquid, Output, type Template as Part, toValueSync, UndefinedVariableError } from 'liquidjs';
import { pythonText } from '../document/python-text.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { JsonValue } from '../model/json.ts';
import { scalarText } from '../model/python-scalars.ts';
import { err, ok, type Result } from '../model/result.ts';
import { fromLiquid, toLiquid } from './liquid-scalar.ts';
import { exactly, wholeFilters } from './number-filters.ts';
import { hideExponents, keepLiterals } from './number-literals.ts';
import type { TemplateProblem } from './template-problem.ts';
import { findSyntaxProblem } from './template-syntax.ts';

/** A text with `{{ … }}` in it, parsed; filled in as often as there are hosts. */
export interface Template {
  /** The variables that it mentions, as paths. A path ends before a part that is an expression itself. */
  readonly mentions: readonly (readonly (string | number)[])[];
  /** A template of a single `{{ expression }}` gives the expression's own type; any other gives a text, as Python writes it. */
  fill(variables: Readonly<Record<string, JsonValue>>): Result<JsonValue, TemplateProblem>;
}

/** The longest text a template may make, in UTF-16 code units. */
const longest = 65_536;
const tooLong = `a template makes a text longer than ${longest} characters`;

/** Strict: an unknown name or filter is an error, and no template can reach a file or a prototype. */
const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  lenientIf: true,
  templates: {},
  // No document can contain this. So `{%` is plain text, and the "{%d}" of a printf needs no escape.
  tagDelimiterLeft: '\0%',
  tagDelimiterRight: '%\0',
  parseLimit: 1e6,
  renderLimit: 1000,
  memoryLimit: 1e6,
});

for (const name of ['append', 'join', 'prepend']) {
  const filter = liquid.filters[name];
  if (typeof filter !== 'function') throw new Error(`the library has no filter ${name}`);
  liquid.registerFilter(name, function (...values: unknown[]) {
    return filter.apply(this, values.map(textsOf) as Parameters<typeof filter>);
  });
}

for (const [name, whole] of Object.entries(wholeFilters)) {
  const filter = liquid.filters[name];
  if (typeof filter !== 'function') throw new Error(`the library has no filter ${name}`);
  liquid.registerFilter(name, exactly(whole, filter as (...values: unknown[]) => unknown));
}

/** What filters that make a text of values get: each as Python writes it. */
function textsOf(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(item => (typeof item === 'boolean' || item === null ? pythonText(item) : item));
  return typeof value === 'boolean' ? pythonText(value) : value;
}

export function hasTemplate(text: string): boolean {
  return text.includes('{{') || /\{%-?\s*[a-z]+\s[^%]*%\}/.test(text);
}

/** Parses a text for which `hasTemplate` holds. */
export function parseTemplate(text: string): Result<Template, TemplateProblem> {
  if (text.length > longest) return err({ code: 'template-value', message: tooLong });
  const problem = findSyntaxProblem(text);
  if (problem !== undefined) return err(problem);
  try {
    const parts = liquid.parse(hideExponents(text));
    for (const part of parts) if (part instanceof Output) keepLiterals(part, text);
    const mentions = liquid
      .globalVariableSegmentsSync(parts)
      .map(segments => segments.slice(0, firstDynamic(segments)) as (string | number)[]);
    return ok({ mentions, fill: variables => fillParts(parts, text, variables) });
  } catch (error) {
    return err(explainParseError(error));
  }
}

function firstDynamic(segments: readonly unknown[]): number {
  const at = segments.findIndex(segment => typeof segment === 'object');
  return at === -1 ? segments.length : at;
}

function fillParts(
  parts: readonly Part[],
  written: string,
  variables: Readonly<Record<string, JsonValue>>,
): Result<JsonValue, TemplateProblem> {
  const [only] = parts;
  if (parts.length === 1 && only instanceof Output) {
    const value = evaluate(only, variables);
    return value.ok && typeof value.value === 'string' ? limitLength(value.value) : value;
  }
  let text = '';
  for (const part of parts) {
    if (!(part instanceof Output)) {
      text += liquid.renderSync([part]);
      continue;
    }
    const value = evaluate(part, variables);
    if (!value.ok) return value;
    // Ansible writes nothing for null.
    if (value.value === null) continue;
    const isText = typeof value.value !== 'object' || scalarText(value.value) !== undefined;
    if (!isText) return err(notText(value.value, written.slice(part.token.begin, part.token.end)));
    text += pythonText(value.value);
    if (text.length > longest) break;
  }
  return limitLength(text);
}

function evaluate(output: Output, variables: Readonly<Record<string, JsonValue>>): Result<JsonValue, TemplateProblem> {
  try {
    const context = new Context(toLiquid(variables) as object, liquid.options, { sync: true }, { liquid });
    return ok(fromLiquid(toValueSync(output.value.value(context, false))));
  } catch (error) {
    return err(explainError(error));
  }
}

function limitLength(text: string): Result<string, TemplateProblem> {
  if (text.length <= longest) return ok(text);
  return err({ code: 'template-value', message: tooLong });
}

function notText(value: JsonValue, part: string): TemplateProblem {
  const is = Array.isArray(value) ? 'a list' : 'a mapping';
  const cure = Array.isArray(value) ? 'add | join: ","' : 'name one of its values, or add | default: "…"';
  return { code: 'template-value', message: `${part} is ${is} and cannot stand in a text`, cure, part };
}

function explainParseError(error: unknown): TemplateProblem {
  const filter = error instanceof Error ? /undefined filter: (\S+?)(?:,|$)/.exec(error.message)?.[1] : undefined;
  if (filter === undefined) return explainError(error);
  const names = Object.keys(liquid.filters);
  const cure = didYouMean(filter, names) ?? 'the filters are those of Liquid, such as default, upcase, join';
  return { code: 'unknown-filter', message: `no filter "${filter}"`, cure, part: filter };
}

function explainError(error: unknown): TemplateProblem {
  if (!(error instanceof Error)) throw error;
  // The library adds a line number, but not that of the playbook.
  const message = (error.message.split('\n')[0] ?? '').replace(/, line:\d+, col:\d+$/, '');
  if (error instanceof UndefinedVariableError) {
    const variable = message.replace(/^undefined variable: /, '');
    return { code: 'unknown-variable', message: `no variable "${variable}"`, variable, part: variable };
  }
  return { code: 'template-value', message: `the template cannot be filled in: ${message}` };
}
