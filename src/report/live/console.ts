import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { printableText } from '../../model/printable-text.ts';
import { withholdQuotes } from '../../model/withhold-quotes.ts';
import { toJsonLine } from '../layout/json-line.ts';
import type { Colour } from '../layout/style.ts';
import { formatDiagnostics } from '../texts/diagnostics.ts';
import { colourOf } from './colour-of.ts';
import { columnsOf } from './columns-of.ts';
import type { OutputStream } from './output-stream.ts';

/** The one writer of commands: what was asked for goes to standard output, what is said beside it to standard error. */
export interface Console {
  readonly print: (text: string) => void;
  /** Piece by piece, each when there is room for it: for more than fits into memory. */
  readonly printAll: (pieces: AsyncIterable<string>) => Promise<void>;
  readonly say: (text: string) => void;
  /** A sentence of the program itself, with its name before it. */
  readonly tell: (sentence: string) => void;
  /** Findings for a person; with `json` one object a line to standard output, for programs. */
  readonly sayDiagnostics: (diagnostics: readonly Diagnostic[], format: 'text' | 'json') => void;
  /** What a text for standard output may look like. Asked anew for each: windows change. */
  readonly shape: () => { readonly colour: Colour; readonly columns: number };
  /** For a reporter, which writes by itself. */
  readonly stdout: OutputStream;
}

export type ConsoleStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface ConsoleOptions {
  readonly stdout: ConsoleStream;
  readonly stderr: ConsoleStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createConsole({ stdout, stderr, env }: ConsoleOptions): Console {
  // Whoever reads by a program gets what was asked for as it is.
  const forReader = (text: string): string => (stdout.isTTY === true ? ownColoursOnly(text) : text);
  const print = (text: string): void => void stdout.write(forReader(text));
  const say = (text: string): void => void stderr.write(ownColoursOnly(text));
  return {
    stdout,
    print,
    say,
    tell: sentence => say(`tapbook: ${sentence}\n`),
    async printAll(pieces) {
      for await (const piece of pieces) {
        const hasRoom = stdout.write(forReader(piece));
        if (!hasRoom && stdout.writable) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]);
      }
    },
    sayDiagnostics(diagnostics, format) {
      const shown = withholdQuotes(diagnostics);
      if (format === 'json') for (const diagnostic of shown) print(toJsonLine(diagnostic));
      else if (shown.length > 0) say(formatDiagnostics(shown, { colour: colourOf(stderr, env) }));
    },
    shape: () => ({ colour: colourOf(stdout, env), columns: columnsOf(stdout) }),
  };
}

/**
 * The last guard before a terminal: of control sequences only those for colours are left, and of control characters only line ends and
 * tabs. Names and messages of others are made printable where they are put into a sentence; one that was forgotten does no harm.
 */
function ownColoursOnly(text: string): string {
  return text
    .split(/(\x1b\[[\d;]*m|\r?\n)/)
    .map((part, index) => (index % 2 === 1 ? part : printableText(part)))
    .join('');
}
