import type { JsonValue } from '../model/json.ts';
import { scalarText } from '../model/python-scalars.ts';
import { err, ok, type Result } from '../model/result.ts';
import { wholeNumberMeant } from '../model/whole-number-meant.ts';

/** Why a value cannot be used, and what would be right. */
export interface ValueProblem {
  readonly code: 'malformed' | 'not-scalar' | 'not-text' | 'too-long' | 'unsafe-path';
  readonly message: string;
  readonly cure: string;
}

/** An argument of stap as its text; `what` names it in a message. A number that a variable holds may be a fraction: `@1` reads it. */
export function argumentText(value: JsonValue, what: string): Result<string, ValueProblem> {
  const written = scalarText(value);
  if (written !== undefined) return ok(plainInteger(written));
  if (typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value))) return ok(String(value));
  if (typeof value !== 'string') {
    return err(notScalar(value, what));
  }
  if (!value.includes('\0')) return ok(value);
  return err({ code: 'not-text', message: `${what} holds a NUL byte`, cure: 'take it out' });
}

/** The text of a whole number, or a text: SystemTap has no fractions. */
export function wholeText(value: JsonValue, what: string): Result<string, ValueProblem> {
  return isFraction(value) ? err(notScalar(value, what)) : argumentText(value, what);
}

/** The text of a global for staprun. A string of the script holds at most `longest` bytes. */
export function globalText(value: JsonValue, what: string, longest: number): Result<string, ValueProblem> {
  const text = wholeText(value, what);
  if (!text.ok) return text;
  const length = Buffer.byteLength(text.value);
  if (length <= longest) return text;
  const cure = `a string here holds ${longest}: shorten it, or define a larger MAXSTRINGLEN`;
  return err({ code: 'too-long', message: `${what} is ${length} bytes long`, cure });
}

/** A path that stays below the folder it belongs to, whatever the variables hold. */
export function outputPath(value: JsonValue): Result<string, ValueProblem> {
  const path = scalarText(value) ?? (typeof value === 'number' ? String(value) : value);
  const cure = 'write a relative path without . and .., such as "{{ inventory_hostname }}.txt"';
  if (typeof path !== 'string') {
    return err({ code: 'unsafe-path', message: `output.file is ${kindOf(value)}, not a path`, cure });
  }
  const isSafe = path
    .split('/')
    .every(part => /^(?!\.{1,2}$)[^\p{Cc}\\]+$/u.test(part) && Buffer.byteLength(part) <= 255);
  if (isSafe && path.length <= 1000) return ok(path);
  const shown = path.length > 100 ? `${path.slice(0, 100)}…` : path;
  return err({ code: 'unsafe-path', message: `output.file ${JSON.stringify(shown)} is no plain relative path`, cure });
}

/** Neither stap nor the kernel knows the octals of YAML 1.2, or a leading plus. */
function plainInteger(text: string): string {
  return /^0o[0-7]+$/.test(text) ? String(BigInt(text)) : text.replace(/^\+(?=\d)/, '');
}

/** A number, marked or not, that is no whole one. */
function isFraction(value: JsonValue): boolean {
  const text = scalarText(value) ?? (typeof value === 'number' ? String(value) : '');
  return /^[-+]?(?:[\d.]+(?:e[-+]?\d+)?|inf|nan)$/i.test(text) && !/^[-+]?\d+$/.test(text);
}

function notScalar(value: JsonValue, what: string): ValueProblem {
  const message = `${what} is ${kindOf(value)}, not a whole number or a text`;
  return { code: 'not-scalar', message, cure: cureFor(value) };
}

function kindOf(value: JsonValue): string {
  const written = scalarText(value);
  if (written !== undefined) return written;
  if (value === null) return 'empty';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a mapping';
  if (Number.isInteger(value)) return 'a number too large to be exact';
  return String(value);
}

function cureFor(value: JsonValue): string {
  if (typeof value === 'boolean') return `write ${value ? 1 : 0}, or quote the word`;
  if (typeof value === 'number' && Number.isInteger(value)) return 'quote it where it is written';
  if (isFraction(value)) {
    const meant = wholeNumberMeant(scalarText(value) ?? String(value));
    return `SystemTap has no fractions: ${meant === undefined ? 'round it' : `write ${meant}`}, or quote it`;
  }
  if (Array.isArray(value)) return 'name one of its values, as in {{ name[0] }}, or add | join: ","';
  if (value === null) return 'give it a value, or "" for an empty text';
  return 'name one of its values, as in {{ name.part }}';
}
