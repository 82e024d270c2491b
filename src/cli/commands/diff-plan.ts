import { comparePlans } from '../../engine/sources/compare-plans.ts';
import { toJsonLine } from '../../report/layout/json-line.ts';
import { formatPlanDiff } from '../../report/texts/plan-diff-text.ts';
import type { DiffPlanOptions } from '../arguments/options/diff-plan-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { stateDirectory } from '../paths.ts';
import { sayRefusal, sayWarnings } from '../say-refusal.ts';
import { untilStopped } from '../session/until-stopped.ts';

/** `tapbook diff-plan`: what a commit changes in the plan. Asks no host. With `--exit-code`, exit 10 if anything changes. */
export function diffPlan(from: string, words: readonly string[], options: DiffPlanOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const compared = await comparePlans(from, words, asRequest(options), {
      stateDirectory: stateDirectory(),
      signal: stop,
    });
    if (!compared.ok) return sayRefusal(compared.error, options.format);
    const { diff, warnings } = compared.value;
    sayWarnings(warnings, options.format);
    const text = options.format === 'json' ? toJsonLine(diff) : formatPlanDiff(diff, ownConsole.shape());
    ownConsole.print(text);
    return options.exitCode && diff.playbooks.length > 0 ? exitCodes.changed : exitCodes.ok;
  });
}
