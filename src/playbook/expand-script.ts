import { createHash } from 'node:crypto';
import { dirname, isAbsolute, resolve } from 'node:path';
import { printableLine } from '../model/printable-text.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { SourceFile } from '../model/source.ts';
import { runProgram } from '../process/run-program.ts';
import { sayLastLines } from '../process/say-last-lines.ts';
import { splitWords } from '../process/split-words.ts';
import { findNoText } from './find-no-text.ts';
import type { Script } from './written-playbook.ts';

/** How long a command may take, in milliseconds. */
const limitMs = 60_000;

export type Command = readonly [program: string, ...args: string[]];

export interface ExpandProblem {
  readonly code: 'malformed' | 'expand-failed' | 'not-text';
  readonly message: string;
  readonly cure: string;
}

/** The words of `expand`. No shell ever sees them, so what only a shell could mean is refused in a text. */
export function readCommand(expand: NonNullable<Script['expand']>): Result<Command, ExpandProblem> {
  const words =
    typeof expand === 'string' ? splitCommand(expand) : ok((expand as readonly (string | number)[]).map(String));
  if (!words.ok) return words;
  const [program = '', ...args] = words.value;
  if (program === '') return refuse('expand names no program', listForm);
  if (words.value.some(word => word.includes('\0'))) return refuse('expand holds a NUL byte', 'take it out');
  return ok([program, ...args]);
}

function splitCommand(text: string): Result<readonly string[], ExpandProblem> {
  const split = splitWords(text, 'without-comments');
  if (!split.ok) return refuse(`expand: ${split.error.message}`, listForm);
  // As they were written: in quotes they are words like others.
  const shell = split.value.map(({ start, end }) => text.slice(start, end)).find(word => shellWord.test(word));
  if (shell === undefined) return ok(split.value.map(word => word.text));
  return refuse(
    `expand is run without a shell, and ${JSON.stringify(shell)} means something to a shell only`,
    shellForm,
  );
}

/** Operators and substitutions, outside of single quotes. */
const shellWord = /^(?:[|&;].*|\d*[<>].*|.*[^\\];)$|^(?!').*(?:\$[({\w]|`)/s;
const listForm = 'for example: expand: [tools/make-script.pl, --kind, read]';
const shellForm = 'quote it, write a list, or ask for a shell: expand: [sh, -c, "…"]';

function refuse(message: string, cure: string): Result<never, ExpandProblem> {
  return err({ code: 'malformed', message, cure });
}

interface Expansion {
  /** The script's name, of which its path is made. */
  readonly name: string;
  /** In its folder the command is run. */
  readonly playbook: string;
  /** The most that it may print, in bytes. */
  readonly largest: number;
  readonly signal: AbortSignal;
}

/** Runs a command that prints a script. Throws only the reason of the signal. */
export async function expandScript(
  command: Command,
  { name, playbook, largest, signal }: Expansion,
): Promise<Result<SourceFile, ExpandProblem>> {
  const [program, ...args] = command;
  const folder = resolve(dirname(playbook));
  // As an inventory's programs, but found beside the playbook. A name alone is looked for in the PATH.
  const path = program.includes('/') && !isAbsolute(program) ? resolve(folder, program) : program;
  const shown = printableLine(program, 100);
  const fail = (code: ExpandProblem['code'], what: string, cure: string): Result<never, ExpandProblem> =>
    err({ code, message: `${shown} ${what}`, cure });
  const ran = await runProgram([path, ...args], {
    signal,
    limitMs,
    output: { mostBytes: largest },
    group: 'own',
    folder,
  });
  if (!ran.ok) {
    const { kind, cause, says } = ran.error;
    return fail('expand-failed', `${cause}${sayLastLines(says)}`, cures[kind]);
  }
  const { output, says } = ran.value;
  const text = output.toString('utf8');
  if (text.trim() === '') return fail('expand-failed', `printed no script${sayLastLines(says)}`, cures.failed);
  const odd = findNoText(text)?.kind;
  if (odd === 'nul') return fail('not-text', 'printed a NUL byte', 'it has to print the script, not a module');
  if (odd !== undefined) return fail('not-text', 'printed what is no UTF-8', 'let iconv -t UTF-8 convert it');
  const sha256 = createHash('sha256').update(output).digest('hex');
  return ok({ path: `${name}.stp`, text, printedBy: { command, sha256 } });
}

const cures = {
  absent: 'the path is relative to the playbook; a name without / is looked for in the PATH',
  'not-executable': 'chmod +x it',
  'not-started': 'run it by hand in the folder of the playbook',
  slow: 'it has to print the script and end; what it traces comes later',
  'too-much': 'it has to print the script alone',
  killed: 'run it by hand in the folder of the playbook',
  failed: 'run it by hand in the folder of the playbook',
} as const;

/** Stands for a script whose command is not run. */
export function unexpandedScript(command: Command, name: string): SourceFile {
  return { path: `${name}.stp`, text: `// what ${JSON.stringify(command)} prints\n`, printedBy: { command } };
}
