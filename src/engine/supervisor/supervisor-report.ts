import { printableLine } from '../../model/printable-text.ts';
import { splitAtNonce } from '../../process/nonce.ts';

/** What a target's supervisor has said so far: the lines of `supervisor.sh`. Texts are of one line and bounded. */
export interface SupervisorReport {
  /** The folder on the target that is this script's own. */
  folder: string | undefined;
  /** What nothing there could check. */
  readonly unchecked: string[];
  ready: boolean;
  /** The boot of the target, by the kernel's own id; undefined before `ready`, or where it does not say. */
  boot: string | undefined;
  loaded: boolean;
  refused: { readonly why: string; readonly detail: string } | undefined;
  stopping: { readonly why: string; readonly number: number } | undefined;
  /** What `staprun -d` said of a module that stays, and rm of a folder that does. */
  stuck: string | undefined;
  kept: string | undefined;
  ended:
    | { readonly code: number; readonly seconds: number; readonly module: string; readonly directory: string }
    | undefined;
  /** The end of what staprun itself printed on its standard error. */
  readonly errors: string[];
}

/** How many lines of staprun's own are kept for finding the cause of a failure. */
const mostErrors = 200;

export function newReport(): SupervisorReport {
  return {
    folder: undefined,
    unchecked: [],
    ready: false,
    boot: undefined,
    loaded: false,
    refused: undefined,
    stopping: undefined,
    stuck: undefined,
    kept: undefined,
    ended: undefined,
    errors: [],
  };
}

/**
 * Takes one line of the channel's standard error: the supervisor's own words go into the report, what staprun printed is
 * returned.
 */
export function readLogLine(line: string, nonce: string, report: SupervisorReport): string | undefined {
  const { printed, words } = splitAtNonce(line, nonce);
  const [word, ...rest] = words;
  takeWord(word, rest, report);
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
    case 'refused':
      report.refused = { why: first, detail: oneLine(others) };
      break;
    case 'stopping':
      report.stopping = { why: first, number: Number(others[0] ?? 0) };
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

/** Another machine's text, fit to stand in a cause. */
function oneLine(words: readonly string[]): string {
  return printableLine(words.join(' '), 200);
}
