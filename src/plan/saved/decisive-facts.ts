import type { BuildHostFacts, HostFacts } from '../../facts/host-facts.ts';
import type { ConnectionSettings } from '../../model/host.ts';
import { optional } from '../../model/optional.ts';
import type { BuildHostIdentity, ConnectionIdentity, DecisiveFacts } from './saved-plan.ts';

export function identifyConnection(connection: ConnectionSettings): ConnectionIdentity {
  const { become } = connection;
  const becomes = optional('become', become === undefined ? undefined : `${become.method} ${become.user}`);
  if (connection.kind === 'local') return { kind: 'local', ...becomes };
  const { address, port, user } = connection;
  return { kind: 'ssh', address, ...optional('port', port), ...optional('user', user), ...becomes };
}

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
