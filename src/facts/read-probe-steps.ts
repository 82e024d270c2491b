import { freeKb } from './free-kb.ts';

/**
 * A target's probe prints the output of some programs unchanged after a line `NONCE: WORD` that names the program; after
 * `NONCE: facts` come `key=value` lines again. Translates all of it into `key=value` lines.
 */
export function readProbeSteps(lines: readonly string[], nonce: string): readonly string[] {
  const mark = `${nonce}: `;
  const settled: string[] = [];
  let word = 'facts';
  let part: string[] = [];
  const settle = (): void => {
    // The text comes from another machine: the word need not be one of ours.
    const read = Object.hasOwn(readers, word) ? readers[word] : undefined;
    const facts = word === 'facts' ? part : (read?.(part.filter(line => line !== '')) ?? []);
    for (const line of facts) settled.push(line);
  };
  for (const line of lines) {
    if (!line.startsWith(mark)) {
      part.push(line);
      continue;
    }
    settle();
    word = line.slice(mark.length);
    part = [];
  }
  settle();
  return settled;
}

type Reader = (lines: readonly string[]) => readonly string[];

const readers: Readonly<Partial<Record<string, Reader>>> = {
  staprun: lines => fact('staprun.version', firstMatch(lines, /^.*version.*$/)),
  dpkg: lines => fact('package', withName('dpkg systemtap-runtime', firstMatch(lines, /(?<= installed:).*$/))),
  // rpm prints on standard output, too, that a package is not installed.
  rpm: lines => fact('package', withName('rpm systemtap-runtime', firstMatch(lines, /^\d.*$/))),
  apk: lines => fact('package', withName('apk systemtap', firstMatch(lines, /(?<=^systemtap-)\d.*$/))),
  df: lines =>
    fact(
      'free_kb',
      lines.map(freeKb).findLast(free => free !== undefined),
    ),
  kernel: lines => [...readConfig(lines), ...lines.flatMap(readKernelLine), ...fact('loaded', readModules(lines))],
  symbols: lines =>
    Object.entries(symbols).flatMap(([option, symbol]) =>
      lines.some(line => line.endsWith(` ${symbol}`)) ? [`config.${option}=yes`] : [],
    ),
};

const symbols = {
  KPROBES: 'register_kprobe',
  RELAY: 'relay_open',
  UPROBES: 'uprobe_register',
  TRACEPOINTS: 'tracepoint_probe_register',
};

/** A kernel configuration without any such line is not one. */
function readConfig(lines: readonly string[]): readonly string[] {
  if (!lines.some(line => line.startsWith('CONFIG_'))) return [];
  const has = (option: string): boolean => lines.includes(`CONFIG_${option}=y`);
  const options = Object.keys(symbols).map(option => `config.${option}=${has(option) ? 'yes' : 'no'}`);
  // Kernels before 3.5 have utrace instead of uprobes, and SystemTap brings the rest.
  return has('UTRACE') ? [...options, 'utrace=yes'] : options;
}

/** A line of /proc/meminfo, /proc/self/status, /proc/mounts, /proc/filesystems, /proc/modules or /proc/stat. */
function readKernelLine(line: string): readonly string[] {
  const [word = '', ...rest] = line.split(/\s+/);
  if (word.startsWith('CONFIG_')) return [];
  if (word === 'MemAvailable:') return fact('memory_kb', rest[0]);
  if (word === 'CapBnd:') return fact('cap_bnd', rest[0]);
  if (word === 'btime') return fact('booted', rest[0]);
  if (isModule(line)) return [];
  for (const kind of ['debugfs', 'tracefs']) {
    if (line.includes(` ${kind} `)) return [`${kind}=mounted`];
    if (line.endsWith(kind)) return [`${kind}=supported`];
  }
  return [];
}

/** `zram 36864 2 - Live 0x0000000000000000`. */
function isModule(line: string): boolean {
  return / 0x[\da-f]+(?: |$)/.test(line);
}

function readModules(lines: readonly string[]): string | undefined {
  const names = lines.filter(isModule).map(line => line.slice(0, line.indexOf(' ')));
  return names.length === 0 ? undefined : names.join(' ');
}

function fact(key: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`${key}=${value}`];
}

function withName(name: string, version: string | undefined): string | undefined {
  return version === undefined ? undefined : `${name} ${version}`;
}

function firstMatch(lines: readonly string[], pattern: RegExp): string | undefined {
  for (const line of lines) {
    const found = pattern.exec(line)?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}
