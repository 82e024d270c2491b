import type { HostName, ModuleName } from '../../model/ids.ts';
import type { BoundScript } from '../../playbook/playbook.ts';
import type { Target } from '../target.ts';

/** Which host has each script that runs on one host only. Hosts come in the order of selection. */
export interface RunOnce {
  /** The target without the scripts that another host has already. */
  leave(target: Target): Target;
  /** This host runs it. */
  take(script: BoundScript, host: HostName): void;
  /** Why there is no script left for a target. */
  whyNone(target: Target): string;
}

export function openRunOnce(): RunOnce {
  const takenBy = new Map<ModuleName, HostName>();
  return {
    leave(target) {
      if (target.kind !== 'ready') return target;
      const isLeft = target.scripts.map(({ script }) => !takenBy.has(script.name));
      if (isLeft.every(left => left)) return target;
      return {
        ...target,
        scripts: target.scripts.filter((_, index) => isLeft[index]),
        needs: target.needs.filter((_, index) => isLeft[index]),
      };
    },
    take({ script }, host) {
      if (script.runOnce) takenBy.set(script.name, host);
    },
    whyNone(target) {
      const scripts = target.kind === 'ready' ? target.scripts : [];
      const told = scripts.flatMap(({ script: { name } }) => {
        const host = takenBy.get(name);
        return host === undefined ? [] : [`${name} runs once, on ${host}`];
      });
      return told.length === 0 ? 'no script of it is selected' : told.join('; ');
    },
  };
}
