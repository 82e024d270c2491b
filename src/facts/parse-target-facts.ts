import { parseRunId } from '../model/ids.ts';
import { optional } from '../model/optional.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { HostFacts, Leftover } from './host-facts.ts';
import { parseKernel, parseOs, parsePackage } from './parse-system-facts.ts';
import { count, findFacts, first, flag, type Pairs, parsePairs } from './read-pairs.ts';
import { readProbeSteps } from './read-probe-steps.ts';

export interface ProbeTiming {
  readonly nonce: string;
  /** By our clock, in milliseconds since the epoch. */
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/** Reads what the probe of a target printed. The error says in one line why it cannot be read; it never throws. */
export function parseTargetFacts(output: string, timing: ProbeTiming): Result<HostFacts, string> {
  const lines = findFacts(output, timing.nonce);
  if (!lines.ok) return lines;
  const pairs = parsePairs(readProbeSteps(lines.value, timing.nonce));
  const kernel = parseKernel(pairs);
  if (!kernel.ok) return kernel;
  const uid = count(pairs, 'uid');
  if (uid === undefined) return err('the probe cannot tell the user (id -u)');
  const freeKb = count(pairs, 'free_kb');
  const memoryKb = count(pairs, 'memory_kb');
  const container = first(pairs, 'container');
  return ok({
    kernel: kernel.value,
    ...optional('bootId', first(pairs, 'boot_id')),
    os: parseOs(pairs),
    user: { name: first(pairs, 'user') ?? String(uid), uid, groups: words(pairs, 'groups') },
    sudo: parseSudo(first(pairs, 'sudo')),
    ...optional('staprun', parseStaprun(pairs)),
    ...optional('runtimePackage', parsePackage(first(pairs, 'package'))),
    ...optional('blessedDirectory', parseBlessed(first(pairs, 'blessed'))),
    kernelSettings: parseKernelSettings(pairs),
    ...optional('container', container === 'none' ? undefined : container),
    ...optional('moduleRight', parseModuleRight(pairs)),
    loadedModules: words(pairs, 'loaded').sort(),
    cpus: count(pairs, 'cpus') || 1,
    loadAverage: parseLoad(first(pairs, 'load')),
    ...optional('memoryAvailableBytes', memoryKb === undefined ? undefined : memoryKb * 1024),
    ...optional('freeBytes', freeKb === undefined ? undefined : freeKb * 1024),
    uploadDirectory: first(pairs, 'upload') === '/var/tmp' ? '/var/tmp' : '/tmp',
    ...parseLeftovers(pairs),
    // A container may have an uptime of its own, and the machine's clock.
    clockOffsetMs: container === undefined || container === 'none' ? clockOffset(pairs, timing) : 0,
    tools: { ...optional('sha256', parseTool(first(pairs, 'sha256'))), ...optional('shell', first(pairs, 'shell')) },
  });
}

/** How many `find-leftovers.sh` tells of, ours and others'. */
const mostTold = { ours: 200, others: 10 };

/** It counts all that there are, and is a whole number for each; a target that tells neither has none. */
function parseLeftovers(pairs: Pairs): Pick<HostFacts, 'leftovers' | 'unseenLeftovers'> {
  const told = (pairs.get('leftover') ?? []).slice(0, mostTold.ours + mostTold.others);
  const leftovers = told.flatMap(parseLeftover);
  const isSlow = first(pairs, 'leftovers.slow') !== undefined;
  const beyond = (whose: 'ours' | 'others'): number =>
    Math.max(0, (count(pairs, `leftovers.${whose}`) ?? 0) - mostTold[whose]);
  const [ours, others] = [beyond('ours'), beyond('others')];
  if (!isSlow && ours + others === 0) return { leftovers };
  return { leftovers, unseenLeftovers: isSlow ? 'too-slow' : { ours, others } };
}

/** `STATE OWNER MODULE PATH`; the module is `-` where none of the directory's is loaded. */
function parseLeftover(text: string): readonly Leftover[] {
  const [state, owner = '', module = '', path = '', ...others] = text.split(' ');
  // The supervisor's pattern with a run's id: other names with this beginning are not ours.
  const run = /^\/(?:var\/)?tmp\/tapbook-(\w+-\w+)-\w+$/.exec(path)?.[1];
  if (run === undefined || parseRunId(run) === undefined || others.length > 0) return [];
  return [
    {
      path,
      ...optional('owner', /^[\w.-]+$/.test(owner) ? owner : undefined),
      run: state === 'live' || state === 'over' ? state : 'unknown',
      ...optional('loaded', /^\w+$/.test(module) ? module : undefined),
    },
  ];
}

function words(pairs: Pairs, key: string): string[] {
  return first(pairs, key)?.split(/\s+/) ?? [];
}

function parseSudo(text: string | undefined): HostFacts['sudo'] {
  return text === 'root' || text === 'passwordless' || text === 'asks-password' ? text : 'missing';
}

/**
 * `staprun -V` prints `Systemtap module loader/runner (version 5.1/0.192, …)`. Debian's 5.1 prints nothing, and not every
 * user may execute it: then the version is that of the package.
 */
function parseStaprun(pairs: Pairs): HostFacts['staprun'] {
  const path = first(pairs, 'staprun');
  if (path === undefined) return undefined;
  const printed = /version (\d+(?:\.\d+)*)/.exec(first(pairs, 'staprun.version') ?? '')?.[1];
  const packaged = /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(parsePackage(first(pairs, 'package'))?.version ?? '')?.[1];
  const version = printed ?? packaged;
  const [owner, mode] = first(pairs, 'staprun.mode')?.split(' ') ?? [];
  return {
    path,
    ...optional('version', version),
    executable: flag(pairs, 'staprun.executable') ?? false,
    ...optional('owner', owner),
    ...optional('mode', mode !== undefined && /^[0-7]{3,4}$/.test(mode) ? mode : undefined),
  };
}

/** CAP_SYS_MODULE is bit 16 of the bounding set; only the first user namespace maps every id to itself. */
function parseModuleRight(pairs: Pairs): HostFacts['moduleRight'] {
  const map = first(pairs, 'uid_map')?.split(/\s+/);
  if (map !== undefined && (map[0] !== '0' || map[1] !== '0' || map[2] !== '4294967295')) return 'user-namespace';
  const bounding = first(pairs, 'cap_bnd');
  if (bounding === undefined || !/^[0-9a-f]{8,16}$/.test(bounding)) return undefined;
  return (Number.parseInt(bounding.slice(-8), 16) & (1 << 16)) === 0 ? 'no-capability' : 'given';
}

function parseBlessed(text: string | undefined): HostFacts['blessedDirectory'] {
  const [owner, mode] = text?.split(' ') ?? [];
  return owner === undefined || mode === undefined ? undefined : { owner, mode };
}

function parseKernelSettings(pairs: Pairs): HostFacts['kernelSettings'] {
  // The active word stands in brackets: `none [integrity] confidentiality`.
  const lockdown = /\[(none|integrity|confidentiality)\]/.exec(first(pairs, 'lockdown') ?? '')?.[1];
  return {
    modules: flag(pairs, 'modules') ?? false,
    ...optional('kprobes', flag(pairs, 'config.KPROBES')),
    ...optional('uprobes', flag(pairs, 'utrace') ?? flag(pairs, 'config.UPROBES')),
    ...optional('tracepoints', flag(pairs, 'config.TRACEPOINTS')),
    ...optional('relay', flag(pairs, 'config.RELAY')),
    debugfs: parseMount(first(pairs, 'debugfs')),
    tracefs: parseMount(first(pairs, 'tracefs')),
    ...optional('lockdown', lockdown as 'none' | 'integrity' | 'confidentiality' | undefined),
    ...optional('sigEnforce', flag(pairs, 'sig_enforce')),
    ...optional('modulesDisabled', flag(pairs, 'modules_disabled')),
    ...optional('fips', flag(pairs, 'fips')),
    ...optional('secureBoot', flag(pairs, 'secure_boot')),
  };
}

function parseMount(text: string | undefined): HostFacts['kernelSettings']['debugfs'] {
  return text === 'mounted' || text === 'supported' ? text : 'missing';
}

function parseLoad(text: string | undefined): HostFacts['loadAverage'] {
  const read = (word: string): number => (/^\d{1,9}(?:\.\d+)?$/.test(word) ? Number(word) : 0);
  const [one = 0, five = 0, fifteen = 0] = (text ?? '').split(' ').map(read);
  return [one, five, fifteen];
}

function parseTool(text: string | undefined): HostFacts['tools']['sha256'] {
  return text === 'sha256sum' || text === 'busybox' || text === 'openssl' || text === 'shasum' ? text : undefined;
}

/**
 * Computed as in NTP, which takes the way there and the way back for equally long. The host's clock is its boot time, which
 * the kernel gives in whole seconds, plus its uptime, read at both ends of the probe. 0 where the host does not tell.
 */
function clockOffset(pairs: Pairs, { sentAtMs, receivedAtMs }: ProbeTiming): number {
  const booted = first(pairs, 'booted');
  const begin = uptimeMs(first(pairs, 'up'));
  const end = uptimeMs(first(pairs, 'up.end'));
  if (booted === undefined || !/^\d{1,12}$/.test(booted) || begin === undefined || end === undefined) return 0;
  const middleMs = Number(booted) * 1000 + 500 + (begin + end) / 2;
  return Math.round(middleMs - (sentAtMs + receivedAtMs) / 2);
}

/** `/proc/uptime` begins with seconds: `350735.47 234388.90`. */
function uptimeMs(text: string | undefined): number | undefined {
  const seconds = /^\d{1,12}\.\d\d(?= )/.exec(text ?? '')?.[0];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
