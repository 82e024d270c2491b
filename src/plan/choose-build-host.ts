import type { BuildHostFacts, BuildTree } from '../facts/host-facts.ts';
import type { Host } from '../model/host.ts';
import type { Kernel } from '../model/kernel.ts';
import type { Failure } from '../model/outcome.ts';
import { installCommand, packageFamily } from './install-command.ts';

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
    const obstacle = findObstacle(kernel, facts, tree);
    if (obstacle === undefined && tree !== undefined && stap !== undefined) {
      return { kind: 'chosen', host, facts: { ...facts, stap }, tree };
    }
    if (obstacle !== undefined) reasons.push({ host: host.name, ...obstacle });
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

function findObstacle(
  kernel: Kernel,
  facts: BuildHostFacts,
  tree: BuildTree | undefined,
): { readonly cause: string; readonly cure?: string } | undefined {
  const family = packageFamily(facts.os);
  if (facts.stap === undefined) {
    return { cause: 'stap is not installed', cure: installCommand(family, ['systemtap']) };
  }
  if (facts.kernel.machine !== kernel.machine) {
    return {
      cause: `it is ${facts.kernel.machine}, the target is ${kernel.machine}`,
      cure: `name a build host that is ${kernel.machine}`,
    };
  }
  const headers = installCommand(family, [headersPackage(family, kernel.release)]);
  if (tree === undefined) return { cause: `no kernel headers for ${kernel.release}`, cure: headers };
  switch (tree.headers) {
    case 'present':
      break;
    case 'dangling-link':
      return { cause: `${tree.path} points to nothing`, cure: headers };
    case 'incomplete':
      return { cause: `${tree.path} lacks .config, Module.symvers or Makefile`, cure: headers };
    case 'missing':
      return { cause: `no kernel headers for ${kernel.release}`, cure: headers };
    default:
      return tree.headers satisfies never;
  }
  if (tree.utsVersion !== undefined && tree.utsVersion !== kernel.version) {
    return {
      cause: `its headers are of "${tree.utsVersion}", the target runs "${kernel.version}"`,
      cure: `${headers}, or boot the target into the kernel that the headers are of`,
    };
  }
  return undefined;
}

function headersPackage(family: ReturnType<typeof packageFamily>, release: string): string {
  if (family === 'rpm') return `kernel-devel-${release}`;
  if (family === 'suse') return 'kernel-default-devel';
  return `linux-headers-${release}`;
}
