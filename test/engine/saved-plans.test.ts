import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlaysRequest } from '../../src/engine/sources/requests.ts';
import type { Event } from '../../src/model/event.ts';
import type { ProgramTrust } from '../../src/model/program-trust.ts';
import { withholdQuotes } from '../../src/model/withhold-quotes.ts';
import type { SealedPlan } from '../../src/plan/saved/saved-plan.ts';
import { eventsOf } from '../support/tapbook.ts';
import { type ApplyWishes, type EngineRig, startEngine } from './engine-rig.ts';

/** Plans that are applied later, when hosts are not as they were. By the program: test/program/saved-plans.test.ts. */
const release = '6.1.0-56-cloud-amd64';
const newer = '6.1.0-57-cloud-amd64';

let engine: EngineRig;
beforeEach(async () => {
  engine = await startEngine('[build_hosts]\nbuilder\n\n[db]\ndb[1:2]\n');
});
afterEach(() => engine[Symbol.asyncDispose]());

const playbook = (more = '', hosts = 'db'): string => `- name: Reads
  hosts: ${hosts}
${more}  scripts: [{ name: io, source: io.stp, duration: 10s }]
`;

async function save(text = playbook(), request: Partial<PlaysRequest> = {}): Promise<string> {
  await engine.write('io.stp', 'probe begin { exit() }\n');
  return engine.save(await engine.write('io.yml', text), request);
}

/** How it came out for whom, and what was not as planned. */
async function apply(plan: string, request: Partial<PlaysRequest> = {}, wishes: ApplyWishes = {}) {
  const { result, events, begun } = await engine.apply(await engine.open(plan, request), wishes);
  const outcomes = eventsOf(events, 'host-finished').map(({ host, outcome }) => {
    const why = 'reason' in outcome ? outcome.reason : 'failure' in outcome ? outcome.failure.cause : undefined;
    return [host, outcome.kind, ...(why === undefined ? [] : [why])].join(' ');
  });
  const drifted = eventsOf(events, 'host-drifted').map(({ host, role, changes, onDrift }) => ({
    [`${role} ${host}`]: changes,
    onDrift,
  }));
  return { ...result, outcomes: outcomes.toSorted(), drifted, begun, events };
}

const batchesOf = (events: readonly Event[]) => eventsOf(events, 'batch-started').map(({ hosts }) => hosts);
const probedOf = (events: readonly Event[]) => eventsOf(events, 'host-probed').map(({ host }) => host);
const noticesOf = (events: readonly Event[]) => eventsOf(events, 'notice').map(({ text }) => text);
const drift = (change: string) => `it is not as it was planned: ${change}`;

test('hosts of an inventory that only the plan names are not connected to by a program that nobody has trusted', async () => {
  await engine.write('hosts.ini', 'builder\ndb1\n');
  const plan = await save(playbook('  build_hosts: builder\n', 'db1'));
  const asked: string[] = [];
  const planTrust: ProgramTrust = {
    async refusals(programs) {
      asked.push(...programs.map(({ what }) => what));
      return programs.map(({ what }) => ({ severity: 'error', code: 'untrusted-folder', message: what }));
    },
  };
  const unnamed = { inventory: undefined, planTrust } as unknown as Partial<PlaysRequest>;
  await engine.open(plan, unnamed);
  const evil = 'ansible_ssh_common_args="-o ProxyCommand=evil"';
  await engine.write('hosts.ini', `builder\ndb1 ${evil}\ndb2 ${evil}\n`);
  const { diagnostics } = await engine.refusal(plan, unnamed);
  expect(diagnostics.map(({ code }) => code)).toEqual(['untrusted-folder']);
  expect(asked).toEqual(['what ansible_ssh_common_args names (ProxyCommand)']);
  await engine.open(plan, { planTrust });
});

