import type { ModuleName } from './ids.ts';
import {
  compareSeverity,
  type Failure,
  type HostOutcome,
  isUneventful,
  joinFailures,
  type ScriptOutcome,
} from './outcome.ts';

/**
 * The outcome of a host by those of its scripts: the worst kind, with what all scripts of that kind say. Of several scripts
 * each is named, and `scripts` has all of which there is something to tell. `ok` for none.
 */
export function joinScriptOutcomes(ends: readonly ScriptOutcome[], planned: number): HostOutcome {
  const [worst] = ends.toSorted(compareSeverity);
  if (worst === undefined) return { kind: 'ok' };
  if (planned < 2) return withoutName(worst);
  // One that was left out beside others that ran is not to be overlooked.
  const told = ends.filter(end => end.kind === 'skipped' || !isUneventful(end));
  const scripts = told.length === 0 ? {} : { scripts: told };
  const alike = ends.filter(({ kind }) => kind === worst.kind);
  const failure = joinNamed(alike);
  switch (worst.kind) {
    case 'degraded': {
      const notes = nameAlike(alike.flatMap(end => ('notes' in end ? end.notes.map(note => [end.module, note]) : [])));
      return { kind: 'degraded', notes, ...scripts };
    }
    case 'failed':
    case 'left-behind':
      return { kind: worst.kind, failure: failure ?? worst.failure, ...scripts };
    case 'unreachable': {
      const vanished = alike.some(end => 'vanishedAfterLoad' in end) ? { vanishedAfterLoad: true as const } : {};
      return { kind: 'unreachable', failure: failure ?? worst.failure, ...vanished, ...scripts };
    }
    default:
      return { ...withoutName(worst), ...scripts };
  }
}

/** `io: no room in /tmp`, `io, net: no room in /tmp`; a text that names its only module stays as it is. */
export function nameScripts(modules: readonly ModuleName[], text: string): string {
  const [module] = modules;
  const isNamed = modules.length === 1 && module !== undefined && new RegExp(`\\b${module}\\b`).test(text);
  return isNamed ? text : `${modules.join(', ')}: ${text}`;
}

function joinNamed(ends: readonly ScriptOutcome[]): Failure | undefined {
  const groups = new Map<string, { readonly failure: Failure; readonly modules: ModuleName[] }>();
  for (const end of ends) {
    if (!('failure' in end)) continue;
    const { stage, cause, cure } = end.failure;
    const key = JSON.stringify([stage, cause, cure]);
    const group = groups.get(key) ?? { failure: end.failure, modules: [] };
    group.modules.push(end.module);
    groups.set(key, group);
  }
  const [first, ...others] = [...groups.values()].map(({ failure, modules }) => ({
    ...failure,
    cause: nameScripts(modules, failure.cause),
  }));
  return first === undefined ? undefined : joinFailures([first, ...others]);
}

function nameAlike(said: readonly (readonly [ModuleName, string])[]): readonly string[] {
  const modules = new Map<string, ModuleName[]>();
  for (const [module, text] of said) modules.set(text, [...(modules.get(text) ?? []), module]);
  return [...modules].map(([text, names]) => nameScripts(names, text));
}

function withoutName(end: ScriptOutcome): HostOutcome {
  // Where something is left behind its name is part of what is told.
  if (end.kind === 'left-behind') return end;
  const { module: _, ...outcome } = end;
  return outcome;
}
