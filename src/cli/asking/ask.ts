import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { Secret } from '../../model/secret.ts';
import { limitSignal } from '../../process/limit-signal.ts';

/** How long a question waits for an answer, in milliseconds. */
const limitMs = 600_000;

export interface Question {
  /** Whether what is typed can be seen. */
  readonly answer: 'hidden' | 'shown';
  /** What is printed, such as `Vault password: `. */
  readonly prompt: string;
  /** What it is for, such as `become password`. */
  readonly what: string;
  /** What helps where there is nobody to ask. */
  readonly cure: string;
  readonly signal: AbortSignal;
}

/**
 * Asks on the terminal that the program was started from, whatever its standard streams are. A secret is not shown while it
 * is typed. The terminal's settings are restored in every case, and Ctrl-C does what it always does. A missing terminal and
 * a missing answer are errors of the result. Throws the reason of `signal`.
 */
export async function ask(question: Question): Promise<Result<Secret, Diagnostic>> {
  const { answer, prompt, what, cure, signal } = question;
  signal.throwIfAborted();
  const fail = (message: string): Result<Secret, Diagnostic> =>
    err({ severity: 'error', code: 'no-password', message, cure });
  const terminal = openTerminal();
  if (terminal === undefined) return fail(`cannot ask for the ${what}: there is no terminal`);
  using limited = limitSignal(signal, limitMs);
  let ending: Ending;
  try {
    terminal.write(prompt);
    ending = await readLine(terminal.input, limited.signal, text => {
      if (answer === 'shown') terminal.write(text);
    });
  } finally {
    terminal.close();
  }
  signal.throwIfAborted();
  switch (ending.kind) {
    case 'answered':
      return ok(new Secret(ending.text));
    case 'ended':
      return fail(`nobody gave the ${what}`);
    case 'gone':
      return fail(`nobody gave the ${what} within ${limitMs / 1000} s`);
    case 'interrupted':
      // For the whole process group, as a terminal does it: a program that waits for this one gets it, too.
      process.kill(0, 'SIGINT');
      for (let waits = 0; waits < 100 && !signal.aborted; waits++) await sleep(10);
      signal.throwIfAborted();
      throw new Error(`interrupted at the question for the ${what}`);
    default:
      return ending satisfies never;
  }
}

interface Terminal {
  readonly input: ReadStream;
  write(text: string): void;
  close(): void;
}

function openTerminal(): Terminal | undefined {
  let output: number | undefined;
  try {
    output = openSync('/dev/tty', 'w');
    const input = new ReadStream(openSync('/dev/tty', 'r'));
    // Before the prompt, since people begin to type when they see it.
    input.setRawMode(true);
    const fd = output;
    return {
      input,
      write: text => void writeSync(fd, text),
      close() {
        input.setRawMode(false);
        input.destroy();
        try {
          writeSync(fd, '\n');
        } catch {
          // The terminal was closed.
        }
        closeSync(fd);
      },
    };
  } catch {
    if (output !== undefined) closeSync(output);
    return undefined;
  }
}

type Ending =
  | { readonly kind: 'answered'; readonly text: string }
  /** Ctrl-D, or the terminal was closed. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'gone' };

/** A raw terminal hands over each key: editing and ending the line is done here. */
function readLine(input: ReadStream, signal: AbortSignal, echo: (text: string) => void): Promise<Ending> {
  return new Promise(resolve => {
    let text: readonly string[] = [];
    const end = (ending: Ending): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(ending);
    };
    const onAbort = (): void => end({ kind: 'gone' });
    signal.addEventListener('abort', onAbort);
    input.setEncoding('utf8');
    input.on('data', (keys: string) => {
      for (const key of keys) {
        if (key === '\r' || key === '\n') return end({ kind: 'answered', text: text.join('') });
        if (key === '\x03') return end({ kind: 'interrupted' });
        if (key === '\x04' && text.length === 0) return end({ kind: 'ended' });
        if (key === '\x7f' || key === '\b') {
          if (text.length > 0) echo('\b \b');
          text = text.slice(0, -1);
        } else if (key === '\x15') {
          echo('\b \b'.repeat(text.length));
          text = [];
        } else if (key >= ' ') {
          echo(key);
          text = [...text, key];
        }
      }
    });
    input.on('end', () => end({ kind: 'ended' }));
    input.on('error', () => end({ kind: 'ended' }));
    if (signal.aborted) onAbort();
  });
}