test('nothing that an inventory says which the plan alone names, and which lies elsewhere, is quoted', async () => {
  const plan = await save();
  await engine.write('hosts.ini', 'builder\ndb1 root:secret\n');
  const unnamed = { inventory: undefined } as unknown as Partial<PlaysRequest>;
  const { diagnostics } = await engine.refusal(plan, unnamed);
  expect(diagnostics.map(one => one.place?.line)).toEqual([2]);
  expect(JSON.stringify(withholdQuotes(diagnostics))).not.toContain('secret');
  const confined = await engine.refusal(plan, { ...unnamed, confine: true });
  expect(confined.diagnostics.map(({ code }) => code)).toEqual(['outside-file']);
});

describe('an apply of a saved plan', () => {
  test('keeps to its batches, and a limit may only leave hosts out', async () => {
    await engine.write('hosts.ini', '[build_hosts]\nbuilder\n\n[db]\ndb[1:3]\n');
    const plan = await save(playbook('  serial: [1, 2]\n'), { limit: ['db1,db2'] });
    expect(batchesOf((await apply(plan)).events)).toEqual([['db1'], ['db2']]);
    const narrowed = await apply(plan, { limit: ['db2:db3'] });
    expect([batchesOf(narrowed.events), narrowed.outcomes]).toEqual([[['db2']], ['db2 ok']]);
    // The place of a canary that drops out is taken by the next one.
    engine.host('db1').release = newer;
    expect(batchesOf((await apply(plan, { onDrift: 'skip' })).events)).toEqual([['db2']]);
    const none = await engine.refusal(plan, { limit: ['db3'] });
    expect([none.kind, none.diagnostics.map(({ message }) => message)]).toEqual([
      'no-hosts',
      ["none of the plan's 2 hosts is within --limit db3"],
    ]);
    expect(engine.host('db3').connections).toBe(0);
  });

  test('takes another inventory, if one is given', async () => {
    const plan = await save(playbook('', 'db1'));
    await engine.write('hosts.ini', '[db]\n');
    const moved = await engine.write('moved.ini', '[build_hosts]\nbuilder\n[db]\ndb1\n');
    expect((await apply(plan, { inventory: [moved] })).outcomes).toEqual(['db1 ok']);
  });

  test('takes a host that does not answer, or on which something stands in the way, for no drift: the others run', async () => {
    await engine.write('hosts.ini', '[build_hosts]\nbuilder\n\n[db]\ndb[1:3]\n');
    const plan = await save();
    engine.host('db1').down = true;
    engine.host('db2').loaded.push('io');
    const { outcomes, drifted, begun } = await apply(plan);
    expect(drifted).toEqual([]);
    expect(outcomes).toEqual([
      'db1 unreachable connection refused by db1',
      'db2 failed a module named io is loaded already',
      'db3 ok',
    ]);
    expect(begun).toEqual(['db3: io']);
  });

  test('leaves alone who could not be planned, and counts them as it did', async () => {
    engine.host('db1').loaded.push('io');
    const plan = await save();
    engine.host('db1').loaded.pop();
    const { outcomes, events } = await apply(plan);
    expect(outcomes).toEqual(['db1 failed when it was planned: a module named io is loaded already', 'db2 ok']);
    expect(probedOf(events)).toEqual(['db2', 'builder']);
  });
});

