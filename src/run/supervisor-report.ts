import type { Stage } from '../model/outcome.ts';
import { splitAtNonce } from '../transport/nonce.ts';

/** What a target's supervisor has said so far: the lines of `supervisor-script.ts`. */
export interface SupervisorReport {
  ready: boolean;
  loaded: boolean;
  refused: { readonly stage: Stage; readonly why: string } | undefined;
  stopping: string | undefined;
  ended:
    | { readonly code: number; readonly seconds: number; readonly module: string; readonly directory: string }
    | undefined;
  /** The end of what staprun itself printed on its standard error. */
  readonly errors: string[];
}

/** How many lines of staprun's own are kept for finding the cause of a failure. */
const mostErrors = 200;

export function newReport(): SupervisorReport {
  return { ready: false, loaded: false, refused: undefined, stopping: undefined, ended: undefined, errors: [] };
}

/**
 * Takes one line of the channel's standard error: the supervisor's own words go into the report, what staprun printed is
 * returned.
 */
export function hearLine(line: string, nonce: string, report: SupervisorReport): string | undefined {
  const { printed, words } = splitAtNonce(line, nonce);
  const [word, ...rest] = words;
  takeWord(word, rest, report);
  if (printed === undefined) return undefined;
  report.errors.push(printed);
  if (report.errors.length > mostErrors) report.errors.shift();
  return printed;
}

function takeWord(word: string | undefined, rest: readonly string[], report: SupervisorReport): void {
  if (word === 'ready') report.ready = true;
  if (word === 'loaded') report.loaded = true;
  if (word === 'stopping') report.stopping = rest[0];
  if (word === 'refused') {
    report.refused = { stage: rest[0] === 'load' ? 'load' : 'upload', why: rest.slice(1).join(' ') };
  }
  if (word === 'ended') {
    const [code, seconds, module, directory] = rest;
    report.ended = { code: Number(code), seconds: Number(seconds), module: module ?? '', directory: directory ?? '' };
  }
}
