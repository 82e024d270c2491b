import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '../../src/model/event.ts';
import { openDeadPort } from '../support/dead-port.ts';
import type { BenchFleet } from './bench-fleet.ts';
import { measure } from './measure.ts';
import { startSlowRelay } from './slow-relay.ts';
import { tapbook } from './tapbook-command.ts';
import { plantPlaybook } from './whole-job.ts';

/** When the hosts that are well were done, though one of the others was not. */
export interface Trouble {
  readonly name: string;
  readonly hosts: number;
  /** Seconds from the start until the last of them had been probed, and had ended. */
  readonly probed: number;
  readonly done: number;
  readonly wallSeconds: number;
}

/** All is well; one host is a second away; a tenth does not answer at all. */
export async function measureTroubles(fleet: BenchFleet, hosts: number): Promise<readonly Trouble[]> {
  await using slow = await startSlowRelay(fleet.port, 500);
  await using dead = await openDeadPort();
  const slowHost = `slow ansible_host=127.0.0.1 ansible_port=${slow.port}`;
  const deadHosts = Array.from(
    { length: hosts / 10 },
    (_, index) => `dead${index} ansible_host=127.0.0.1 ansible_port=${dead.port}`,
  );
  return [
    await runAmong(fleet, 'all are well', hosts),
    await runAmong(fleet, 'one is 1 s away', hosts - 1, slowHost),
    await runAmong(fleet, 'a tenth is dead', hosts - deadHosts.length, ...deadHosts),
  ];
}

/** How often one host is waited for, from connecting to the end. */
export async function countRoundTrips(fleet: BenchFleet): Promise<number> {
  await using relay = await startSlowRelay(fleet.port, 0);
  await runAmong(fleet, 'one', 0, `one ansible_host=127.0.0.1 ansible_port=${relay.port}`);
  return relay.turns();
}

async function runAmong(fleet: BenchFleet, name: string, well: number, ...others: readonly string[]): Promise<Trouble> {
  const inventory = await fleet.inventory(well, ...others);
  const stdout = join(fleet.folder, 'events');
  const argv = tapbook('apply', await plantPlaybook(fleet), '-i', inventory, '--format', 'json');
  const { code, wallSeconds, output } = await measure(argv, { env: fleet.env, stdout });
  const events = (await readFile(stdout, 'utf8'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Event);
  const finished = events.filter(event => event.kind === 'host-finished' && event.outcome.kind === 'ok');
  const atLeast = well === 0 ? 1 : well;
  if ((code !== 0 && code !== 4) || finished.length < atLeast) throw new Error(`${name}: exit ${code}: ${output}`);
  const began = Date.parse(events[0]?.time ?? '');
  const last = (among: readonly Event[]): number =>
    (Math.max(...among.map(one => Date.parse(one.time))) - began) / 1000;
  const probed = events.filter(
    event => event.kind === 'host-probed' && event.role === 'target' && /^127\./.test(event.host),
  );
  const own = finished.filter(event => event.kind === 'host-finished' && /^127\./.test(event.host));
  return {
    name,
    hosts: well + others.length,
    probed: probed.length === 0 ? 0 : last(probed),
    done: own.length === 0 ? 0 : last(own),
    wallSeconds,
  };
}
