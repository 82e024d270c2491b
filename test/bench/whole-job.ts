import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchFleet } from './bench-fleet.ts';
import { type Measured, type MeasureOptions, measure } from './measure.ts';
import type { KeyExchange, Peer } from './peers.ts';
import { tapbook } from './tapbook-command.ts';

/** One run of the whole job. */
export interface JobRun extends Omit<Measured, 'output' | 'code'> {
  readonly name: string;
  readonly keyExchange: KeyExchange;
  readonly hosts: number;
  readonly connections: number;
  readonly channels: number;
  /** Of what staprun printed, as they came. */
  readonly lines: number;
  readonly builds: number;
  readonly left: readonly string[];
}

export const linesOfHost = 3;

/** What stands in for a script here prints three lines and ends. */
export async function plantPlaybook(fleet: BenchFleet, name = 'bench'): Promise<string> {
  const path = join(fleet.folder, `${name}.yml`);
  const script = `{ name: ${name}, inline: 'probe begin { println("${name}") exit() }', until_exit: true }`;
  await writeFile(path, `- hosts: fleet\n  scripts: [${script}]\n`);
  return path;
}

/** Probe, upload, run and cleanup by tapbook, with the module in the cache if there was such a run before. */
export async function runTapbookJob(fleet: BenchFleet, hosts: number, args: readonly string[] = []): Promise<JobRun> {
  const playbook = await plantPlaybook(fleet);
  const inventory = await fleet.inventory(hosts);
  const argv = tapbook('apply', playbook, '-i', inventory, ...args);
  return counted(fleet, { name: 'tapbook', keyExchange: 'curve25519', hosts }, argv, fleet.env);
}

export async function runPeerJob(
  peer: Peer,
  keyExchange: KeyExchange,
  fleet: BenchFleet,
  hosts: number,
): Promise<JobRun> {
  const folder = await mkdtemp(join(fleet.folder, 'run-'));
  try {
    const sshConfig = await fleet.sshConfig(keyExchange);
    const { argv, env } = await peer.command({ fleet, addresses: fleet.addresses(hosts), sshConfig, folder });
    return await counted(fleet, { name: peer.name, keyExchange, hosts }, argv, env);
  } finally {
    await fleet.sweep();
    await rm(folder, { recursive: true });
  }
}

async function counted(
  fleet: BenchFleet,
  words: Pick<JobRun, 'name' | 'keyExchange' | 'hosts'>,
  argv: readonly [string, ...string[]],
  env: MeasureOptions['env'] = {},
): Promise<JobRun> {
  const before = fleet.seen();
  const builds = await fleet.builds();
  const stdout = join(fleet.folder, 'stdout');
  const { code, output, ...took } = await measure(argv, { env, stdout });
  const said = await readFile(stdout, 'utf8');
  if (code !== 0) throw new Error(`${words.name} ends with ${code}: ${output.slice(-2000)}${said.slice(-1000)}`);
  const after = fleet.seen();
  return {
    ...words,
    ...took,
    connections: after.connections - before.connections,
    channels: after.channels - before.channels,
    lines: said.match(/\b(?:first|second|third)\b/g)?.length ?? 0,
    builds: (await fleet.builds()) - builds,
    left: await fleet.left(),
  };
}
