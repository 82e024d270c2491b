import type { BuildHostFacts } from '../facts/host-facts.ts';
import type { Finding } from '../model/finding.ts';
import type { Kernel } from '../model/kernel.ts';
import { installCommand, packageFamily } from './install-command.ts';

/** What a build host has and lacks for building modules for a kernel. */
export function checkBuildHost(facts: BuildHostFacts, kernel: Kernel): readonly Finding[] {
  const obstacle = findObstacle(kernel, facts);
  return obstacle === undefined ? [] : [{ check: 'build', status: 'failed', ...obstacle }];
}

function findObstacle(
  kernel: Kernel,
  facts: BuildHostFacts,
): { readonly found: string; readonly cure?: string } | undefined {
  const tree = facts.trees.find(other => other.release === kernel.release);
  const family = packageFamily(facts.os);
  if (facts.stap === undefined) {
    return { found: 'stap is not installed', cure: installCommand(family, ['systemtap']) };
  }
  if (facts.kernel.machine !== kernel.machine) {
    return {
      found: `it is ${facts.kernel.machine}, the target is ${kernel.machine}`,
      cure: `name a build host that is ${kernel.machine}`,
    };
  }
  const headers = installCommand(family, [headersPackage(family, kernel.release)]);
  if (tree === undefined) return { found: `no kernel headers for ${kernel.release}`, cure: headers };
  switch (tree.headers) {
    case 'present':
      break;
    case 'dangling-link':
      return { found: `${tree.path} points to nothing`, cure: headers };
    case 'incomplete':
      return { found: `${tree.path} lacks .config, Module.symvers or Makefile`, cure: headers };
    case 'missing':
      return { found: `no kernel headers for ${kernel.release}`, cure: headers };
    default:
      return tree.headers satisfies never;
  }
  if (tree.utsVersion !== undefined && tree.utsVersion !== kernel.version) {
    return {
      found: `its headers are of "${tree.utsVersion}", the target runs "${kernel.version}"`,
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
