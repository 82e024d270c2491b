import type { Diagnostic } from '../model/diagnostic.ts';
import type { Refusal } from '../model/refusal.ts';
import { type ExitCode, exitCodeOfRefusal } from './exit-code.ts';
import { ownConsole } from './own-console.ts';

/** Says why a command does not begin; returns its exit code. */
export function sayRefusal({ kind, diagnostics }: Refusal, format: 'text' | 'json'): ExitCode {
  ownConsole.sayDiagnostics(diagnostics, format);
  return exitCodeOfRefusal(kind);
}

/** Prints warnings for a person. With JSON nothing is printed: no program reads them. */
export function sayWarnings(warnings: readonly Diagnostic[], format: 'text' | 'json'): void {
  const meant = warnings.filter(({ severity }) => severity !== 'info');
  if (format === 'text') ownConsole.sayDiagnostics(meant, 'text');
}

/** Prints messages of connections, for commands whose output is no stream of events. */
export function sayConnection(format: 'text' | 'json'): (message: string) => void {
  return message => sayWarnings([{ severity: 'warning', code: 'connection', message }], format);
}
