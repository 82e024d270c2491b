import type { Diagnostic } from '../model/diagnostic.ts';
import { formatDiagnostics } from '../report/texts/diagnostics.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { colourOf } from './session/colour.ts';

/** Why a command could not begin: what is wrong in its input, and the exit code for it. */
export interface Refusal {
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: ExitCode;
}

export function refuseInput(diagnostics: readonly Diagnostic[]): Refusal {
  return { diagnostics, exitCode: exitCodes.invalidInput };
}

/** Prints diagnostics to stderr, or with `--format json` one JSON object a line to stdout. */
export function sayDiagnostics(diagnostics: readonly Diagnostic[], format: 'text' | 'json'): void {
  if (diagnostics.length === 0) return;
  if (format === 'json') {
    for (const diagnostic of diagnostics) process.stdout.write(`${JSON.stringify(diagnostic)}\n`);
  } else {
    process.stderr.write(formatDiagnostics(diagnostics, { colour: colourOf(process.stderr) }));
  }
}
