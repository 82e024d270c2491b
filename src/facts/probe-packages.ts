import type { WantedPackage } from '../model/finding.ts';
import { optional } from '../model/optional.ts';
import { type Failure, failureAt } from '../model/outcome.ts';
import { err, ok, type Result } from '../model/result.ts';
import { newNonce } from '../process/nonce.ts';
import { runCommand } from '../transport/run-command.ts';
import type { Connection } from '../transport/transport.ts';
import { packagesProbeScript } from './packages-probe.generated.ts';
import { first, readPairs } from './read-pairs.ts';
import { withPatience } from './with-patience.ts';

/** What a host's package index has of the wanted packages. */
export interface PackageOffers {
  readonly manager?: 'apt' | 'dnf' | 'yum' | 'zypper' | 'apk';
  /** `empty`: the index was never fetched. */
  readonly index: 'filled' | 'empty';
  /** Versions by package name; a package without any is not on offer. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  /** The names that were looked up. */
  readonly asked: ReadonlySet<string>;
  /** Names that fit a wanted package's `siblings`. */
  readonly siblings: readonly string[];
}

/** Fetching a package index first is slow: it takes so much longer than a probe. */
const timesSlower = 4;

/** Each package takes a query that may take seconds. */
const mostPackages = 12;

/** The script prints at most 200 versions of a package, and 500 names for a glob. */
const mostLines = mostPackages * 500;

/** Asks a host's package index for packages, before the user is told to install them. Installs nothing. `limitMs` is that of a probe. */
export async function probePackages(
  connection: Connection,
  wanted: readonly WantedPackage[],
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<Result<PackageOffers, Failure>> {
  const nonce = newNonce();
  const isName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9+._*-]{0,200}$/.test(text);
  const names = [...new Set(wanted.map(({ name }) => name))].filter(isName).slice(0, mostPackages);
  const globs = [...new Set(wanted.flatMap(({ siblings }) => siblings ?? []))].filter(isName).slice(0, mostPackages);
  const ran = await runCommand(connection, ['sh', '-s', '--', nonce, ...names, '--', ...globs], {
    signal,
    limitMs: limitMs * timesSlower,
    maxOutputBytes: 1_000_000,
    as: 'login-user',
    stdin: withPatience(packagesProbeScript, limitMs),
  });
  if (!ran.ok) return err(failureAt('probe', ran.error));
  const offers = parsePackageOffers(ran.value.stdout, nonce);
  return offers.ok ? ok({ ...offers.value, asked: new Set(names) }) : err({ stage: 'probe', cause: offers.error });
}

/** Parses the probe's output. The error says in one line why it cannot be read; never throws. */
export function parsePackageOffers(output: string, nonce: string): Result<Omit<PackageOffers, 'asked'>, string> {
  const read = readPairs(output, nonce);
  if (!read.ok) return read;
  const pairs = read.value;
  const offered = new Map<string, Set<string>>();
  for (const offer of (pairs.get('offer') ?? []).slice(0, mostLines)) {
    const [name = '', version = '', ...others] = offer.split(' ');
    if (others.length > 0 || !isWord(name) || !isWord(version)) continue;
    offered.set(name, (offered.get(name) ?? new Set()).add(version));
  }
  const versions = new Map([...offered].map(([name, all]) => [name, [...all]]));
  return ok({
    ...optional('manager', parseManager(first(pairs, 'manager'))),
    index: first(pairs, 'index') === 'empty' ? 'empty' : 'filled',
    versions,
    siblings: (pairs.get('sibling') ?? []).slice(0, mostLines).filter(isWord),
  });
}

function isWord(text: string): boolean {
  return /^[\w.+~:^-]{1,200}$/.test(text);
}

function parseManager(text: string | undefined): PackageOffers['manager'] {
  return text === 'apt' || text === 'dnf' || text === 'yum' || text === 'zypper' || text === 'apk' ? text : undefined;
}
