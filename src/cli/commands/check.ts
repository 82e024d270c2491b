import { checkPlaybook } from '../../engine/sources/check-playbook.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { eachOnce } from '../../model/in-file-order.ts';
import { formatValid } from '../../report/texts/check-text.ts';
import type { CheckOptions } from '../arguments/options/check-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { composeKeptProbes } from '../compose.ts';
import { type ExitCode, exitCodeOfRefusal, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { untilStopped } from '../session/until-stopped.ts';

/** `tapbook check`: every finding in every playbook; with an inventory, its hosts and templates too. */
export function check(playbooks: readonly string[], options: CheckOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const request = { ...asRequest(options), binaries: composeKeptProbes().seenAt };
    const diagnostics: Diagnostic[] = [];
    let code: ExitCode = exitCodes.ok;
    for (const path of playbooks) {
      const found = await checkPlaybook(path, request, stop);
      diagnostics.push(...found.diagnostics);
      if (found.refusal === undefined) continue;
      // Invalid input counts more than a pattern without hosts.
      if (code === exitCodes.ok || found.refusal === 'invalid-input') code = exitCodeOfRefusal(found.refusal);
    }
    ownConsole.sayDiagnostics(eachOnce(diagnostics), options.format);
    if (options.format === 'text' && code === exitCodes.ok) {
      ownConsole.say(
        formatValid(playbooks, {
          ref: options.ref,
          asked: options.stap === true || options.stapPath !== undefined ? 'stap' : 'nobody',
        }),
      );
    }
    return code;
  });
}
