import type { Host, SshConnection } from '../../src/model/host.ts';
import type { HostName } from '../../src/model/ids.ts';

/** A host on this machine's loopback, as an inventory would give it. */
export function sshHost(
  settings: Omit<SshConnection, 'kind' | 'client' | 'address'> & { readonly address?: string },
): Host {
  return {
    name: 'db1' as HostName,
    groups: [],
    vars: {},
    connection: { kind: 'ssh', client: 'any', address: '127.0.0.1', ...settings },
  };
}
