import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentEvents } from '../../../src/engine/event-hub.ts';
import { createFleet } from '../../../src/engine/fleet/fleet.ts';
import { planPlays, type ReadyPlay } from '../../../src/engine/prepare/plan-plays.ts';
import type { SelectedPlay } from '../../../src/engine/sources/select-plays.ts';
import type { EventBody } from '../../../src/model/event.ts';
import type { Host } from '../../../src/model/host.ts';
import type { HostName, KernelRelease } from '../../../src/model/ids.ts';
import { canaryKey } from '../../../src/module/build/canary.ts';
import { openCanaryRecords } from '../../../src/module/cache/canary-records.ts';
import { openKeptFacts } from '../../../src/module/cache/kept-facts.ts';
import { openModuleCache } from '../../../src/module/cache/module-cache.ts';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import { bind, makePlay } from '../../plan/rig.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { type ScriptedSshServer, startScriptedSshServer } from '../../support/scripted-ssh-server.ts';
import { storeAsBuilt } from '../../support/store-as-built.ts';

const release = '6.1.0-56-cloud-amd64';
const system = [`release=${release}`, 'machine=x86_64', 'version=#1 SMP', 'uid=0', 'user=root', 'cpus=2'];
const target = [
  ...system,
  'sudo=root',
  'staprun=/usr/bin/staprun',
  'staprun.executable=yes',
  'staprun.version=Systemtap module loader/runner (version 5.1/0.192)',
  'modules=yes',
  'debugfs=mounted',
  'upload=/tmp',
  'free_kb=1000000',
];
const builderWith = (stap: string): readonly string[] => [
  ...system,
  'stap=/usr/bin/stap',
  'make=/usr/bin/make',
  'compiler=/usr/bin/gcc',
  'compiler.version=gcc (GCC) 12.2.0',
  'free_kb=1000000',
  `stap.banner=Systemtap translator/driver (version ${stap}/0.192)`,
  `tree=${release}`,
  'headers=present',
  'identity=abc',
  'tree.end=yes',
];

let folder = '';
const open: AsyncDisposable[] = [];
let clock = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-plan-plays-'));
  clock = 1e12;
});
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A server that answers every probe with these facts. */
async function answering(facts: () => readonly string[]): Promise<ScriptedSshServer> {
  const server = await startScriptedSshServer({
    onCommand(command, start) {
      const nonce = /-- '?([\w-]+)/.exec(command)?.[1];
      const channel = start();
      channel.write([`\n${nonce} begin`, ...facts(), `${nonce} end`, ''].join('\n'));
      channel.exit(0);
      channel.end();
    },
  });
  open.push(server);
  return server;
}

async function rigged() {
  let stap = '5.1';
  const [db, b1, b2] = await Promise.all([
    answering(() => target),
    answering(() => builderWith(stap)),
    answering(() => builderWith('5.1')),
  ]);
  const named = (name: string, { host }: ScriptedSshServer): Host => ({ ...host, name: name as HostName });
  const hosts = [named('db1', db)];
  const builders = [named('b1', b1), named('b2', b2)];
  const selected: SelectedPlay = {
    play: makePlay(),
    hosts,
    scripts: new Map(hosts.map(host => [host.name, [bind()]])),
    builders,
    playBuilders: builders.map(host => host.name),
    kernelBuilders: new Map(),
  };
  const cache = openModuleCache(join(folder, 'modules'));
  const kept = openKeptFacts(join(folder, 'build-hosts'), '1', () => clock);
  const canaries = openCanaryRecords(join(folder, 'canaries'));
  /** What the build hosts said last. */
  const surveyed = async () => {
    const found = await Promise.all(builders.map(host => kept.find(host, [release as KernelRelease])));
    return found.flatMap(facts => (facts === undefined ? [] : [{ facts }]));
  };
  return {
    cache,
    kept,
    builders,
    /** As if no minimal script had compiled on any of the build hosts. */
    keepAllBad: async () => {
      for (const { facts } of await surveyed()) {
        const [tree] = facts.trees;
        if (tree === undefined) throw new Error('no tree');
        const why = { cause: 'x.h: no' };
        await canaries.keep(canaryKey(facts, tree, facts.kernel.machine), { state: 'bad', why });
      }
    },
    connections: () => [b1.connections(), b2.connections()],
    upgrade: (version: string) => {
      stap = version;
    },
    /** Plans as a run of its own, and says what was told of it. */
    async plan(changes: Partial<SelectedPlay> = {}): Promise<ReadyPlay & { readonly told: readonly string[] }> {
      const { signal, limits } = connectOptions();
      await using fleet = createFleet(createSshTransport(), limits, signal);
      const told: string[] = [];
      const emit = (event: EventBody): void => {
        if (event.kind === 'host-probed') told.push(`${event.host} ${event.result.kind}`);
        if (event.kind === 'notice') told.push(event.text);
      };
      const events = { ...silentEvents, forPlay: () => ({ emit, congestion: () => undefined }) };
      const [ready] = await planPlays([{ ...selected, ...changes }], {
        fleet,
        events,
        cache,
        kept,
        canaries,
        forks: 5,
        latecomers: 'are-waited-for',
        signal,
      });
      if (ready === undefined) throw new Error('no play is planned');
      return { ...ready, told: told.sort() };
    },
  };
}

