import type { StpOutline, StpProbe } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import { pointsOf } from './probe-points.ts';

/** A body with the points at which it runs: those of the library where the script's own aliases are filled in. */
export interface ProbedBody {
  readonly probe: StpProbe;
  readonly points: readonly (readonly ParsedToken[])[];
  readonly body: readonly ParsedToken[];
  /** Whether its probe is certain to be there. */
  readonly sure: boolean;
}

/** In points that are looked at. Aliases of aliases can multiply; no real script comes near. */
const mostSteps = 100_000;

/**
 * The bodies of a script's probes, and those of its aliases that a probe uses. Left out are probes that may come to nothing:
 * `kernel.function("f")?`.
 */
export function probedBodies({ probes }: StpOutline): readonly ProbedBody[] {
  const aliases = new Map(
    probes.filter(({ kind }) => kind === 'alias').flatMap(alias => namesOf(alias).map(name => [name, alias] as const)),
  );
  const used = new Map<StpProbe, boolean>();
  let steps = 0;
  const read = (probe: StpProbe, sure: boolean): readonly ProbedBody[] => {
    const points: (readonly ParsedToken[])[] = [];
    const seen = new Set<StpProbe>([probe]);
    for (const one of seen) {
      for (const point of pointsBehind(one)) {
        if (++steps > mostSteps) return [];
        const alias = aliases.get(pathOf(point));
        if (alias === undefined) points.push(point);
        else {
          seen.add(alias);
          used.set(alias, sure || used.get(alias) === true);
        }
      }
    }
    const isOptional = [...seen].some(({ head }) => head.some(({ text }) => text === '?' || text === '!'));
    return isOptional ? [] : [{ probe, points, body: probe.body, sure }];
  };
  const own = probes
    .filter(({ kind }) => kind === 'probe')
    .flatMap(probe =>
      read(
        probe,
        probe.head.every(({ sure }) => sure),
      ),
    );
  return [...own, ...[...used].flatMap(([alias, sure]) => read(alias, sure))];
}

function namesOf({ head }: StpProbe): readonly string[] {
  const equals = head.findIndex(isEquals);
  return pointsOf(head.slice(0, equals)).map(pathOf);
}

function pointsBehind({ head }: StpProbe): readonly (readonly ParsedToken[])[] {
  return pointsOf(head.slice(head.findIndex(isEquals) + 1));
}

function isEquals({ text }: ParsedToken): boolean {
  return text === '=' || text === '+=';
}

function pathOf(point: readonly ParsedToken[]): string {
  return point.map(({ text }) => text).join('');
}
