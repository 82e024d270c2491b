/** A play of two runs; undefined: that run does not have it. */
export interface PairedPlays<Play> {
  readonly name: string;
  readonly from: Play | undefined;
  readonly to: Play | undefined;
}

/** The plays of both runs by their names, those of the first run first. Plays may have the same name: the second of them is another one. */
export function pairPlays<Play extends { readonly name: string }>(
  before: readonly Play[],
  after: readonly Play[],
): readonly PairedPlays<Play>[] {
  const old = byName(before);
  const now = byName(after);
  return [...new Set([...old.keys(), ...now.keys()])].map(key => {
    const from = old.get(key);
    const to = now.get(key);
    return { name: (to ?? from)?.name ?? '', from, to };
  });
}

function byName<Play extends { readonly name: string }>(plays: readonly Play[]): Map<string, Play> {
  const named = new Map<string, Play>();
  const counts = new Map<string, number>();
  for (const play of plays) {
    const count = (counts.get(play.name) ?? 0) + 1;
    counts.set(play.name, count);
    named.set(`${count}\0${play.name}`, play);
  }
  return named;
}
