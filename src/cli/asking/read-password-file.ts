import { stat } from 'node:fs/promises';
import { parse, resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { text as collectText } from 'node:stream/consumers';
import { err, ok, type Result } from '../../model/result.ts';
import { expandHome } from '../../process/expand-home.ts';
import { limitSignal } from '../../process/limit-signal.ts';
import { largestSecret, readWithin } from '../../process/read-within.ts';
import { runProgram } from '../../process/run-program.ts';

/** How long a script may take to print a password, in milliseconds: it may ask somebody, or a service. */
const limitMs = 30_000;

/**
 * Reads a password file as Ansible does: its text without the white space around it. An executable file is run, and the
 * password is what it prints, without the newline. An error is a sentence without a full stop. Throws the reason of `signal`.
 */
export async function readPasswordFile(
  path: string,
  { args = [], signal }: { readonly args?: readonly string[]; readonly signal: AbortSignal },
): Promise<Result<string, string>> {
  const file = resolve(expandHome(path));
  let bytes: Result<Buffer, string>;
  try {
    const isProgram = await stat(file).then(found => found.isFile() && (found.mode & 0o111) !== 0);
    const content = await readWithin(file, largestSecret, signal);
    // A text without `#!` is refused here: execvp would hand it to sh, and its error message would show the password.
    if (isProgram && !/^(?:#!|\x7fELF)/.test(content.toString('latin1', 0, 4))) {
      return err(`${path} is executable, but no script; take its executable bit away`);
    }
    bytes = isProgram ? await runScript(file, args, signal) : ok(content);
    if (!bytes.ok) return bytes;
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value);
    const password = isProgram ? text.replace(/^[\r\n]+|[\r\n]+$/g, '') : text.trim();
    return password === '' ? err(`${path} holds no password`) : ok(password);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TypeError) return err(`${path} is no UTF-8 text`);
    return err(`cannot read ${path}: ${explainReadError(error as NodeJS.ErrnoException)}`);
  }
}

/** Reads a password from standard input, up to its end: the file `-`. An error is a sentence without a full stop. */
export async function readPasswordInput(signal: AbortSignal): Promise<Result<string, string>> {
  using limited = limitSignal(signal, limitMs);
  try {
    const text = await collectText(addAbortSignal(limited.signal, process.stdin));
    return text.trim() === '' ? err('standard input holds no password') : ok(text.trim());
  } catch (error) {
    signal.throwIfAborted();
    if (limited.signal.aborted) return err(`standard input gave no password within ${limitMs / 1000} s`);
    return err(`cannot read standard input: ${(error as Error).message}`);
  }
}

/** Ansible tells scripts named `FILE-client` or `FILE-client.py` which vault id the password is for. */
export function isClientScript(path: string): boolean {
  return parse(path).name.endsWith('-client');
}

function explainReadError({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES') return 'permission denied';
  return code === 'EISDIR' ? 'it is a folder' : message;
}

/** The script gets the standard input and error of this process, so that it can ask. */
async function runScript(file: string, args: readonly string[], signal: AbortSignal): Promise<Result<Buffer, string>> {
  const ran = await runProgram([file, ...args], {
    ...{ signal, limitMs, stdin: 'ours', stderr: 'ours' },
    output: { mostBytes: 64 * 1024 },
  });
  if (ran.ok) return ok(ran.value.output);
  const { kind, cause } = ran.error;
  if (kind === 'slow') return err(`${file} printed no password within ${limitMs / 1000} s`);
  return err(kind === 'too-much' ? `${file} prints more than a password` : `${file} ${cause}`);
}
