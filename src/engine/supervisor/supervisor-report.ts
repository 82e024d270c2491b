import { type KeptEnds, keepEnds, type MostKept, shortenText } from '../../model/keep-ends.ts';
import { printableLine } from '../../model/printable-text.ts';
import type { FoundProcess } from '../../model/target-process.ts';
import { splitAtNonce } from '../../process/nonce.ts';
import { type Mismatch, readMismatch } from './read-mismatch.ts';
import { newSigns, readStaprunLine, type StaprunSigns } from './read-staprun-line.ts';

/** What a target's supervisor has reported so far, by the lines of `supervisor.sh`. Each text is one line, bounded. */
export interface SupervisorReport {
  /** The script's own folder on the target. */
  folder: string | undefined;
  /** What the target had no tool to check: words of `checks`. */
  readonly unchecked: Set<string>;
  /** How many words came that no supervisor says. */
  strange: number;
  ready: boolean;
  /** The kernel's `boot_id`; undefined before `ready`, or where the kernel has none. */
  boot: string | undefined;
  loaded: boolean;
  /** The process that `staprun -x` is told of, and after how many seconds it was gone. */
  target: FoundProcess | undefined;
  targetGone: number | undefined;
  refused: { readonly why: string; readonly detail: string } | undefined;
  stopping: { readonly why: string; readonly number: number } | undefined;
  /** For how many seconds the probes were armed until `stopping`. */
  traced: number | undefined;
  /** The strongest signal beyond INT that it took to end staprun. */
  harder: 'TERM' | 'KILL' | undefined;
  /** Why `staprun -d` could not unload the module, and rm not remove the folder. */
  stuck: string | undefined;
  kept: string | undefined;
  ended:
    | { readonly code: number; readonly seconds: number; readonly module: string; readonly directory: string }
    | undefined;
  /** SystemTap's first word of a process that runs another file than the one that the module was built for. */
  mismatch: Mismatch | undefined;
  readonly signs: StaprunSigns;
  /** The first and the last lines on standard error that are meant for the user. */
  readonly errors: KeptEnds;
  /** The first of them with which staprun says that it failed, wherever they stand. */
  readonly failures: string[];
}

/** Of staprun's lines, to find the cause of a failure: it says why in a few, and what a script warns of may be without end. */
const mostErrors: MostKept = { all: 64_000, line: 2_000 };
const mostFailures = 20;

/** What a supervisor may have no tool for, or no right to see. */
const checks: ReadonlySet<string> = new Set(['sha256', 'load', 'memory', 'init']);

export function newReport(parameters: readonly string[] = []): SupervisorReport {
  return {
    folder: undefined,
    unchecked: new Set(),
    strange: 0,
    ready: false,
    boot: undefined,
    loaded: false,
    target: undefined,
    targetGone: undefined,
    refused: undefined,
    stopping: undefined,
    traced: undefined,
    harder: undefined,
    stuck: undefined,
    kept: undefined,
    ended: undefined,
    mismatch: undefined,
    signs: newSigns(parameters),
    errors: keepEnds(mostErrors),
    failures: [],
  };
}

/** What is kept of staprun's lines, in their order but for failures that stand between the first and the last ones. */
export function errorsOf({ errors, failures }: Pick<SupervisorReport, 'errors' | 'failures'>): readonly string[] {
  const lines = errors.lines();
  return [...failures.filter(line => !lines.includes(line)), ...lines];
}

/** Reads one line of standard error: the supervisor's own words go into the report, what the user is to see is returned. */
export function readLogLine(line: string, nonce: string, report: SupervisorReport): string | undefined {
  const { printed: text, words } = splitAtNonce(line, nonce);
  const [word, ...rest] = words;
  if (word !== undefined && !takeWord(word, rest, report)) report.strange++;
  const printed = text === undefined ? undefined : readStaprunLine(text, report.signs);
  if (printed === undefined) return undefined;
  report.errors.add(printed);
  // Nearly all lines are told by the first look.
  if (printed.includes('Build-id mismatch')) report.mismatch ??= readMismatch(printed);
  if (printed.startsWith('ERROR: ') && report.failures.length < mostFailures) {
    report.failures.push(shortenText(printed, mostErrors));
  }
  return printed;
}

/** False for what no supervisor says: nothing of it is believed. Each later word of a kind takes the place of the earlier. */
function takeWord(word: string, rest: readonly string[], report: SupervisorReport): boolean {
  const [first = '', ...others] = rest;
  switch (word) {
    case 'folder':
      report.folder = oneLine(rest);
      return true;
    case 'unchecked':
      if (checks.has(first)) report.unchecked.add(first);
      return checks.has(first);
    case 'ready':
      report.ready = true;
      report.boot = first === '' ? undefined : oneLine([first]);
      return true;
    case 'loaded':
      report.loaded = true;
      return true;
    case 'target':
      if (!isNumber(first)) return false;
      report.target = { pid: Number(first), name: oneLine(others) };
      return true;
    case 'target-gone':
      if (!isNumber(first)) return false;
      report.targetGone = Number(first);
      return true;
    case 'refused':
      // A path may be long, and processes stand before it.
      report.refused = { why: oneLine([first]), detail: printableLine(others.join(' '), 5_000) };
      return true;
    case 'stopping': {
      const number = others[0] || '0';
      if (!isNumber(number)) return false;
      report.stopping = { why: oneLine([first]), number: Number(number) };
      return true;
    }
    case 'traced':
      if (!isNumber(first)) return false;
      report.traced = Number(first) / 100;
      return true;
    case 'harder':
      report.harder = first === 'KILL' ? 'KILL' : 'TERM';
      return true;
    case 'stuck':
      report.stuck = oneLine(rest);
      return true;
    case 'kept':
      report.kept = oneLine(rest);
      return true;
    case 'ended': {
      const [code = '', seconds = '', module = '', directory = ''] = rest;
      if (!isNumber(code) || !isNumber(seconds)) return false;
      report.ended = { code: Number(code), seconds: Number(seconds), module, directory };
      return true;
    }
    default:
      return false;
  }
}

/** A whole number; -1 is a code, and a clock that was set back may make others. */
function isNumber(text: string): boolean {
  return /^-?\d{1,12}$/.test(text);
}

/** Text from another machine, made fit for a message. */
function oneLine(words: readonly string[]): string {
  return printableLine(words.join(' '), 200);
}
