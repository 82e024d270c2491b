import { ok } from '../../model/result.ts';
import type { SupplyOptions } from '../../module/binaries/binary-supply.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { ReadyPlay } from './plan-plays.ts';

/** Opens the targets of plays to read binaries from them, each as the user that runs its scripts. `plays` may still grow. */
export function openBinarySource(fleet: Fleet, plays: readonly ReadyPlay[]): SupplyOptions['open'] {
  return async name => {
    const found = plays.flatMap(({ selected, plan }) => {
      const host = selected.hosts.find(one => one.name === name);
      const planned = plan.hosts.find(one => one.name === name);
      return host === undefined || planned?.decision.kind !== 'run' ? [] : [{ host, as: planned.decision.as }];
    })[0];
    if (found === undefined) throw new Error(`no play runs anything on ${name}`);
    const held = fleet.hold(name);
    const opened = await fleet.open(found.host);
    if (opened.ok)
      return ok({ connection: opened.value, as: found.as, [Symbol.dispose]: () => held[Symbol.dispose]() });
    held[Symbol.dispose]();
    return opened;
  };
}
