import { printableLine } from '../../model/printable-text.ts';
import type { FoundProcess } from '../../model/target-process.ts';
import { splitAtNonce } from '../../process/nonce.ts';
import { newSigns, readStaprunLine, type StaprunSigns } from './read-staprun-line.ts';

/** What a target's supervisor has reported so far, by the lines of `supervisor.sh`. Each text is one line, bounded. */
export interface SupervisorReport {
  /** The script's own folder on the target. */
  folder: string | undefined;
  /** What the target had no tool to check. */
  readonly unchecked: string[];
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
  readonly signs: StaprunSigns;
  /** The last lines on standard error that are meant for the user. */
  readonly errors: string[];
}

/** How many of staprun's lines are kept to find the cause of a failure. */
const mostErrors = 200;

export function newReport(parameters: readonly string[] = []): SupervisorReport {
  return {
    folder: undefined,
    unchecked: [],
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
    signs: newSigns(parameters),
    errors: [],
  };
}

/** Reads one line of standard error: the supervisor's own words go into the report, what the user is to see is returned. */
export function readLogLine(line: string, nonce: string, report: SupervisorReport): string | undefined {
  const { printed: text, words } = splitAtNonce(line, nonce);
  const [word, ...rest] = words;
  takeWord(word, rest, report);
  const printed = text === undefined ? undefined : readStaprunLine(text, report.signs);
  if (printed === undefined) return undefined;
  report.errors.push(printed);
  if (report.errors.length > mostErrors) report.errors.shift();
  return printed;
}

function takeWord(word: string | undefined, rest: readonly string[], report: SupervisorReport): void {
  const [first = '', ...others] = rest;
  switch (word) {
    case 'folder':
      report.folder = oneLine(rest);
      break;
    case 'unchecked':
      report.unchecked.push(oneLine(rest));
      break;
    case 'ready':
      report.ready = true;
      report.boot = first === '' ? undefined : first;
      break;
    case 'loaded':
      report.loaded = true;
      break;
    case 'target':
      report.target = { pid: Number(first), name: oneLine(others) };
      break;
    case 'target-gone':
      report.targetGone = Number(first);
      break;
    case 'refused':
      report.refused = { why: first, detail: oneLine(others) };
      break;
    case 'stopping':
      report.stopping = { why: first, number: Number(others[0] ?? 0) };
      break;
    case 'traced':
      report.traced = Number(first) / 100;
      break;
    case 'harder':
      report.harder = first === 'KILL' ? 'KILL' : 'TERM';
      break;
    case 'stuck':
      report.stuck = oneLine(rest);
      break;
    case 'kept':
      report.kept = oneLine(rest);
      break;
    case 'ended': {
      const [code, seconds, module, directory] = rest;
      report.ended = { code: Number(code), seconds: Number(seconds), module: module ?? '', directory: directory ?? '' };
      break;
    }
    default:
  }
}

/** Text from another machine, made fit for a message. */
function oneLine(words: readonly string[]): string {
  return printableLine(words.join(' '), 200);
}
