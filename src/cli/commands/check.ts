import { type CheckRequest, checkPlaybook } from '../../engine/sources/check-playbook.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { eachOnce } from '../../model/in-file-order.ts';
import type { PlaybookOptions } from '../arguments/options.ts';
import { withPasswords } from '../asking/passwords.ts';
import { type ExitCode, exitCodeOfRefusal, exitCodes } from '../exit-code.ts';
import { sayDiagnostics } from '../say-diagnostics.ts';
import { catchSignals } from '../session/catch-signals.ts';

export interface CheckOptions extends PlaybookOptions, Omit<CheckRequest, 'passwords'> {}

/** `tapbook check`: every finding in every playbook; with an inventory, its hosts and templates too. */
export async function check(playbooks: readonly string[], options: CheckOptions): Promise<ExitCode> {
  using interrupts = catchSignals(() => undefined);
  const request = withPasswords(options);
  const diagnostics: Diagnostic[] = [];
  let code: ExitCode = exitCodes.ok;
  for (const path of playbooks) {
    const found = await checkPlaybook(path, request, interrupts.stop);
    diagnostics.push(...found.diagnostics);
    if (found.refusal === undefined) continue;
    // Of several, input that is wrong counts more than hosts that do not match.
    if (code === exitCodes.ok || found.refusal === 'invalid-input') code = exitCodeOfRefusal(found.refusal);
  }
  sayDiagnostics(eachOnce(diagnostics), options.format);
  if (options.format === 'text' && code === exitCodes.ok) {
    const what = playbooks.length === 1 ? `${playbooks[0]} is` : `${playbooks.length} playbooks are`;
    const when = options.ref === undefined ? '' : ` as of ${options.ref}`;
    process.stderr.write(`${what} valid${when}\n`);
  }
  return code;
}
