import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildHostFacts } from '../../facts/host-facts.ts';
import { parseBuildHostFacts } from '../../facts/parse-build-host-facts.ts';
import type { ProbeText } from '../../facts/probe-host.ts';
import { type Host, identifyConnection } from '../../model/host.ts';
import type { KernelRelease } from '../../model/ids.ts';
import { asObject, readKept, writeKept } from './kept-json.ts';

/**
 * The latest probes of build hosts, so that a repeated run need not probe them to find its modules in the cache. They serve
 * for nothing else: a module is built, and its key made, by a probe of that moment.
 *
 * A probe's output is kept as it is, in `HOST/RELEASES.json`: both names are digests, the first of the host's name and
 * connection. Damaged or old files count as missing.
 */
export interface KeptFacts {
  /** The facts of a probe that asked for at least these releases. */
  find(host: Host, releases: readonly KernelRelease[]): Promise<BuildHostFacts | undefined>;
  keep(host: Host, releases: readonly KernelRelease[], said: ProbeText): Promise<void>;
  /** Forgets a host that may have changed. */
  drop(host: Host): Promise<void>;
  /** Whether any probe of the host is recent enough. */
  knows(host: Host): Promise<boolean>;
}

/** Raised when the probe or the identity of a host changes: then older files are ignored. */
const format = 'tapbook-build-host/3';

/** In milliseconds. */
const lifetime = 10 * 60 * 1000;

export function openKeptFacts(directory: string, version: string, now: () => number = Date.now): KeptFacts {
  const folderOf = ({ name, connection }: Host): string =>
    join(directory, digest([version, name, identifyConnection(connection)]));
  const entriesOf = async (host: Host): Promise<readonly Entry[]> => {
    const folder = folderOf(host);
    const names = await readdir(folder).catch(() => [] as string[]);
    const files = names.filter(name => /^[0-9a-f]{64}\.json$/.test(name));
    const read = await Promise.all(files.map(async name => readEntry(await readKept(join(folder, name)))));
    return read.flatMap(entry => (entry === undefined || !isFresh(entry.at, now()) ? [] : [entry]));
  };
  return {
    async find(host, releases) {
      const entries = await entriesOf(host);
      const latest = entries
        .filter(({ asked }) => releases.every(release => asked.includes(release)))
        .toSorted((left, right) => right.at - left.at)[0];
      if (latest === undefined) return undefined;
      const facts = parseBuildHostFacts(latest.said.output, latest.said.nonce);
      return facts.ok ? facts.value : undefined;
    },
    keep(host, releases, said) {
      const asked = [...releases].sort();
      return writeKept(join(folderOf(host), `${digest(asked)}.json`), { format, at: now(), asked, said });
    },
    drop: host => rm(folderOf(host), { recursive: true, force: true }).catch(() => undefined),
    knows: async host => (await entriesOf(host)).length > 0,
  };
}

interface Entry {
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly asked: readonly unknown[];
  readonly said: ProbeText;
}

function readEntry(kept: Readonly<Record<string, unknown>> | undefined): Entry | undefined {
  if (kept?.['format'] !== format) return undefined;
  const { at, asked } = kept;
  const { nonce, output } = asObject(kept['said']) ?? {};
  if (typeof at !== 'number' || !Array.isArray(asked)) return undefined;
  return typeof nonce === 'string' && typeof output === 'string' ? { at, asked, said: { nonce, output } } : undefined;
}

/** A time in the future means that the clock was set back. */
function isFresh(at: number, nowMs: number): boolean {
  return at <= nowMs && nowMs - at < lifetime;
}

function digest(words: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('hex');
}
