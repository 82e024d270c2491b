import type { BuildHostFacts, BuildTree } from '../facts/host-facts.ts';
import { failuresOf } from '../model/finding.ts';
import type { Host } from '../model/host.ts';
import type { Kernel } from '../model/kernel.ts';
import type { Failure } from '../model/outcome.ts';
import { checkBuildHost } from './check-build-host.ts';

/** A build host and what its probe came to. */
export type Builder =
  | { readonly kind: 'ready'; readonly host: Host; readonly facts: BuildHostFacts }
  | { readonly kind: 'unreachable'; readonly host: Host; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly host: Host; readonly failure: Failure };

export type ChosenBuildHost =
  | {
      readonly kind: 'chosen';
      readonly host: Host;
      readonly facts: BuildHostFacts & { readonly stap: NonNullable<BuildHostFacts['stap']> };
      readonly tree: BuildTree;
    }
  | { readonly kind: 'none'; readonly failure: Failure };

/** The first build host that can build for a kernel; if there is none, why each one cannot. */
export function chooseBuildHost(kernel: Kernel, builders: readonly Builder[]): ChosenBuildHost {
  const reasons: { readonly host: string; readonly cause: string; readonly cure?: string }[] = [];
  for (const builder of builders) {
    const { host } = builder;
    if (builder.kind !== 'ready') {
      const { cause, cure } = builder.failure;
      reasons.push({ host: host.name, cause, ...(cure === undefined ? {} : { cure }) });
      continue;
    }
    const { facts } = builder;
    const { stap } = facts;
    const tree = facts.trees.find(other => other.release === kernel.release);
    const obstacle = failuresOf(checkBuildHost(facts, kernel))[0];
    if (obstacle === undefined && tree !== undefined && stap !== undefined) {
      return { kind: 'chosen', host, facts: { ...facts, stap }, tree };
    }
    if (obstacle !== undefined) {
      const { cause, cure } = obstacle;
      reasons.push({ host: host.name, cause, ...(cure === undefined ? {} : { cure }) });
    }
  }
  const cure = reasons.find(reason => reason.cure !== undefined);
  return {
    kind: 'none',
    failure: {
      stage: 'plan',
      cause:
        reasons.length === 0
          ? `no build host for kernel ${kernel.release}`
          : `no build host can build for ${kernel.release}: ${reasons.map(({ host, cause }) => `${host}: ${cause}`).join('; ')}`,
      cure:
        cure?.cure === undefined
          ? 'name one in build_hosts, or put it into the group build_hosts'
          : `on ${cure.host}: ${cure.cure}`,
    },
  };
}
