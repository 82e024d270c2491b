import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Host } from '../../model/host.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Located, Place } from '../../model/source.ts';
import type { Inventory, Selection } from '../inventory.ts';
import { allGroup } from '../resolve/merge-inventories.ts';
import { findHosts, hostsOfGroup } from './find-hosts.ts';
import { splitHostPattern } from './host-pattern.ts';
import { createRegexMatcher } from './match-regex.ts';
import { readLimit } from './read-limit.ts';

/**
 * The hosts that match a pattern and all limits, each once, in Ansible's order: by term, within a term by its group. So
 * `canary,web` begins with the canary. An unknown name is an error even after `!`, since a slip there would let in hosts that
 * were to be kept out. An empty selection is an error, too. Errors in a pattern with a place point at the term.
 */
export function selectHosts(
  inventory: Inventory,
  pattern: Located<string> | string,
  limits: readonly string[],
): Selection {
  const unify = onlyOneLocalhost(inventory);
  const wanted = evaluate(inventory, [pattern], unify);
  if (!wanted.ok) return wanted;
  if (wanted.value.size === 0) return err(nothingMatches(pattern));
  if (limits.length === 0) return ok([...wanted.value]);
  const limit = evaluateLimits(inventory, limits, unify);
  if (!limit.ok) return limit;
  const left = [...wanted.value].filter(host => limit.value.has(host));
  return left.length > 0 ? ok(left) : err(nothingIsLeft(pattern, wanted.value.size, limits));
}

/** `localhost,127.0.0.1` is one host, which keeps the name that comes first; so in limits. */
function onlyOneLocalhost({ hosts }: Inventory): (host: Host) => Host {
  let first: Host | undefined;
  return host => {
    if (hosts.get(host.name) === host) return host;
    first ??= host;
    return first;
  };
}

type Pattern = Located<string> | string;

/** Several limits are one: `-l web -l '!web1'` is `-l 'web,!web1'`. */
function evaluateLimits(
  inventory: Inventory,
  limits: readonly string[],
  unify: (host: Host) => Host,
): Result<ReadonlySet<Host>, Diagnostic> {
  const patterns: Pattern[] = [];
  for (const limit of limits) {
    const read = readLimit(limit);
    if (!read.ok) return read;
    patterns.push(...read.value);
  }
  const evaluated = evaluate(inventory, patterns, unify);
  if (evaluated.ok || evaluated.error.place !== undefined) return evaluated;
  return err({ ...evaluated.error, message: `--limit: ${evaluated.error.message}` });
}

function evaluate(
  inventory: Inventory,
  patterns: readonly Pattern[],
  unify: (host: Host) => Host,
): Result<ReadonlySet<Host>, Diagnostic> {
  // Each pattern is let go of at once: a limit may come from a file with as many as there are hosts, and each may name all of them.
  const added = new Set<Host>();
  let isAnyAdded = false;
  let kept: ReadonlySet<Host> | undefined;
  const dropped = new Set<Host>();
  const told = new Set<string>();
  const matchRegex = createRegexMatcher();
  let compared = 0;
  for (const pattern of patterns) {
    const terms = splitHostPattern(textOf(pattern));
    if (!terms.ok) {
      const { message, start, end } = terms.error;
      return err({ severity: 'error', code: 'invalid-pattern', message, ...placeWithin(pattern, start, end) });
    }
    for (const { role, text, start } of terms.value) {
      if (told.size === told.add(`${role} ${text}`).size) continue;
      const placed = placeWithin(pattern, start, start + text.length);
      if (/[*?[~]/.test(text)) compared += inventory.hosts.size + inventory.groups.size;
      if (compared > mostCompared) return err({ ...tooManyGlobs, ...placed });
      const found = findHosts(inventory, text, role, matchRegex);
      if (!found.ok) return err({ severity: 'error', ...found.error, ...placed });
      const hosts = found.value.map(unify);
      if (role === 'keep') {
        const keep = new Set(hosts);
        kept = kept === undefined ? keep : new Set([...kept].filter(host => keep.has(host)));
      } else {
        isAnyAdded ||= role === 'add';
        const set = role === 'drop' ? dropped : added;
        for (const host of hosts) set.add(host);
      }
    }
  }
  // `!old` alone means all but the old ones.
  const selected = isAnyAdded ? [...added] : hostsOfGroup(inventory, allGroup);
  return ok(new Set(selected.filter(host => kept?.has(host) !== false && !dropped.has(host))));
}

/** How many names are compared with globs and regular expressions in all: a thousand of these for 10,000 hosts. */
const mostCompared = 10_000_000;

const tooManyGlobs: Diagnostic = {
  severity: 'error',
  code: 'invalid-pattern',
  message: 'there are too many globs and regular expressions before this one for so many hosts',
  cure: 'name groups or hosts',
};

function nothingMatches(pattern: Pattern): Diagnostic {
  const text = textOf(pattern);
  return {
    severity: 'error',
    code: 'no-host-matched',
    message: `no host matches "${text}"`,
    ...placeWithin(pattern, 0, text.length),
  };
}

function nothingIsLeft(pattern: Pattern, count: number, limits: readonly string[]): Diagnostic {
  const text = textOf(pattern);
  const hosts = count === 1 ? 'the only host' : `none of the ${count} hosts`;
  return {
    severity: 'error',
    code: 'no-host-matched',
    message: `${hosts} of "${text}" is${count === 1 ? ' not' : ''} within --limit ${limits.join(' --limit ')}`,
    ...placeWithin(pattern, 0, text.length),
  };
}

function textOf(pattern: Pattern): string {
  return typeof pattern === 'string' ? pattern : pattern.value;
}

/** The place of columns of a pattern; all of it where its text stands otherwise in the line (folded, with escapes). */
function placeWithin(pattern: Pattern, start: number, end: number): { readonly place?: Place } {
  if (typeof pattern === 'string') return {};
  const { value, place } = pattern;
  const at = place.text.indexOf(value, place.column - 1);
  if (at === -1 || value === '') return { place };
  return { place: { ...place, column: at + start + 1, endColumn: Math.max(at + end, at + start + 1) + 1 } };
}
