import type { StpFunction, StpOutline } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';

/** The functions that a body calls, directly or through others. */
export function reachedFunctions({ functions }: StpOutline, caller: readonly ParsedToken[]): readonly StpFunction[] {
  const known = indexOf(functions);
  const reached = new Set<StpFunction>();
  const reach = (body: readonly ParsedToken[]): void => {
    for (const [index, { kind, text, sure }] of body.entries()) {
      if (kind !== 'identifier' || !sure || body[index + 1]?.text !== '(') continue;
      for (const one of known.get(text) ?? []) reached.add(one);
    }
  };
  reach(caller);
  for (const { body } of reached) reach(body);
  return [...reached];
}

/** By their names, made once for a script. */
function indexOf(functions: readonly StpFunction[]): ReadonlyMap<string, readonly StpFunction[]> {
  const known = indices.get(functions) ?? groupByName(functions);
  indices.set(functions, known);
  return known;
}

const indices = new WeakMap<readonly StpFunction[], ReadonlyMap<string, readonly StpFunction[]>>();

function groupByName(functions: readonly StpFunction[]): ReadonlyMap<string, readonly StpFunction[]> {
  const named = new Map<string, StpFunction[]>();
  for (const one of functions) {
    const same = named.get(one.name);
    if (same === undefined) named.set(one.name, [one]);
    else same.push(one);
  }
  return named;
}
