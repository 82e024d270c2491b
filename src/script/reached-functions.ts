import type { StpFunction, StpOutline } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';

/** The functions that a body calls, directly or through others. */
export function reachedFunctions({ functions }: StpOutline, caller: readonly ParsedToken[]): readonly StpFunction[] {
  const known = new Map<string, StpFunction[]>();
  for (const one of functions) known.set(one.name, [...(known.get(one.name) ?? []), one]);
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
