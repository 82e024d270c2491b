import type { BuildHostFacts, HostFacts } from '../../facts/host-facts.ts';
import { optional } from '../../model/optional.ts';
import type { BuildHostIdentity, DecisiveFacts } from './saved-plan.ts';

export function decisiveFacts({ kernel, bootId, staprun, runtimePackage }: HostFacts): DecisiveFacts {
  return {
    release: kernel.release,
    machine: kernel.machine,
    version: kernel.version,
    ...optional('bootId', bootId),
    ...optional('runtime', staprun?.version ?? runtimePackage?.version),
  };
}

export function identifyBuildHost({ stap, compiler, crossCompilers, trees }: BuildHostFacts): BuildHostIdentity {
  return {
    ...optional('stap', stap?.banner),
    ...optional('rc', stap?.rc),
    ...optional('compiler', compiler?.version),
    ...optional('crossCompilers', crossCompilers),
    trees: trees.map(tree => ({
      release: tree.release,
      ...optional('identity', tree.identity),
      ...optional('utsVersion', tree.utsVersion),
      ...optional('debuginfo', tree.debuginfo?.identity),
      ...optional('compiler', tree.compiler?.version),
    })),
  };
}
