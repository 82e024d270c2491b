import type { HostName } from '../../model/ids.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import { matchKernel } from '../match-kernel.ts';
import type { KernelConfig } from '../plan-script.ts';
import type { ReadyTarget } from '../target.ts';
import type { Builder } from './choose-build-host.ts';

export interface BuildHostNames {
  readonly play: Pick<PlannablePlay, 'kernels' | 'sign'>;
  /** Every build host that the play or one of its kernels names, in the order of selection. */
  readonly builders: readonly Builder[];
  /** The build hosts that the play's pattern names. */
  readonly playBuilders: readonly HostName[];
  /** The build hosts of each entry of `kernels` that has a pattern of its own, by the entry's index. */
  readonly kernelBuilders: ReadonlyMap<number, readonly HostName[]>;
}

/** What a play has configured for a target's kernel, with the build hosts that it names. */
export interface NamedBuildHosts extends KernelConfig {
  readonly builders: readonly Builder[];
}

/** The build hosts that are named for a target's kernel; `no-match`: no entry of `kernels` matches it. */
export function nameBuildHosts(
  { facts: { kernel } }: ReadyTarget,
  { play, builders, playBuilders, kernelBuilders }: BuildHostNames,
): NamedBuildHosts | 'no-match' {
  const match = matchKernel(play.kernels, kernel.release, kernel.machine);
  if (match === 'no-match') return match;
  const names = kernelBuilders.get(match.index) ?? playBuilders;
  return {
    builders: builders.filter(({ host }) => names.includes(host.name)),
    rule: match.rule,
    sign: match.rule?.sign ?? play.sign,
  };
}
