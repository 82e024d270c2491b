import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StandInFleet } from './stand-in-fleet.ts';
import { startTcpRelay, type TcpRelay } from './tcp-relay.ts';

/** A host of the fleet that is reached through a relay only, with the inventory that says so, to be read after the fleet's. */
export interface HostBehindRelay {
  readonly relay: TcpRelay;
  readonly overlay: string;
  /** The same keys, by the relay's port. */
  readonly known: string;
}

export async function putBehindRelay(fleet: StandInFleet, name: string): Promise<HostBehindRelay> {
  const { sshd } = fleet.host(name);
  const relay = await startTcpRelay(sshd.port);
  const known = join(fleet.folder, `relay-known-hosts-${name}`);
  const keys = await readFile(sshd.knownHostsFile, 'utf8');
  await writeFile(known, keys.replaceAll(`:${sshd.port}`, `:${relay.port}`));
  const overlay = join(fleet.folder, `relay-${name}.ini`);
  await writeFile(overlay, `[db]\n${name} ansible_port=${relay.port} tapbook_known_hosts_file=${known}\n`);
  return { relay, overlay, known };
}
