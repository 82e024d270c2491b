import type { HostName, ModuleName } from '../../model/ids.ts';
import type { BoundScript } from '../../playbook/playbook.ts';
import type { Target } from '../target.ts';

/** Assigns `run_once` scripts to the first host that can run them, in the order of selection. */
export interface RunOnce {
  /** The target without the `run_once` scripts of other hosts. */
  withoutClaimed(target: Target): Target;
  claim(script: BoundScript, host: HostName): void;
  /** Why a target has no script left. */
  explainNone(target: Target): string;
}

export function createRunOnce(): RunOnce {
  const claimedBy = new Map<ModuleName, HostName>();
  return {
    withoutClaimed(target) {
      if (target.kind !== 'ready') return target;
      const isLeft = target.scripts.map(({ script }) => !claimedBy.has(script.name));
      if (isLeft.every(left => left)) return target;
      return {
        ...target,
        scripts: target.scripts.filter((_, index) => isLeft[index]),
        probed: target.probed.filter((_, index) => isLeft[index]),
        needs: target.needs.filter((_, index) => isLeft[index]),
      };
    },
    claim({ script }, host) {
      if (script.runOnce) claimedBy.set(script.name, host);
    },
    explainNone(target) {
      const scripts = target.kind === 'ready' ? target.scripts : [];
      const reasons = scripts.flatMap(({ script: { name } }) => {
        const host = claimedBy.get(name);
        return host === undefined ? [] : [`${name} runs once, on ${host}`];
      });
      return reasons.length === 0 ? 'no script of it is selected' : reasons.join('; ');
    },
  };
}
