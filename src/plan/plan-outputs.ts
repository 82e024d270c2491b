import type { PlannedHost, PlannedOutput } from '../model/plan.ts';
import type { PlannablePlay } from '../playbook/playbook.ts';

/** How the output of each script is read that some host runs, where the play says it; of all, where no host runs any. */
export function planOutputs({ scripts }: PlannablePlay, hosts: readonly PlannedHost[]): readonly PlannedOutput[] {
  const running = new Set(
    hosts.flatMap(({ decision }) => (decision.kind === 'run' ? decision.scripts.map(({ module }) => module) : [])),
  );
  return scripts.flatMap(({ name, format, aggregate }) => {
    if (format === undefined || (running.size > 0 && !running.has(name))) return [];
    return [{ module: name, format, ...(aggregate === undefined ? {} : { aggregate }) }];
  });
}
