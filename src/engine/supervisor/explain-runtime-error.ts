import type { StaprunExplanation } from './staprun-explanation.ts';

interface RuntimeError {
  /** Of the line behind `ERROR: `, without the place. */
  readonly pattern: RegExp;
  readonly explain: (match: RegExpExecArray) => StaprunExplanation;
}

/**
 * Explains an error with which a script has ended itself: the limits that SystemTap builds into a module, and what has to be
 * defined to have others. `line` is one of staprun's without `ERROR: `. The texts are those of SystemTap's translator and
 * runtime, 4.x and 5.x; the limits' defaults are those of runtime_defines.h.
 */
export function explainRuntimeError(line: string): StaprunExplanation | undefined {
  // MAXACTION exceeded near operator '++' at x.stp:2:49
  const near = line.indexOf(' near ');
  const [text, where] = near === -1 ? [line, ''] : [line.slice(0, near), line.slice(near)];
  for (const { pattern, explain } of errors) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const { cause, cure } = explain(match);
    return { cause: `${cause}${where}`, ...(cure === undefined ? {} : { cure }) };
  }
  return undefined;
}

const define = (pair: string): string => `stap_options: { defines: { ${pair} } }`;

const errors: readonly RuntimeError[] = [
  {
    pattern: /^MAXACTION exceeded/,
    explain: () => ({
      cause: 'a probe ran more statements than MAXACTION allows (1000; begin, end and error ten times as many)',
      cure: `set ${define('MAXACTION: 10000')}, or do less in it`,
    }),
  },
  {
    pattern: /^Array overflow, check size limit \((\d+)\)/,
    explain: ([, size]) => ({
      cause: `an array is full: the script declares it with ${size} entries`,
      cure: 'declare it larger, or with % (global a%[…]), which drops the oldest; or delete entries',
    }),
  },
  {
    pattern: /^Array overflow, check (?:MAXMAPENTRIES|\S+)|^aggregation overflow in (\S+)/,
    explain: ([, name]) => ({
      cause: `${name === undefined ? 'an array' : `the array ${name}`} is full: it holds MAXMAPENTRIES entries (2048)`,
      cure: `set ${define('MAXMAPENTRIES: 20000')}, declare its size (global a[20000]), or delete entries`,
    }),
  },
  {
    pattern: /^MAXNESTING exceeded/,
    explain: () => ({
      cause: 'functions called one another more deeply than MAXNESTING allows (10 where one calls itself)',
      cure: `set ${define('MAXNESTING: 50')}`,
    }),
  },
  {
    pattern: /^probe overhead .*exceeded threshold/,
    explain: ([overhead]) => ({
      cause: `its probes took too much of a CPU's time, and it stopped itself: ${overhead}`,
      cure: `probe fewer or rarer events, or do less in each; ${define('STP_OVERLOAD_THRESHOLD: 1000000000')} allows twice as much, STP_NO_OVERLOAD: 1 any`,
    }),
  },
  {
    pattern: /^Skipped too many probes/,
    explain: () => ({
      cause: 'it skipped more probes than MAXSKIPPED allows (100) and stopped itself',
      cure: `probe fewer or rarer events; ${define('STP_TIMING: 1')} makes it say why, ${define('MAXSKIPPED: 10000')} allows more`,
    }),
  },
  {
    pattern: /MAXSTRINGLEN exceeded/,
    explain: () => ({
      cause: 'a text is longer than MAXSTRINGLEN (512 bytes)',
      cure: `set ${define('MAXSTRINGLEN: 4096')}`,
    }),
  },
  {
    pattern: /^buffer size exceeded, consider \.maxsize\((\d+)\)/,
    explain: ([, size]) => ({
      cause: 'more was written to the procfs file than it holds',
      cure: `write .maxsize(${size}) behind the procfs probe's .read`,
    }),
  },
  {
    pattern:
      /^(?:global variable '[^']*'|context \(size \d+ per cpu\)|print log buf \(size \d+ per cpu\)) allocation failed/,
    explain: ([what]) => ({
      cause: `the host has no memory for the script: ${what}`,
      cure: 'declare smaller arrays, or lower MAXMAPENTRIES, MAXSTRINGLEN or buffer_mb',
    }),
  },
  {
    pattern: /^empty aggregate/,
    explain: () => ({
      cause: 'a statistic was taken of an aggregate without a value (empty aggregate)',
      cure: 'ask for @count(…) first: if (@count(a)) …',
    }),
  },
  {
    pattern: /^division by 0/,
    explain: () => ({ cause: 'it divided by 0', cure: 'ask for 0 first' }),
  },
];
