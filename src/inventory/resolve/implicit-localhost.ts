import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import type { NamedProgram } from '../../model/program-trust.ts';
import type { Place } from '../../model/source.ts';
import type { WrittenVariable, WrittenVariables } from '../written/written-inventory.ts';
import type { createConnectionReader } from './connections.ts';
import { templateVariables } from './secret-variables.ts';

/** What means this machine where the inventory has no host or group of that name. */
export const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** The same in a pattern; `local` is tapbook's own. */
export const localNames: readonly string[] = [...loopbackNames, 'local'];

export interface Localhost {
  readonly host: Host;
  /** What the variables of `all` have run for it. */
  readonly programs: readonly NamedProgram[];
}

export type LocalhostSource = (name: HostName) => Localhost;

/**
 * This machine, without SSH, for patterns that name it though the inventory does not. As in Ansible it has the name that it is
 * asked for by, belongs to no group and yet gets the variables of `all`; no pattern such as `all` or `*` finds it. One name
 * always gives the same host.
 */
export function implicitLocalhost(
  vars: WrittenVariables,
  read: ReturnType<typeof createConnectionReader>,
): LocalhostSource {
  const local: WrittenVariable = { name: 'ansible_connection', value: 'local', where: unwritten };
  const own = new Map(vars).set(local.name, local);
  const known = new Map<HostName, Localhost>();
  return name => {
    const localhost = known.get(name) ?? makeLocalhost(name, own, read);
    known.set(name, localhost);
    return localhost;
  };
}

function makeLocalhost(
  name: HostName,
  vars: WrittenVariables,
  read: ReturnType<typeof createConnectionReader>,
): Localhost {
  const { connection, problems, programs } = read({ name, groups: [], vars, magic: {} });
  // Problems with `all` are reported for the hosts that inherit it; here `all` must not change the user.
  const isSound = problems.every(({ severity }) => severity === 'warning');
  const sound = isSound ? connection : ({ kind: 'local' } as const);
  return { host: { name, groups: [], vars: templateVariables(vars), connection: sound }, programs };
}

function unwritten(): Place {
  return { file: 'localhost', line: 1, column: 1, endColumn: 2, text: '' };
}
