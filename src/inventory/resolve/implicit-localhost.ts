import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import type { Place } from '../../model/source.ts';
import type { WrittenVariable, WrittenVariables } from '../written/written-inventory.ts';
import type { createConnectionReader } from './connections.ts';
import { publishVariables } from './secret-variables.ts';

/** What means this machine in a pattern where the inventory has no host or group of that name; `local` is tapbook's own. */
export const localNames: readonly string[] = ['localhost', '127.0.0.1', '::1', 'local'];

/**
 * This machine, without SSH, for patterns that name it though the inventory does not. As in Ansible it belongs to no
 * group and yet gets the variables of `all`; no pattern such as `all` or `*` finds it.
 */
export function implicitLocalhost(vars: WrittenVariables, read: ReturnType<typeof createConnectionReader>): Host {
  const name = 'localhost' as HostName;
  const local: WrittenVariable = { name: 'ansible_connection', value: 'local', where: unwritten };
  const own = new Map(vars).set(local.name, local);
  const { connection, problems } = read({ name, groups: [], vars: own, magic: {} });
  // Problems with `all` are reported for the hosts that inherit it; here `all` must not change the user.
  const isSound = problems.every(({ severity }) => severity === 'warning');
  return { name, groups: [], vars: publishVariables(own), connection: isSound ? connection : { kind: 'local' } };
}

function unwritten(): Place {
  return { file: 'localhost', line: 1, column: 1, endColumn: 2, text: '' };
}
