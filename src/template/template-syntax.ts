import type { TemplateProblem } from './template-problem.ts';

/**
 * Finds a syntax error in a template. The library is too lenient: it reads `{{ a b }}` as `a`, and ignores a missing
 * argument.
 */
export function findSyntaxProblem(text: string): TemplateProblem | undefined {
  const tag = /\{%-?\s*[a-z]+\s[^%]*%\}/.exec(text);
  if (tag !== null) {
    const message = 'only {{ name }} is understood here, not {% … %}';
    return { code: 'template-syntax', message, cure: 'use a variable, or a filter such as default', part: tag[0] };
  }
  for (let at = text.indexOf('{{'); at !== -1; at = text.indexOf('{{', at)) {
    const output = closedOutput.exec(text.slice(at))?.[0];
    if (output === undefined) {
      const part = text.slice(at);
      return { code: 'template-syntax', message: 'a template is not closed', cure: 'write {{ name }}', part };
    }
    const inside = output.replace(/^\{\{-?|-?\}\}$/g, '').trim();
    if (!expression.test(inside)) return { ...explain(inside, output), part: output };
    at += output.length;
  }
  return undefined;
}

const quoted = `"[^"]*"|'[^']*'`;
const name = '[A-Za-z_][\\w-]*';
const index = `\\[\\s*(?:\\d+|${quoted}|${name}(?:\\.${name})*)\\s*\\]`;
const operand = `(?:${quoted}|-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?|${name}(?:\\.${name}|${index})*)`;
const argument = `(?:${name}\\s*:\\s*)?${operand}`;
const filter = `\\s*\\|\\s*${name}(?:\\s*:\\s*${argument}(?:\\s*,\\s*${argument})*)?`;
const expression = new RegExp(`^${operand}(?:${filter})*$`);
const closedOutput = new RegExp(`^\\{\\{(?:${quoted}|[^}"']|\\}(?!\\}))*\\}\\}`);

function explain(inside: string, output: string): Omit<TemplateProblem, 'part'> {
  const code = 'template-syntax';
  if (inside === '') return { code, message: 'a template is empty', cure: 'write {{ name }}' };
  const call = new RegExp(`\\|\\s*(${name})\\(([^()]*)\\)`).exec(inside);
  if (call !== null) {
    const cure = `a filter's arguments follow a colon: | ${call[1]}: ${call[2]?.trim() || '…'}`;
    return { code, message: `${output} is no template that can be read`, cure };
  }
  const cure = 'write {{ name }}, {{ name.part }} or {{ name | filter: argument }}';
  return { code, message: `${output} is no template that can be read`, cure };
}
