/** What went wrong in a build, in one line, and what would fix it. */
export interface StapExplanation {
  readonly cause: string;
  readonly cure?: string;
}

/** Finds the cause of a failed build in `log`, all that stap printed. The texts are those of the source of 4.x and 5.x. */
export function explainStap(log: string, release: string): StapExplanation {
  for (const { pattern, explain } of known) {
    const match = pattern.exec(log);
    if (match !== null) return explain(match, release);
  }
  const error = firstError(log);
  return { cause: error ?? 'stap failed and did not say why' };
}

interface Known {
  readonly pattern: RegExp;
  readonly explain: (match: RegExpExecArray, release: string) => StapExplanation;
}

/** In this order: causes come before the errors that follow from them. */
const known: readonly Known[] = [
  {
    pattern: /Checking "([^"]+)" failed with error: (.+)/,
    explain: ([, path, error], release) => ({
      cause: `no kernel headers for ${release} (${path}: ${error})`,
      cure: `install linux-headers-${release} (Debian) or kernel-devel-${release} (RHEL) on the build host`,
    }),
  },
  {
    pattern: /missing \S+ kernel\/module debuginfo/,
    explain: (_, release) => ({
      cause: `the script needs the kernel's debuginfo, and the build host has none for ${release}`,
      cure: `install linux-image-${release}-dbg (Debian) or kernel-debuginfo-${release} (RHEL) on the build host, or use probes that need none`,
    }),
  },
  {
    pattern: /command line argument out of range \[1-(\d+)\]/,
    explain: ([, given]) => ({
      cause: `the script uses more arguments than the ${given} in args`,
      cure: 'give each of $1, @2, … its value in args',
    }),
  },
  {
    pattern: /expected literal string or number\s+saw: identifier '([^']+)' at (\S+)/,
    explain: ([, name, place]) => ({
      cause: `global ${name} stands in a probe point (${place}), where only a literal may`,
      cure: 'write $1 there and give the value in args',
    }),
  },
  {
    // The first error has the place, the second the reason; later ones follow from these.
    pattern: /while resolving probe point: .* at (\S+)\n\s+source: (.+)\n[\s\S]*?^semantic error: (.+)/m,
    explain: ([, place, source = '', error]) => ({
      cause: `${error}: ${source.replace(/^\s*probe\s+/, '').replace(/\s*\{.*$/, '')} (${place})`,
      cure: 'the kernel has no such probe point; stap -L on the build host lists what there is',
    }),
  },
  {
    pattern: /embedded code in unprivileged script; need stap -g/,
    explain: () => ({
      cause: 'the script has embedded C (%{ … %}), which stap takes in guru mode only',
      cure: 'set stap_options: { guru: true } if you trust the script',
    }),
  },
  {
    pattern: /Safety pattern mismatch for -m/,
    explain: () => ({ cause: 'stap does not take the module name', cure: 'use letters, digits and _ only' }),
  },
  {
    pattern: /^Out of memory\.|\bstd::bad_alloc\b|\bvirtual memory exhausted\b|\bout of memory allocating\b/m,
    explain: () => ({
      cause: 'stap or the compiler ran out of memory on the build host',
      cure: 'raise memory in the build limits of the play, or lower jobs there',
    }),
  },
  {
    pattern: /Passes: via server failed/,
    explain: () => ({
      cause: 'the compile server did not build the module, or none was reached',
      cure: 'see on the build host: stap --list-servers=all; its client needs zip and unzip',
    }),
  },
  {
    pattern: /No space left on device/,
    explain: () => ({
      cause: 'the build host has no space left',
      cure: 'make room in /var/tmp and ~/.systemtap there',
    }),
  },
  {
    pattern: /^(?:\S*\/)?([\w.-]+\.[ch]):\d+(?::\d+)?: error: (.+)$/m,
    explain: ([, file, error], release) => ({
      cause: `this SystemTap cannot compile a module for ${release}: ${file}: ${error}`,
      cure: 'SystemTap lags behind kernel changes: use a newer one on the build host',
    }),
  },
  {
    pattern: /(?:sh|bash|exec): (?:\d+: )?\S*stap: (?:not found|No such file or directory)/,
    explain: () => ({ cause: 'stap is not installed on the build host', cure: 'install systemtap there' }),
  },
];

/** stap's first error with its place, in one line. */
function firstError(log: string): string | undefined {
  const lines = log.split('\n');
  const at = lines.findIndex(line => /^(?:parse|semantic) error: |^ERROR: |\berror: /.test(line));
  const line = lines[at]?.trim();
  if (line === undefined) return undefined;
  const [, what, place] = /^\s+(?:saw|at): (.+) at (\S+)$/.exec(lines[at + 1] ?? '') ?? [];
  return what === undefined ? line : `${line}, saw ${what} (${place})`;
}
