import { err, ok, type Result } from '../model/result.ts';
import type { HostFacts } from './host-facts.ts';
import { parseKernel, parseOs } from './parse-system-facts.ts';
import { count, first, flag, optional, type Pairs, readPairs } from './read-pairs.ts';

export interface ProbeTiming {
  readonly nonce: string;
  /** By our clock, in milliseconds since the epoch. */
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/** Reads what the probe of a target printed. The error says in one line why it cannot be read; it never throws. */
export function parseTargetFacts(output: string, timing: ProbeTiming): Result<HostFacts, string> {
  const read = readPairs(output, timing.nonce);
  if (!read.ok) return read;
  const pairs = read.value;
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
    loadedModules: words(pairs, 'loaded').sort(),
    cpus: count(pairs, 'cpus') || 1,
    loadAverage: parseLoad(first(pairs, 'load')),
    ...optional('memoryAvailableBytes', memoryKb === undefined ? undefined : memoryKb * 1024),
    freeBytes: (freeKb ?? 0) * 1024,
    uploadDirectory: first(pairs, 'upload') === '/var/tmp' ? '/var/tmp' : '/tmp',
    leftovers: (pairs.get('leftover') ?? []).filter(path => /^\/(?:var\/)?tmp\/tapbook-[\w.-]+$/.test(path)),
    clockOffsetMs: clockOffset(first(pairs, 'clock'), timing),
    tools: { ...optional('sha256', parseTool(first(pairs, 'sha256'))), ...optional('shell', first(pairs, 'shell')) },
  });
}

function words(pairs: Pairs, key: string): string[] {
  return first(pairs, key)?.split(/\s+/) ?? [];
}

function parseSudo(text: string | undefined): HostFacts['sudo'] {
  return text === 'root' || text === 'passwordless' || text === 'asks-password' ? text : 'missing';
}

/**
 * `staprun -V` says `Systemtap module loader/runner (version 5.1/0.192, …)`; Debian's 5.1 prints nothing at all, and who
 * may not execute it cannot ask. Then the package has the version.
 */
function parseStaprun(pairs: Pairs): HostFacts['staprun'] {
  const path = first(pairs, 'staprun');
  if (path === undefined) return undefined;
  const said = /version (\d+(?:\.\d+)*)/.exec(first(pairs, 'staprun.version') ?? '')?.[1];
  const packaged = /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(parsePackage(first(pairs, 'package'))?.version ?? '')?.[1];
  const version = said ?? packaged;
  return { path, ...optional('version', version), executable: flag(pairs, 'staprun.executable') ?? false };
}

function parsePackage(text: string | undefined): HostFacts['runtimePackage'] {
  const [manager, name, version] = text?.split(' ') ?? [];
  if (name === undefined || version === undefined) return undefined;
  return manager === 'dpkg' || manager === 'rpm' || manager === 'apk' ? { manager, name, version } : undefined;
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

function parseTool(text: string | undefined): 'sha256sum' | 'openssl' | undefined {
  return text === 'sha256sum' || text === 'openssl' ? text : undefined;
}

/** The host's clock was read somewhere between sending and receiving; busybox's date has seconds only. */
function clockOffset(text: string | undefined, { sentAtMs, receivedAtMs }: ProbeTiming): number {
  const digits = /^\d{10,19}/.exec(text ?? '')?.[0];
  if (digits === undefined) return 0;
  const theirs = digits.length > 13 ? Number(digits.slice(0, -6)) : Number(digits.slice(0, 10)) * 1000;
  return Math.round(theirs - (sentAtMs + receivedAtMs) / 2);
}
