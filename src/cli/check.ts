import type { Diagnostic } from '../model/diagnostic.ts';
import { loadPlaybook } from '../playbook/load-playbook.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { lintPlaybook } from './lint-playbook.ts';
import type { PlaybookOptions } from './options.ts';
import { sayDiagnostics } from './say-diagnostics.ts';
import { selectPlays } from './select-plays.ts';

/** `tapbook check`: every finding in every playbook; with an inventory, its hosts and templates too. */
export async function check(playbooks: readonly string[], options: PlaybookOptions): Promise<ExitCode> {
  const diagnostics: Diagnostic[] = [];
  let code: ExitCode = exitCodes.ok;
  for (const path of playbooks) {
    const found = await checkOne(path, options);
    diagnostics.push(...found.diagnostics);
    if (found.exitCode !== exitCodes.ok) code = found.exitCode;
  }
  sayDiagnostics(diagnostics, options.format);
  if (options.format === 'text' && code === exitCodes.ok) {
    process.stderr.write(
      `${playbooks.length === 1 ? `${playbooks[0]} is` : `${playbooks.length} playbooks are`} valid\n`,
    );
  }
  return code;
}

async function checkOne(
  path: string,
  options: PlaybookOptions,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly exitCode: ExitCode }> {
  if (options.inventory !== undefined) {
    const selected = await selectPlays(path, options, new AbortController().signal);
    return selected.ok ? { diagnostics: selected.value.warnings, exitCode: exitCodes.ok } : selected.error;
  }
  const loaded = await loadPlaybook(path);
  if (!loaded.ok) return { diagnostics: loaded.error, exitCode: exitCodes.invalidInput };
  const lints = lintPlaybook(loaded.value.playbook);
  const isWrong = lints.some(lint => lint.severity === 'error');
  return {
    diagnostics: [...loaded.value.warnings, ...lints],
    exitCode: isWrong ? exitCodes.invalidInput : exitCodes.ok,
  };
}
