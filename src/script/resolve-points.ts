import type { StpProbe } from './outline-stp.ts';
import { type PointComponent, type ProbePoint, readProbePoints } from './probe-components.ts';

/** A point with the aliases that the script or its tapsets have for it filled in. */
export interface ResolvedPoint extends ProbePoint {
  /** The point as the probe has it: the place of what an alias stands for. */
  readonly written: ProbePoint;
}

export interface ResolvedProbes {
  readonly points: readonly ResolvedPoint[];
  /** The aliases that are used, with their bodies. */
  readonly used: ReadonlySet<StpProbe>;
}

/** Aliases of aliases can multiply. No real script comes near. */
const mostSteps = 50_000;
const deepest = 30;

/**
 * The points of all probes. An alias stands for its own points, each with what the probe writes behind its name: `pg.mark("a")`
 * with `probe pg = process("/usr/bin/psql")`. A point with wildcards stands for every alias that it fits.
 */
export function resolvePoints(probes: readonly StpProbe[]): ResolvedProbes {
  const aliases = probes.filter(({ kind }) => kind === 'alias').flatMap(readAlias);
  const byName = new Map<string, Alias[]>();
  for (const alias of aliases) {
    const name = alias.name.join('.');
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [alias]);
    else same.push(alias);
  }
  const used = new Set<StpProbe>();
  const points: ResolvedPoint[] = [];
  let steps = 0;
  const resolve = (point: ProbePoint, written: ProbePoint, above: readonly StpProbe[]): void => {
    if (++steps > mostSteps) return;
    const { components, presence } = point;
    const withValue = components.findIndex(({ argument }) => argument !== undefined);
    const words = withValue === -1 ? components : components.slice(0, withValue);
    const fitting = above.length < deepest ? findFitting(words, aliases, byName) : [];
    const own = fitting.filter(({ probe }) => !above.includes(probe));
    // What fits many may fit those of the library as well.
    if (own.length === 0 || words[0]?.word.startsWith('*')) points.push({ ...point, written });
    for (const alias of own) {
      used.add(alias.probe);
      const isWild = words.slice(0, alias.name.length).some(({ word }) => word.includes('*'));
      const behind = components.slice(alias.name.length);
      for (const one of alias.points) {
        const isPossible = isWild || presence === 'possible';
        const next = { ...one, ...(isPossible ? { presence: 'possible' as const } : {}) };
        resolve({ ...next, components: [...one.components, ...behind] }, written, [...above, alias.probe]);
      }
    }
  };
  for (const probe of probes) {
    if (probe.kind === 'alias') continue;
    for (const point of readProbePoints(probe.head)) resolve(point, point, []);
  }
  return { points, used };
}

interface Alias {
  readonly probe: StpProbe;
  readonly name: readonly string[];
  readonly points: readonly ProbePoint[];
}

function readAlias(probe: StpProbe): readonly Alias[] {
  const equals = probe.head.findIndex(({ text }) => text === '=' || text === '+=');
  const points = readProbePoints(probe.head.slice(equals + 1));
  return readProbePoints(probe.head.slice(0, equals)).map(({ components }) => ({
    probe,
    name: components.map(({ word }) => word),
    points,
  }));
}

/** The aliases whose names the words begin with. */
function findFitting(
  words: readonly PointComponent[],
  aliases: readonly Alias[],
  byName: ReadonlyMap<string, readonly Alias[]>,
): readonly Alias[] {
  const path = words.map(({ word }) => word).join('.');
  // `**` stands for dots, too.
  if (path.includes('**')) return aliases.filter(({ name }) => matchesWord(path, name.join('.')));
  if (path.includes('*')) {
    return aliases.filter(
      ({ name }) =>
        name.length <= words.length && name.every((one, index) => matchesWord(words[index]?.word ?? '', one)),
    );
  }
  return words.flatMap(
    (_, index) =>
      byName.get(
        words
          .slice(0, index + 1)
          .map(({ word }) => word)
          .join('.'),
      ) ?? [],
  );
}

/** Whether a component with its wildcards stands for a word. */
export function matchesWord(pattern: string, word: string): boolean {
  if (!pattern.includes('*')) return pattern === word;
  const parts = pattern.split('*');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (word.length < first.length + last.length || !word.startsWith(first) || !word.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = word.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= word.length - last.length;
}
