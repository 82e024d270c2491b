import { type Place, placeAt, type SourceFile } from '../../model/source.ts';
import type { LintFinding } from '../../script/lint-finding.ts';
import { closestOf, explainMessage } from './explain-message.ts';
import { explainStap } from './explain-stap.ts';
import { readStapMessages, type StapMessage, type StapPlace } from './read-stap-messages.ts';
import type { StapCheck, StapVerdict } from './stap-check.ts';

interface CheckedScript {
  readonly check: StapCheck;
  /** The script's file name that stap was given. */
  readonly file: string;
  /** Whether stap refused the script. */
  readonly failed: boolean;
}

/**
 * Turns stap's messages into findings in the script and the playbook. Without a kernel, what is missing because of that
 * only sets `isPartial`, and errors that a kernel might resolve (an unknown probe point or function) become warnings.
 */
export function diagnoseStapMessages(output: string, script: CheckedScript): StapVerdict {
  const { check, failed } = script;
  const findings: LintFinding[] = [];
  let isPartial = false;
  let isSaid = false;
  for (const message of readStapMessages(output.split('\n'))) {
    if (isNoise(message)) continue;
    if (message.kind !== 'warning') isSaid = true;
    if (check.kernel === undefined && isForKernel(message)) isPartial = true;
    else if (!addNote(findings, message, script)) findings.push(diagnoseMessage(message, script));
  }
  if (failed && !isSaid) {
    const { cause, cure } = explainStap(output, check.kernel ?? 'this kernel');
    findings.push(diagnose(refuses, `stap: ${cause}`, cure, check.place));
  }
  return { diagnostics: withoutRepeats(findings), isPartial };
}

/** Errors that follow from others, and what stap prints for every kernel but the running one. */
function isNoise({ text }: StapMessage): boolean {
  return /^resolution failed in|symbol table missing/.test(text);
}

function isForKernel({ kind, text, during }: StapMessage): boolean {
  if (kind === 'parse error') return false;
  if (during === atPoint) return !text.startsWith('probe point mismatch');
  return /debuginfo|not available without kernel|unable to find|not found|no match/.test(text);
}

/** `arity 1 first inferred here` belongs to the error before it. */
function addNote(findings: LintFinding[], { text, at, saw }: StapMessage, { check, file }: CheckedScript): boolean {
  const last = findings.at(-1);
  if (last === undefined || at?.file !== file || !/ first (?:\w+ )?here$/.test(text)) return false;
  findings[findings.length - 1] = { ...last, related: [{ place: placeIn(check.source, at, saw), note: text }] };
  return true;
}

function diagnoseMessage(message: StapMessage, { check, file }: CheckedScript): LintFinding {
  const { kind, text, at } = message;
  const argument = /^unused command line option \$(\d+)/.exec(text)?.[1];
  if (argument !== undefined) {
    const place = check.args[Number(argument) - 1]?.place ?? check.place;
    return diagnose(unused, `the script never uses argument ${argument}`, undefined, place);
  }
  const isDoubtful = check.kernel === undefined && /probe point mismatch|^unresolved function/.test(text);
  const verdict = kind === 'warning' || isDoubtful ? warns : refuses;
  const isOwn = at?.file === file;
  const place = isOwn ? placeIn(check.source, at, message.saw) : check.place;
  const library = at === undefined || isOwn ? '' : ` (${at.file.split('/').pop()}:${at.line})`;
  const release = check.kernel ?? 'this kernel';
  const known = explainMessage(message, release);
  if (known !== undefined) return diagnose(verdict, `${known.cause}${library}`, known.cure, place);
  const saw = kind === 'parse error' && message.saw !== undefined ? `, found ${message.saw}` : '';
  const point = message.during === atPoint && !text.startsWith('probe point') ? 'probe point: ' : '';
  return diagnose(verdict, `stap: ${point}${tidy(text)}${saw}${library}`, hintOf(message, place), place);
}

const atPoint = 'while resolving probe point';

function tidy(text: string): string {
  return text.replace(/ \[man [\w:]+\]/g, '').replace(/ \(similar(?: \w+)?: .*\)$/, '');
}

/** The closest of stap's own suggestions, if it is close enough: stap always suggests five names. */
function hintOf({ text, saw }: StapMessage, place: Place): string | undefined {
  // For a function without a probe point, stap gives the place of the point and quotes the function's name after it.
  const quoted = place.text.slice(place.column - 1).match(/"[^"]+"/g) ?? [];
  const written = [/'(.*)'$/.exec(saw ?? '')?.[1] ?? '', ...quoted.map(word => word.slice(1, -1))];
  return written.map(word => closestOf(text, word)).find(hint => hint !== undefined);
}

const refuses = { severity: 'error', code: 'stap-refuses' } as const;
const warns = { severity: 'warning', code: 'stap-warns' } as const;
const unused = { severity: 'warning', code: 'unused-arg' } as const;

function diagnose(
  verdict: typeof refuses | typeof warns | typeof unused,
  message: string,
  cure: string | undefined,
  place: Place,
): LintFinding {
  return { ...verdict, message, ...(cure === undefined ? {} : { cure }), place };
}

/** stap counts columns in bytes. A word that it saw is marked whole. */
function placeIn(source: SourceFile, { line, column }: StapPlace, saw: string | undefined): Place {
  let start = 0;
  for (let left = line - 1; left > 0; left--) {
    const newline = source.text.indexOf('\n', start);
    if (newline === -1) break;
    start = newline + 1;
  }
  const end = source.text.indexOf('\n', start);
  const text = source.text.slice(start, end === -1 ? source.text.length : end);
  const before = Buffer.from(text)
    .subarray(0, column - 1)
    .toString('utf8');
  const from = start + before.length;
  const word = /'(.*)'$/.exec(saw ?? '')?.[1] ?? '';
  const isThere = word !== '' && source.text.startsWith(word, from);
  const argument = /^[$@]\d+/.exec(source.text.slice(from, from + 10))?.[0] ?? '';
  return placeAt(source, from, from + (isThere ? word.length : Math.max(1, argument.length)));
}

function withoutRepeats(findings: readonly LintFinding[]): readonly LintFinding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, message, place }) => {
    const key = JSON.stringify([code, message, place?.file, place?.line, place?.column]);
    return !seen.has(key) && seen.add(key);
  });
}
