import type { BuildHostFacts } from '../../facts/host-facts.ts';
import { optional } from '../../model/optional.ts';
import { probedBinaries } from '../builds/probed-binaries.ts';
import type { ReadyTarget } from '../target.ts';
import type { BuildHostIdentity, DecisiveFacts } from './saved-plan.ts';

export function decisiveFacts({
  facts,
  probed,
  binaries,
}: Pick<ReadyTarget, 'facts' | 'probed' | 'binaries'>): DecisiveFacts {
  const { kernel, bootId, staprun, runtimePackage } = facts;
  const files = probedBinaries({ paths: probed.flatMap(({ paths }) => paths) }, binaries);
  return {
    release: kernel.release,
    machine: kernel.machine,
    version: kernel.version,
    ...optional('bootId', bootId),
    ...optional('runtime', staprun?.version ?? runtimePackage?.version),
    ...(files.length === 0 ? {} : { binaries: files }),
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
