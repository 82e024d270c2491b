import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCanaryLookup } from '../../../src/engine/prepare/load-canary-lookup.ts';
import { canaryKey } from '../../../src/module/build/canary.ts';
import { type CanaryRecords, openCanaryRecords } from '../../../src/module/cache/canary-records.ts';
import type { Builder } from '../../../src/plan/builds/choose-build-host.ts';
import { bind, decisions, makeBuilder, makeKernel, makePlan, makeScript, makeTree, ready } from '../../plan/rig.ts';

let directory = '';
let records: CanaryRecords;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tapbook-lookUpCanary-'));
  records = openCanaryRecords(directory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function builderFor(release: string, stap: string, vars: Builder['host']['vars'] = {}): Builder {
  const tools = { path: '/usr/bin/stap', version: stap, banner: `version ${stap}` };
  const builder = makeBuilder('b1', { stap: tools, trees: [makeTree(release)] });
  return { ...builder, host: { ...builder.host, vars } };
}

/** What is planned for one target. */
async function plan(release: string, builder: Builder): Promise<readonly string[]> {
  const kernel = makeKernel(release);
  const lookUpCanary = await loadCanaryLookup([builder], [kernel], records);
  const planned = makePlan({ targets: [ready('db1', { facts: { kernel } })], builders: [builder], lookUpCanary });
  const states = planned.kernelGroups.flatMap(group => group.buildHosts.map(({ name, state }) => `${name} ${state}`));
  return [...decisions(planned), ...states];
}

test('what would panic the kernel is not built, unless somebody answers for it', async () => {
  const deb13 = '6.12.107+deb13-amd64';
  expect(await plan(deb13, builderFor(deb13, '5.1'))).toMatchInlineSnapshot(`
    [
      "db1 fails: no build host can build for 6.12.107+deb13-amd64: b1: SystemTap 5.1 must not be used for 6.12.107+deb13-amd64: its modules look for uprobe_unregister(), which kernels from 6.12 on do not have: mostly they cannot be loaded, and once one has panicked its kernel → on b1: install SystemTap 5.2 or newer there, or use a build host that has it; if your distribution has fixed it, set tapbook_known_breakages: ignore for its host",
    ]
  `);
  const runs = [`db1 runs io@${deb13}/x86_64 as login-user`, 'b1 untried'];
  expect(await plan(deb13, builderFor(deb13, '5.1', { tapbook_known_breakages: 'ignore' }))).toEqual(runs);
  expect(await plan(deb13, builderFor(deb13, '5.2'))).toEqual(runs);
});

test('of a compile server, its SystemTap is not that of the build host that asks it', async () => {
  const deb13 = '6.12.107+deb13-amd64';
  const builder = builderFor(deb13, '5.1');
  if (builder.kind !== 'ready') expect.fail('it is ready');
  const kernel = makeKernel(deb13);
  const lookUpCanary = await loadCanaryLookup([builder], [kernel], records);
  const script = makeScript({ stapOptions: { useServer: 'compile1' } });
  const targets = [ready('db1', { facts: { kernel }, scripts: [bind(script)] })];
  expect(decisions(makePlan({ targets, builders: [builder], lookUpCanary }))).toEqual([
    `db1 runs io@${deb13}/x86_64 as login-user`,
  ]);
});

test('what came of canaries counts', async () => {
  const release = '6.1.0-56-cloud-amd64';
  const builder = builderFor(release, '5.1');
  if (builder.kind !== 'ready') expect.fail('it is ready');
  const key = canaryKey(builder.facts, makeTree(release), makeKernel().machine);
  const runs = (state: string): readonly string[] => [`db1 runs io@${release}/x86_64 as login-user`, `b1 ${state}`];
  expect(await plan(release, builder)).toEqual(runs('untried'));
  await records.keep(key, { state: 'bad', why: { cause: 'x.h: no', cure: 'use another one' } });
  expect(await plan(release, builder)).toMatchInlineSnapshot(`
    [
      "db1 fails: no build host can build for 6.1.0-56-cloud-amd64: b1: SystemTap 5.1 cannot build for 6.1.0-56-cloud-amd64 at all (a minimal script fails too): x.h: no → on b1: use another one",
    ]
  `);
  await records.keep(key, { state: 'good' });
  expect(await plan(release, builder)).toEqual(runs('known-good'));
});
