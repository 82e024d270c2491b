import { parseDuration } from '../model/parse-amounts.ts';
import type { Retry } from '../model/plan.ts';
import type { Resolving } from './resolving.ts';
import type { Play } from './written-playbook.ts';

/** As Ansible's `delay`, in seconds. */
const usualDelay = 5;

const longestDelay = 3600;

/** How often an unreachable host is tried again, and after which pause; undefined if it is not. */
export function resolveRetry(
  { retries = 0, delay }: Play,
  path: readonly (string | number)[],
  { tree, report, isKnown }: Resolving,
): Retry | undefined {
  const delaySeconds = delay === undefined ? usualDelay : parseDuration(delay);
  if (delaySeconds === undefined || delaySeconds > longestDelay) {
    report({
      severity: 'error',
      code: 'out-of-range',
      message: `delay is ${delay}, it has to be 1h at most`,
      cure: 'for example: 30s',
      place: tree.place([...path, 'delay'], 'value'),
    });
  }
  if (delay !== undefined && retries === 0 && isKnown([...path, 'retries'])) {
    report({
      severity: 'warning',
      code: 'no-effect',
      message: 'without retries nothing waits for this delay',
      cure: 'write retries: 3, or take delay away',
      place: tree.place([...path, 'delay'], 'key'),
    });
  }
  return retries === 0 ? undefined : { retries, delaySeconds: delaySeconds ?? usualDelay };
}