test('a repeat does not connect to build hosts as long as every module is in the cache', async () => {
  const { plan, cache, connections } = await rigged();
  const first = await plan();
  expect(first.told).toEqual(['b1 ok', 'b2 ok', 'db1 ok']);
  expect(first.plan.builds.map(({ buildHost, artifact }) => `${buildHost} ${artifact.state}`)).toEqual(['b1 to-build']);
  expect([...first.openBuildHosts.keys()]).toEqual(['b1', 'b2']);
  expect(connections()).toEqual([1, 1]);

  await storeAsBuilt(first.plan, cache);
  const second = await plan();
  expect(second.told).toEqual(['db1 ok', 'no build host is asked: every module is in the cache']);
  expect(second.plan.builds.map(({ buildHost, artifact }) => `${buildHost} ${artifact.state}`)).toEqual(['b1 cached']);
  expect(second.plan.builds[0]?.artifact.key).toBe(first.plan.builds[0]?.artifact.key);
  expect(second.openBuildHosts.size).toBe(0);
  expect(connections()).toEqual([1, 1]);

  clock += 10 * 60_000;
  expect((await plan()).told).toEqual(['b1 ok', 'b2 ok', 'db1 ok']);
  expect(connections()).toEqual([2, 2]);
});

test('as soon as something is to be built it is planned from what the build hosts say now', async () => {
  const { plan, cache, upgrade, connections } = await rigged();
  const first = await plan();
  await storeAsBuilt(first.plan, cache);
  upgrade('5.2');
  expect((await plan()).plan.builds[0]?.artifact.key).toBe(first.plan.builds[0]?.artifact.key);
  const other = bind(undefined, { args: ['1'] });
  const third = await plan({ scripts: new Map([['db1' as HostName, [bind(), other]]]) });
  expect(third.told).toEqual(['b1 ok', 'b2 ok', 'db1 ok']);
  expect(connections()).toEqual([2, 2]);
  expect(third.plan.kernelGroups[0]?.buildHosts).toEqual([
    { name: 'b1', state: 'untried', stap: '5.2' },
    { name: 'b2', state: 'untried', stap: '5.1' },
  ]);
  // b2 is as b1 was: the module that is there fits.
  expect(third.plan.builds.map(({ buildHost, artifact }) => `${buildHost} ${artifact.state}`)).toEqual([
    'b2 cached',
    'b1 to-build',
  ]);
});

test('a module that is damaged is not there', async () => {
  const { plan, cache, connections } = await rigged();
  const first = await plan();
  await storeAsBuilt(first.plan, cache);
  await rm(join(cache.directory, first.plan.builds[0]?.artifact.key ?? '', 'io.ko'));
  await plan();
  expect(connections()).toEqual([2, 2]);
});

test('what was dropped is asked again, and the others are if that one is needed', async () => {
  const { plan, cache, kept, builders, connections } = await rigged();
  await storeAsBuilt((await plan()).plan, cache);
  for (const host of builders) if (host.name === 'b1') await kept.drop(host);
  // b2 is known, and just like b1.
  expect((await plan()).told).toEqual(['db1 ok', 'no build host is asked: every module is in the cache']);
  for (const host of builders) await kept.drop(host);
  await plan();
  expect(connections()).toEqual([2, 2]);
});

test('build hosts that could not build are asked again: they may have been mended', async () => {
  const { plan, upgrade, keepAllBad } = await rigged();
  await plan();
  await keepAllBad();
  const refused = await plan();
  expect(refused.plan.builds).toEqual([]);
  expect(refused.told).toEqual(['b1 ok', 'b2 ok', 'db1 ok']);
  upgrade('5.2');
  const mended = await plan();
  expect(mended.told).toEqual(['b1 ok', 'b2 ok', 'db1 ok']);
  expect(mended.plan.builds.map(({ buildHost, artifact }) => `${buildHost} ${artifact.state}`)).toEqual([
    'b1 to-build',
  ]);
});
