import type { Place } from '../model/source.ts';
import { isLibraryMacro } from './is-library-macro.ts';
import type { StpGlobal, StpOutline } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';

export interface ScriptGlobal {
  readonly name: string;
  readonly place: Place;
  /** `array`: written with an index or a size, or used with one; aggregates too. Only scalars can be set at the load. */
  readonly shape: 'scalar' | 'array' | 'aggregate';
  /** stap makes no module parameter of a `private global`. */
  readonly visibility: 'public' | 'private';
  /** The kind of its initial value. Without one the type is not known here. */
  readonly initial?: 'number' | 'string';
  /** Whether code that may run names it. stap drops unused globals, and then they cannot be set. */
  readonly isUsed: boolean;
}

export function describeGlobals(outline: StpOutline, at: (token: ParsedToken) => Place): readonly ScriptGlobal[] {
  const shapes = new Map<string, 'array' | 'aggregate'>();
  for (const [index, token] of outline.tokens.entries()) {
    const shape = shapeOf(outline.tokens, index);
    if (shape !== undefined && !shapes.has(token.text)) shapes.set(token.text, shape);
  }
  const used = findUsed(outline);
  const firsts = new Map<string, StpGlobal>();
  for (const global of outline.globals) if (!firsts.has(global.name.text)) firsts.set(global.name.text, global);
  return [...firsts.values()].map(({ name, visibility, isArray, initial }) => ({
    name: name.text,
    place: at(name),
    shape: isArray ? 'array' : (shapes.get(name.text) ?? 'scalar'),
    visibility,
    ...(initial === undefined ? {} : { initial }),
    isUsed: used.has(name.text),
  }));
}

function shapeOf(tokens: readonly ParsedToken[], index: number): 'array' | 'aggregate' | undefined {
  const [before, token, next] = [tokens[index - 1]?.text, tokens[index], tokens[index + 1]?.text];
  if (token?.kind !== 'identifier' || before === '->') return undefined;
  // `in` may also be the name of a member of a C structure.
  if (next === '[' || (before === 'in' && tokens[index - 2]?.text !== '->')) return 'array';
  return next === '<<<' ? 'aggregate' : undefined;
}

/** Every word in a probe, and in the functions that are called from there. */
function findUsed({ probes, functions, tokens }: StpOutline): ReadonlySet<string> {
  const words = new Set<string>();
  const bodies = new Map<string, (readonly ParsedToken[])[]>();
  const waiting = probes.flatMap(({ head, condition, body }) => [head, condition, body]);
  // Embedded C and macros of the library may call any function.
  const isHidden = tokens.some(token => token.kind === 'embedded-c' || isLibraryMacro(token));
  for (const { name, body } of functions) {
    const same = bodies.get(name);
    if (isHidden) waiting.push(body);
    else if (same === undefined) bodies.set(name, [body]);
    else same.push(body);
  }
  for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
    for (const { kind, text } of body) {
      // Embedded C names globals as it likes: STAP_GLOBAL_GET_name.
      const found =
        kind === 'embedded-c' ? (text.match(/\w+/g) ?? []).map(word => word.replace(/^STAP_.*?ET_/, '')) : [text];
      for (const word of found) {
        if (words.has(word)) continue;
        words.add(word);
        for (const called of bodies.get(word) ?? []) waiting.push(called);
      }
    }
  }
  return words;
}
