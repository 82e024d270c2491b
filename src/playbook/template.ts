import { Liquid, type Template } from 'liquidjs';
import type { JsonValue } from '../model/json.ts';
import { err, ok, type Result } from '../model/result.ts';

/** Strict: an unknown name or filter is an error, and no template can reach a file or a prototype. */
const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  lenientIf: true,
  templates: {},
  // A playbook's value is one line as a rule; the number keeps a slip from running away.
  parseLimit: 1e6,
  renderLimit: 1000,
  memoryLimit: 1e7,
});

export interface TemplateProblem {
  readonly code: 'template-syntax' | 'unknown-variable';
  readonly message: string;
  /** The name that is not known. */
  readonly variable?: string;
}

/** A text with `{{ … }}` or `{% … %}` in it. */
export function hasTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

type Parsed =
  | { readonly kind: 'expression'; readonly expression: string }
  | { readonly kind: 'text'; readonly templates: Template[] };

const parsed = new Map<string, Result<Parsed, TemplateProblem>>();

/** Whether a text is a template that can be read, without filling it in. */
export function checkTemplate(text: string): TemplateProblem | undefined {
  const result = parse(text);
  return result.ok ? undefined : result.error;
}

/** Fills in a template. One that is a single `{{ expression }}` gives the expression's own type, else a text. */
export function fillTemplate(
  text: string,
  variables: Readonly<Record<string, unknown>>,
): Result<JsonValue, TemplateProblem> {
  const template = parse(text);
  if (!template.ok) return template;
  try {
    const value =
      template.value.kind === 'expression'
        ? liquid.evalValueSync(template.value.expression, { ...variables })
        : liquid.renderSync(template.value.templates, { ...variables });
    return ok((value ?? null) as JsonValue);
  } catch (error) {
    return err(explain(error));
  }
}

function parse(text: string): Result<Parsed, TemplateProblem> {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const result = parseAnew(text);
  parsed.set(text, result);
  return result;
}

function parseAnew(text: string): Result<Parsed, TemplateProblem> {
  try {
    const templates = liquid.parse(text);
    const whole = /^\s*\{\{-?((?:(?!\}\}|\{\{)[\s\S])*?)-?\}\}\s*$/.exec(text);
    if (whole?.[1] !== undefined) return ok({ kind: 'expression', expression: whole[1].trim() });
    return ok({ kind: 'text', templates });
  } catch (error) {
    return err(explain(error));
  }
}

function explain(error: unknown): TemplateProblem {
  if (!(error instanceof Error)) throw error;
  const unknown = /^undefined variable: ([^,\s]+)/.exec(error.message)?.[1];
  if (unknown !== undefined)
    return { code: 'unknown-variable', message: `no variable "${unknown}"`, variable: unknown };
  // liquidjs adds its own idea of the line, which is not the playbook's.
  const reason = error.message.split('\n')[0]?.replace(/, line:\d+, col:\d+$/, '') ?? '';
  return { code: 'template-syntax', message: `the template cannot be filled in: ${reason}` };
}
