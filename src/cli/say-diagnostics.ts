import type { Diagnostic } from '../model/diagnostic.ts';
import type { Refusal } from '../model/refusal.ts';
import { formatDiagnostics } from '../report/texts/diagnostics.ts';
import { type ExitCode, exitCodeOfRefusal } from './exit-code.ts';
import { colourOf } from './session/colour.ts';

/** Says why a command does not begin; returns its exit code. */
export function sayRefusal({ kind, diagnostics }: Refusal, format: 'text' | 'json'): ExitCode {
  sayDiagnostics(diagnostics, format);
  return exitCodeOfRefusal(kind);
}

/** Says warnings to a person; programs read them from nowhere. */
export function sayWarnings(warnings: readonly Diagnostic[], format: 'text' | 'json'): void {
  if (format === 'text') sayDiagnostics(warnings, 'text');
}

/** What connections have to say, where the command's output is no stream of events. */
export function sayConnection(format: 'text' | 'json'): (message: string) => void {
  return message => sayWarnings([{ severity: 'warning', code: 'connection', message }], format);
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
