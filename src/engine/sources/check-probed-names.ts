import type { BinaryProbes } from '../../model/binary-probes.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { findMissingProbes, type MissingProbe, type WantedProbe } from '../../model/wanted-probe.ts';
import type { Play, Playbook, Script } from '../../playbook/playbook.ts';
import { readWantedProbes } from '../../script/read-wanted-probes.ts';
import { givenValue } from './lint-playbook.ts';

/** A binary that was read before, by `tapbook probes`. */
export interface KnownBinary {
  readonly probes: BinaryProbes;
  readonly host: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** What is known of a path, the one that was seen last first. */
export type KnownBinaries = (path: string) => Promise<readonly KnownBinary[]>;

/**
 * Compares the marks and functions that the scripts of a playbook name with the binaries that were read before. Of a host that was
 * asked twice, the latter counts. Of files that nobody has read, nothing is said; hosts may have others by now, so these are warnings.
 */
export async function checkProbedNames(playbook: Playbook, known: KnownBinaries): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const play of playbook.plays) {
    for (const script of play.scripts) {
      if (script.unknown?.includes('source')) continue;
      const isUnquoted = playbook.unquoted?.includes(script.source.path) === true;
      for (const [path, wanted] of byPath(wantedOf(script, play, isUnquoted))) {
        const misses = await compare(wanted, await known(path));
        found.push(...misses.map(one => (isUnquoted ? { ...one, unquoted: true as const } : one)));
      }
    }
  }
  return found;
}

function wantedOf(script: Script, { kernels }: Play, isUnquoted: boolean): readonly WantedProbe[] {
  const args = script.unknown?.includes('args') ? [] : script.args.map(one => givenValue(one).text);
  const options = [script.stapOptions, ...kernels.map(({ stapOptions }) => stapOptions)];
  const tapsets = options.flatMap(({ tapsets: given }) => given?.flatMap(({ files }) => files) ?? []);
  const source = isUnquoted ? { ...script.source, unquoted: true as const } : script.source;
  return readWantedProbes(source, args, tapsets);
}

function byPath(wanted: readonly WantedProbe[]): ReadonlyMap<string, readonly WantedProbe[]> {
  const paths = new Map<string, WantedProbe[]>();
  for (const one of wanted) paths.set(one.path, [...(paths.get(one.path) ?? []), one]);
  return paths;
}

/** One finding for each name, of the binary that was seen last and does not have it. */
function compare(wanted: readonly WantedProbe[], binaries: readonly KnownBinary[]): readonly Diagnostic[] {
  const hosts = new Set<string>();
  const told = new Map<WantedProbe, Diagnostic>();
  for (const binary of binaries) {
    if (hosts.has(binary.host)) continue;
    hosts.add(binary.host);
    for (const missing of findMissingProbes(wanted, binary.probes)) {
      if (!told.has(missing.wanted)) told.set(missing.wanted, explain(missing, binary));
    }
  }
  return [...told.values()];
}

function explain({ wanted, nearest }: MissingProbe, { probes, host, at }: KnownBinary): Diagnostic {
  const { kind, name, provider, path, place } = wanted;
  const what = provider === undefined ? `${kind} "${name}"` : `${kind} "${name}" of provider "${provider}"`;
  const day = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  const message = `${path} has no ${what}, as ${host} had it on ${day} UTC (build-id ${probes.buildId})`;
  const cure = nearest === undefined ? `see tapbook probes ${path}` : `did you mean "${nearest}"?`;
  return { severity: 'warning', code: kind === 'mark' ? 'unknown-mark' : 'unknown-function', message, cure, place };
}
