import type { PlannedHost, PlannedOutput } from '../model/plan.ts';
import type { PlannablePlay } from '../playbook/playbook.ts';

/** How output is read, of each script that a host runs and that has an `output`; where no host runs any, of all scripts. */
export function planOutputs({ scripts }: PlannablePlay, hosts: readonly PlannedHost[]): readonly PlannedOutput[] {
  const running = new Set(
    hosts.flatMap(({ decision }) => (decision.kind === 'run' ? decision.scripts.map(({ module }) => module) : [])),
  );
  return scripts.flatMap(({ name, format, aggregate }) => {
    if (format === undefined || (running.size > 0 && !running.has(name))) return [];
    return [{ module: name, format, ...(aggregate === undefined ? {} : { aggregate }) }];
  });
}