describe('what is not as planned', () => {
  test('stops all of it, unless something else is said', async () => {
    const plan = await save();
    Object.assign(engine.host('db1'), { release: newer, version: '#2 SMP' });
    const { fits, outcomes, drifted, begun, builds } = await apply(plan);
    expect(drifted).toEqual([
      {
        'target db1': [
          { what: 'release', was: release, is: newer },
          { what: 'version', was: '#1 SMP', is: '#2 SMP' },
        ],
        onDrift: 'fail',
      },
    ]);
    expect([fits, begun, builds.built]).toEqual(['no', [], 0]);
    expect(outcomes).toEqual([
      `db1 failed ${drift(`release ${release} → ${newer}, version #1 SMP → #2 SMP`)}`,
      'db2 not-started the plan no longer fits',
    ]);
  });

  test('skip: those hosts are left out, with why', async () => {
    const plan = await save();
    engine.host('db1').version = '#2 SMP';
    const { fits, outcomes, drifted, begun } = await apply(plan, { onDrift: 'skip' });
    expect([fits, outcomes]).toEqual(['yes', [`db1 skipped ${drift('version #1 SMP → #2 SMP')}`, 'db2 ok']]);
    expect([drifted.length, begun]).toEqual([1, ['db2: io']]);
  });

  test('replan: those hosts get what their kernel needs, from the scripts of the plan', async () => {
    const plan = await save(playbook('  serial: 1\n  on_drift: replan\n'));
    await engine.write('io.yml', playbook('  on_drift: fail\n'));
    await engine.write('io.stp', 'probe begin { println("other") exit() }\n');
    engine.host('db1').release = newer;
    const { outcomes, events } = await apply(plan);
    expect([outcomes, batchesOf(events)]).toEqual([
      ['db1 ok', 'db2 ok'],
      [['db1'], ['db2']],
    ]);
    const builds = eventsOf(events, 'play-planned')[0]?.plan.builds;
    expect(builds?.map(({ id, hosts, source }) => [id, hosts, source.text.includes('other')])).toEqual([
      [`io@${release}/x86_64`, ['db2'], false],
      [`io@${newer}/x86_64`, ['db1'], false],
    ]);
  });

  test('the request wins over the play', async () => {
    const plan = await save(playbook('  on_drift: skip\n'));
    engine.host('db1').release = newer;
    expect((await apply(plan)).fits).toBe('yes');
    expect((await apply(plan, { onDrift: 'fail' })).fits).toBe('no');
  });

  test('a host that is gone, and hosts that are reached in another way, which are asked nothing', async () => {
    const inventory = (db: string) => engine.write('hosts.ini', `[build_hosts]\nbuilder\n\n[db]\n${db}\n`);
    await inventory('db1\ndb2\ndb3\ndb4');
    const plan = await save();
    await inventory('db2 ansible_host=elsewhere\ndb3 ansible_user=postgres\ndb4');
    const { fits, drifted, events } = await apply(plan);
    expect(fits).toBe('no');
    expect(drifted).toEqual([
      { 'target db1': [{ what: 'inventory', was: 'db1' }], onDrift: 'fail' },
      { 'target db2': [{ what: 'address', was: 'db2', is: 'elsewhere' }], onDrift: 'fail' },
      { 'target db3': [{ what: 'user', is: 'postgres' }], onDrift: 'fail' },
    ]);
    expect(probedOf(events)).toEqual(['db4', 'builder']);
    const replanned = await apply(plan, { onDrift: 'replan', limit: ['db2,db4'] });
    expect(replanned.outcomes).toEqual(['db2 ok', 'db4 ok']);
  });

  test('to be booted again is said, and stops nothing', async () => {
    const plan = await save();
    engine.host('db1').bootId = 'boot-2';
    const { outcomes, drifted, events } = await apply(plan);
    expect([outcomes, drifted]).toEqual([['db1 ok', 'db2 ok'], []]);
    expect(noticesOf(events)).toEqual([
      expect.stringMatching(/io\.yml\.plan was made at 2\S+Z by tapbook \S+$/),
      'booted since the plan was made, and otherwise as it has them: db1',
    ]);
  });

  test('a SystemTap that would build another module; one that is built already is used', async () => {
    const plan = await save();
    const builder = engine.host('builder');
    builder.systemtap = '5.2';
    const banner = (version: string) => `Systemtap translator/driver (version ${version}/0.192)`;
    const refused = await apply(plan);
    expect([refused.fits, refused.outcomes[0]]).toEqual([
      'no',
      `db1 failed ${drift(`stap on builder ${banner('5.1')} → ${banner('5.2')}`)}`,
    ]);
    expect(refused.drifted).toEqual([
      { 'build-host builder': [{ what: 'stap', was: banner('5.1'), is: banner('5.2') }], onDrift: 'fail' },
    ]);
    const skipped = await apply(plan, { onDrift: 'skip' });
    expect(skipped.outcomes.map(text => text.slice(0, 11))).toEqual(['db1 skipped', 'db2 skipped']);
    expect(builder.builds).toBe(0);
    const replanned = await apply(plan, { onDrift: 'replan' });
    expect([replanned.outcomes, replanned.builds.built]).toEqual([['db1 ok', 'db2 ok'], 1]);
    // What was planned is not there yet, so that it is still another module.
    expect((await apply(plan)).fits).toBe('no');
    builder.systemtap = '5.1';
    expect((await apply(plan)).builds.built).toBe(1);
    builder.systemtap = '5.2';
    expect(await apply(plan)).toMatchObject({ fits: 'yes', builds: { built: 0, cached: 1 } });
  });

  test('a kernel tree that is not the one that was planned for', async () => {
    const plan = await save();
    engine.host('builder').headers = 'other';
    const { fits, drifted } = await apply(plan);
    const change = { what: `tree of ${release}`, was: `first ${release}`, is: `other ${release}` };
    expect([fits, drifted]).toEqual(['no', [{ 'build-host builder': [change], onDrift: 'fail' }]]);
  });

  test('what is kept nowhere is built again, as planned', async () => {
    const plan = await save(playbook('  kernels:\n    - { release: "*", stap_options: { use_server: true } }\n'));
    const saved = JSON.parse(await readFile(plan, 'utf8')) as SealedPlan;
    expect(saved.plan.plays[0]?.builds.map(({ artifact }) => artifact.state)).toEqual(['not-kept']);
    for (let times = 0; times < 2; times++) {
      expect(await apply(plan)).toMatchObject({ outcomes: ['db1 ok', 'db2 ok'], builds: { built: 1 } });
    }
    engine.host('builder').systemtap = '5.2';
    expect((await apply(plan)).fits).toBe('no');
  });

  test('a module that was built again under the same key is used, and said', async () => {
    await save();
    await engine.apply(await engine.open(join(engine.folder, 'io.yml')), { command: 'build' });
    const plan = await save();
    const saved = JSON.parse(await readFile(plan, 'utf8')) as SealedPlan;
    expect(saved.basis[0]?.builds[0]?.module).toMatch(/^[0-9a-f]{64}$/);
    await rm(join(engine.folder, 'modules'), { recursive: true });
    // To the key it is the same compiler.
    engine.host('builder').padding = ' ';
    await engine.apply(await engine.open(plan), { command: 'build' });
    const { fits, events } = await apply(plan);
    expect(fits).toBe('yes');
    expect(noticesOf(events).slice(1)).toEqual([
      expect.stringMatching(
        /^io@6\.1\.0-56-cloud-amd64\/x86_64 has been built again since the plan was made, from the same parts: sha256 \w+ → \w+$/,
      ),
    ]);
  });

  test('of several plays, one that may not drift stops all of them', async () => {
    const plan = await save(`${playbook('  on_drift: skip\n', 'db1')}${playbook('', 'db2')}`);
    engine.host('db1').release = newer;
    const skipped = await apply(plan);
    expect(skipped.outcomes.map(text => text.slice(0, 11))).toEqual(['db1 skipped', 'db2 ok']);
    engine.host('db1').release = release;
    engine.host('db2').release = newer;
    const { fits, outcomes, begun } = await apply(plan);
    expect([fits, outcomes, begun]).toEqual([
      'no',
      ['db1 not-started the plan no longer fits', `db2 failed ${drift(`release ${release} → ${newer}`)}`],
      [],
    ]);
  });

  test('a build host that cannot be reached is none: its hosts fail as ever', async () => {
    const plan = await save();
    engine.host('builder').down = true;
    const { fits, outcomes, drifted } = await apply(plan);
    const why = `no build host can build for ${release}: builder: connection refused by builder`;
    expect([fits, drifted, outcomes]).toEqual(['yes', [], [`db1 failed ${why}`, `db2 failed ${why}`]]);
  });
});
