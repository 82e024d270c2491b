import { compileGlob } from '../../model/compile-glob.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { Host } from '../../model/host.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Inventory } from '../inventory.ts';
import { localNames, loopbackNames } from '../resolve/implicit-localhost.ts';
import type { PatternTerm } from './host-pattern.ts';
import type { MatchRegex } from './match-regex.ts';

/** Why a term finds no hosts, without a place. */
export interface TermFlaw {
  readonly code: 'unknown-group' | 'invalid-pattern' | 'no-host-matched';
  readonly message: string;
  readonly cure?: string;
}

/**
 * The hosts that one term without a sign names, in the order that `[0]` counts: a name, `~regex`, or a glob, the latter
 * two over the names of groups and of hosts; all but a regex may have a subscript. A glob may well find nothing; a
 * plain name that is neither a group nor a host is a mistake.
 */
export function findHosts(
  inventory: Inventory,
  term: string,
  role: PatternTerm['role'],
  matchRegex: MatchRegex,
): Result<readonly Host[], TermFlaw> {
  const exact = inventory.hosts.get(term as HostName);
  // Where a group has the same name, Ansible adds the host by it, and keeps or drops the group.
  const isGroup = role !== 'add' && inventory.groups.has(term as GroupName);
  if (exact !== undefined && !isGroup) return ok([exact]);
  if (term.startsWith('~')) return findByRegex(inventory, term.slice(1), matchRegex);
  const { name, subscript } = splitSubscript(term);
  const found = /[*?[]/.test(name) ? ok(findByGlob(inventory, name)) : findByName(inventory, name);
  return found.ok && subscript !== undefined ? applySubscript(found.value, subscript, term) : found;
}

function findByRegex(inventory: Inventory, source: string, matchRegex: MatchRegex): Result<readonly Host[], TermFlaw> {
  const groups = matchRegex(source, [...inventory.groups.keys()]);
  const hosts = groups.ok ? matchRegex(source, [...inventory.hosts.keys()]) : groups;
  if (groups.ok && hosts.ok) return ok(collect(inventory, groups.value, hosts.value));
  const why = hosts.ok ? '' : hosts.error;
  return err({ code: 'invalid-pattern', message: `the regular expression "${source}" cannot be used: ${why}` });
}

function findByGlob(inventory: Inventory, glob: string): readonly Host[] {
  const pattern = compileGlob(glob);
  const match = (names: Iterable<string>) => [...names].filter(name => pattern.test(name));
  return collect(inventory, match(inventory.groups.keys()), match(inventory.hosts.keys()));
}

function findByName(inventory: Inventory, name: string): Result<readonly Host[], TermFlaw> {
  const { groups, hosts } = inventory;
  if (groups.has(name as GroupName)) return ok(collect(inventory, [name], name.includes('.') ? [name] : []));
  if (hosts.has(name as HostName)) return ok(collect(inventory, [], [name]));
  if (localNames.includes(name)) return ok([findLocalhost(inventory, name)]);
  const cure = didYouMean(name, [...groups.keys(), ...hosts.keys()]);
  const message = `no host or group "${name}" in the inventory`;
  return err({ code: 'unknown-group', message, ...(cure === undefined ? {} : { cure }) });
}

/** Where the inventory has this machine under another of its names, that host is meant. */
function findLocalhost({ hosts, localhost, localhostNamed }: Inventory, name: string): Host {
  const own = [...hosts.values()].find(host => loopbackNames.includes(host.name));
  return own ?? (name === 'local' ? localhost : localhostNamed(name as HostName));
}

function collect(inventory: Inventory, groups: readonly string[], hosts: readonly string[]): readonly Host[] {
  const names = new Set<HostName>();
  for (const group of groups) for (const host of inventory.groups.get(group as GroupName)?.hosts ?? []) names.add(host);
  for (const host of hosts) names.add(host as HostName);
  return [...names].flatMap(name => inventory.hosts.get(name) ?? []);
}

export function hostsOfGroup(inventory: Inventory, group: GroupName): readonly Host[] {
  return collect(inventory, [group], []);
}

interface Subscript {
  readonly first: number;
  /** Counts, as in Ansible and unlike in Python. */
  readonly last: number;
}

/** `name[3]`, `name[-1]`, `name[0:2]`, `name[5:]`; also `[0-2]`, which Ansible takes as a range too. */
function splitSubscript(term: string): { readonly name: string; readonly subscript?: Subscript } {
  const match = /^(.+)\[(?:(-?\d+)|(\d+)[:-](\d*))\]$/.exec(term);
  if (match === null) return { name: term };
  const [, name = '', one, from, to] = match;
  if (one !== undefined) return { name, subscript: { first: Number(one), last: Number(one) } };
  return { name, subscript: { first: Number(from), last: to === '' ? Number.POSITIVE_INFINITY : Number(to) } };
}

function applySubscript(
  hosts: readonly Host[],
  { first, last }: Subscript,
  term: string,
): Result<readonly Host[], TermFlaw> {
  const chosen = first < 0 ? hosts.slice(first).slice(0, 1) : hosts.slice(first, last + 1);
  const isOutside = chosen.length === 0 || -first > hosts.length;
  if (hosts.length === 0 || !isOutside) return ok(isOutside ? [] : chosen);
  const count = hosts.length === 1 ? '1 host' : `${hosts.length} hosts`;
  const cure = 'counting begins at 0';
  return err({ code: 'no-host-matched', message: `"${term}" is outside of its ${count}`, cure });
}
