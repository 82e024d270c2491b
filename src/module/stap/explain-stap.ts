import { absentMark } from './absent-mark.ts';
import { explainMessage } from './explain-message.ts';
import { explainPoint } from './explain-point.ts';
import { readStapMessages, type StapMessage } from './read-stap-messages.ts';
import type { StapExplanation } from './stap-explanation.ts';

/** Of a log that is longer, its beginning and its end are looked at. In characters. */
const mostExplained = { log: 4_000_000, line: 4000 };

/**
 * Finds the cause of a failed build in `log`, all that stap printed. The texts are those of the source of 4.x and 5.x. `args`
 * are the script's. Takes time in proportion to the log: patterns see one line at a time.
 */
export function explainStap(log: string, release: string, args: readonly string[] = []): StapExplanation {
  const lines = linesOf(log);
  const messages = readStapMessages(lines);
  const absent = lines.filter(line => line.startsWith(absentMark)).map(line => line.slice(absentMark.length));
  const stripped = lines.flatMap(line => strippedFile.exec(line)?.[1] ?? []);
  const noHeaders = explainLines(lines, [noHeadersLine], release);
  if (noHeaders !== undefined) return noHeaders;
  for (const message of messages) {
    const explanation = explainMessage(message, release) ?? explainPoint(message, { args, absent, stripped });
    if (explanation !== undefined) return { ...explanation, cause: `${explanation.cause}${placeOf(message)}` };
  }
  return explainLines(lines, knownLines, release) ?? { cause: firstError(messages, lines) };
}

/** `WARNING: cannot find module /usr/bin/x debuginfo: No DWARF information found [man warning::debuginfo]` */
const strippedFile = /^WARNING: cannot find module (\/\S+) debuginfo: /;

function linesOf(log: string): readonly string[] {
  const half = mostExplained.log / 2;
  const looked = log.length > mostExplained.log ? `${log.slice(0, half)}\n${log.slice(-half)}` : log;
  return looked.split('\n').map(line => line.slice(0, mostExplained.line));
}

interface KnownLine {
  readonly pattern: RegExp;
  readonly explain: (match: RegExpExecArray, release: string) => StapExplanation;
}

/** By the first of `known` that any line has: causes come before the errors that follow from them. */
function explainLines(
  lines: readonly string[],
  known: readonly KnownLine[],
  release: string,
): StapExplanation | undefined {
  for (const { pattern, explain } of known) {
    for (const line of lines) {
      const match = pattern.exec(line);
      if (match !== null) return explain(match, release);
    }
  }
  return undefined;
}

const noHeadersLine: KnownLine = {
  pattern: /Checking "([^"]+)" failed with error: (.+)/,
  explain: ([, path, error], release) => ({
    cause: `no kernel headers for ${release} (${path}: ${error})`,
    cure: `install linux-headers-${release} (Debian) or kernel-devel-${release} (RHEL) on the build host`,
  }),
};

const knownLines: readonly KnownLine[] = [
  {
    // See in-sysroot.sh.
    pattern: /^tapbook: no sysroot: (.+)/,
    explain: ([, why]) => ({ cause: `the targets' binaries cannot be put where stap finds them: ${why}` }),
  },
  {
    pattern: /^Input file '[^']*' is empty/,
    explain: () => ({ cause: 'the script is empty', cure: 'write a probe: probe begin { println("hello") exit() }' }),
  },
  {
    pattern: /Safety pattern mismatch for -m/,
    explain: () => ({ cause: 'stap does not take the module name', cure: 'use letters, digits and _ only' }),
  },
  {
    pattern: /^Out of memory\.|\bstd::bad_alloc\b|\bvirtual memory exhausted\b|\bout of memory allocating\b/,
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
    pattern: /^(?:\S*\/)?([\w.-]+\.[ch]):\d+(?::\d+)?: error: (.+)$/,
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
function firstError(messages: readonly StapMessage[], lines: readonly string[]): string {
  const first = messages.find(({ kind }) => kind !== 'warning');
  if (first !== undefined) return describeMessage(first);
  return lines.find(line => /\berror: /.test(line))?.trim() ?? 'stap failed and did not say why';
}

function describeMessage(message: StapMessage): string {
  const { kind, text, at, saw } = message;
  if (kind === 'error') return `ERROR: ${text}`;
  if (kind === 'parse error' && saw !== undefined) return `${kind}: ${text}, saw ${saw}${placeOf(message)}`;
  return saw === undefined || at === undefined
    ? `${kind}: ${text}${placeOf(message)}`
    : `${kind}: ${text}: ${saw} at ${at.file}:${at.line}:${at.column}`;
}

function placeOf({ at }: StapMessage): string {
  return at === undefined ? '' : ` (${at.file}:${at.line}:${at.column})`;
}
