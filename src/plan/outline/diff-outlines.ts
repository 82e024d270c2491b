import type { HostName, ModuleName } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import { optional } from '../../model/optional.ts';
import type { BuildChange, DiffState, PlayChanges, ScriptChanges, ValueChange } from '../../model/plan-diff.ts';
import type { OutlinedBuild, PlayOutline, ScriptOutline } from './outline-play.ts';

/** Compares two versions of a playbook; only plays with changes are returned. */
export function diffOutlines(before: readonly PlayOutline[], after: readonly PlayOutline[]): readonly PlayChanges[] {
  return pairPlays(before, after)
    .map(([old, now]) => diffPlay(old, now))
    .filter(({ state, hosts, buildHosts, settings, scripts, builds }) => {
      const lists = [hosts.added, hosts.gone, buildHosts.added, buildHosts.gone, settings, scripts, builds];
      return state !== 'both' || lists.some(list => list.length > 0);
    });
}

type Pair = readonly [old: PlayOutline | undefined, now: PlayOutline | undefined];

/** Pairs plays by their names; the rest, which may have been renamed, by a script that both run. */
function pairPlays(before: readonly PlayOutline[], after: readonly PlayOutline[]): readonly Pair[] {
  const left = [...before];
  const take = (isSame: (play: PlayOutline) => boolean): PlayOutline | undefined => {
    const at = left.findIndex(isSame);
    return at === -1 ? undefined : left.splice(at, 1)[0];
  };
  const named = new Map(after.map(now => [now, take(({ name }) => name === now.name)]));
  const paired = after.map((now): Pair => {
    const shares = ({ scripts }: PlayOutline): boolean => [...scripts.keys()].some(script => now.scripts.has(script));
    return [named.get(now) ?? take(shares), now];
  });
  return [...paired, ...left.map((old): Pair => [old, undefined])];
}

function diffPlay(from: PlayOutline | undefined, to: PlayOutline | undefined): PlayChanges {
  const state = stateOf(from, to);
  return {
    play: (to ?? from)?.name ?? '',
    state,
    hosts: diffNames(from?.hosts, to?.hosts),
    buildHosts: diffNames(from?.buildHosts, to?.buildHosts),
    settings: state === 'both' ? diffValues(from?.settings ?? {}, to?.settings ?? {}) : [],
    scripts: diffScripts(from, to),
    builds: diffBuilds(from?.builds ?? new Map(), to?.builds ?? new Map()),
  };
}

function stateOf(from: unknown, to: unknown): DiffState {
  return from === undefined ? 'added' : to === undefined ? 'gone' : 'both';
}

function diffNames(from: readonly HostName[] = [], to: readonly HostName[] = []): PlayChanges['hosts'] {
  const old = new Set(from);
  const now = new Set(to);
  return { added: to.filter(name => !old.has(name)), gone: from.filter(name => !now.has(name)) };
}

function diffValues(
  from: Readonly<Record<string, JsonValue>>,
  to: Readonly<Record<string, JsonValue>>,
): readonly ValueChange[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap(name =>
    JSON.stringify(from[name]) === JSON.stringify(to[name])
      ? []
      : [{ name, ...optional('from', from[name]), ...optional('to', to[name]) }],
  );
}

function diffScripts(from: PlayOutline | undefined, to: PlayOutline | undefined): readonly ScriptChanges[] {
  const names = new Set([...(to?.scripts.keys() ?? []), ...(from?.scripts.keys() ?? [])]);
  return [...names].flatMap((script): ScriptChanges[] => {
    const old = from?.scripts.get(script);
    const now = to?.scripts.get(script);
    if (old === undefined || now === undefined) {
      return [{ script, state: stateOf(old, now), hosts: [...(now ?? old ?? new Map()).keys()], values: [] }];
    }
    const change = diffScript(script, old, now);
    return change.hosts.length === 0 ? [] : [change];
  });
}

type Uses = ReadonlyMap<HostName, ScriptOutline>;

/** Compares a script on the hosts that both versions have. */
function diffScript(script: ModuleName, old: Uses, now: Uses): ScriptChanges {
  const changed = new Set<HostName>();
  const values = new Map<string, ValueChange & { readonly hosts: HostName[] }>();
  let text: ScriptChanges['text'];
  for (const [host, after] of now) {
    const before = old.get(host);
    if (before === undefined) continue;
    if (before.text !== after.text) {
      changed.add(host);
      text ??= countLines(before.text, after.text);
    }
    for (const change of diffValues(before.values, after.values)) {
      changed.add(host);
      const key = JSON.stringify(change);
      const known = values.get(key) ?? { ...change, hosts: [] };
      known.hosts.push(host);
      values.set(key, known);
    }
  }
  return { script, state: 'both', hosts: [...changed], ...optional('text', text), values: [...values.values()] };
}

/** Counts the lines that only one text has; a moved line does not count. */
function countLines(before: string, after: string): NonNullable<ScriptChanges['text']> {
  const counts = new Map<string, number>();
  for (const line of before.split('\n')) counts.set(line, (counts.get(line) ?? 0) - 1);
  for (const line of after.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
  let added = 0;
  let removed = 0;
  for (const count of counts.values()) {
    if (count > 0) added += count;
    else removed -= count;
  }
  return { added, removed };
}

/** Finds builds that only one version has. If both have other builds of the same script and kernel, the module has changed. */
function diffBuilds(
  from: ReadonlyMap<string, OutlinedBuild>,
  to: ReadonlyMap<string, OutlinedBuild>,
): readonly BuildChange[] {
  const changes = new Map<
    string,
    { script: ModuleName; build: OutlinedBuild; old: Set<HostName>; now: Set<HostName> }
  >();
  const note = (build: OutlinedBuild, side: 'old' | 'now'): void => {
    const key = JSON.stringify([build.script, build.kernel]);
    const change = changes.get(key) ?? { script: build.script, build, old: new Set(), now: new Set() };
    for (const host of build.hosts) change[side].add(host);
    changes.set(key, change);
  };
  for (const [key, build] of to) if (!from.has(key)) note(build, 'now');
  for (const [key, build] of from) if (!to.has(key)) note(build, 'old');
  return [...changes.values()].map(({ script, build: { kernel }, old, now }) => ({
    script,
    state: old.size === 0 ? 'added' : now.size === 0 ? 'gone' : 'changed',
    ...optional('kernel', kernel),
    hosts: [...(now.size === 0 ? old : now)],
  }));
}
