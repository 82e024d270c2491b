import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sealPlan } from '../../src/engine/prepare/seal-plan.ts';
import type { PlaysRequest } from '../../src/engine/sources/requests.ts';
import type { Event } from '../../src/model/event.ts';
import type { SealedPlan } from '../../src/plan/saved/saved-plan.ts';
import { deferred } from '../../src/process/deferred.ts';
import { eventsOf } from '../support/tapbook.ts';
import { type ApplyWishes, type EngineRig, startEngine } from './engine-rig.ts';

/** Hosts with other builds of the files that scripts probe. On real kernels: test/lab. */
const postgres = '/usr/lib/postgresql/17/bin/postgres';
const older = '459f'.padEnd(40, '0');
const newer = '8b14'.padEnd(40, '1');
const group = '6.1.0-56-cloud-amd64/x86_64';

let engine: EngineRig;
beforeEach(async () => {
  engine = await startEngine('[build_hosts]\nbuilder\n\n[db]\ndb[1:3]\n');
  for (const name of ['builder', 'db1', 'db2', 'db3']) engine.host(name).binaries.set(postgres, older);
});
afterEach(() => engine[Symbol.asyncDispose]());

const play = (more = ''): string => `- name: Queries
  hosts: db
${more}  vars: { pg: /usr/lib/postgresql/17/bin }
  scripts:
    - name: queries
      inline: 'probe process(@1).mark("query__start") { exit() }'
      args: ["{{ pg }}/postgres"]
      duration: 10s
    - { name: io, inline: 'probe begin { exit() }', duration: 10s }
`;
const write = (more = ''): Promise<string> => engine.write('queries.yml', play(more));

async function apply(
  path: string,
  { request = {}, ...wishes }: ApplyWishes & { request?: Partial<PlaysRequest> } = {},
) {
  const { result, events, begun } = await engine.apply(await engine.open(path, request), wishes);
  const outcomes = eventsOf(events, 'host-finished').map(({ host, outcome }) => {
    const why = 'reason' in outcome ? outcome.reason : 'failure' in outcome ? outcome.failure.cause : undefined;
    return [host, outcome.kind, ...(why === undefined ? [] : [why])].join(' ');
  });
  return { result, events, begun, outcomes: outcomes.toSorted() };
}

/** Who runs which build, as the last plan has it: `queries@…#2: db2 8b14`. */
function buildsOf(events: readonly Event[]): readonly string[] {
  const plan = eventsOf(events, 'play-planned').at(-1)?.plan;
  return (plan?.builds ?? []).map(({ id, hosts, binaries = [] }) =>
    [`${id.replace(group, '…')}:`, hosts.join(), ...binaries.map(({ buildId }) => buildId.slice(0, 4))].join(' '),
  );
}

describe('an apply', () => {
  test('builds one module for each build-id, and one of a script that probes none; all in one play', async () => {
    engine.host('db2').binaries.set(postgres, newer);
    const { events, outcomes } = await apply(await write());
    expect(buildsOf(events)).toEqual(['io@…: db1,db2,db3', 'queries@…: db1,db3 459f', 'queries@…#2: db2 8b14']);
    expect(engine.host('builder').builds).toBe(4);
    expect(outcomes).toEqual(['db1 ok', 'db2 ok', 'db3 ok']);
    const [planned] = eventsOf(events, 'play-planned');
    expect(new Set(planned?.plan.builds.map(({ artifact }) => artifact.key)).size).toBe(3);
  });

  test('takes the modules of a build-id from the cache, and builds for a new one', async () => {
    await apply(await write());
    const before = engine.host('builder').builds;
    expect((await apply(await write())).outcomes).toEqual(['db1 ok', 'db2 ok', 'db3 ok']);
    expect(engine.host('builder').builds).toBe(before);
    engine.host('db3').binaries.set(postgres, newer);
    await apply(await write());
    expect(engine.host('builder').builds).toBe(before + 1);
  });

  test('leaves a host without the file to itself, with the cure', async () => {
    engine.host('db2').binaries.delete(postgres);
    const { outcomes, begun, events } = await apply(await write());
    expect(outcomes).toEqual(['db1 ok', `db2 failed ${postgres} is missing, and queries probes it`, 'db3 ok']);
    expect(begun.map(one => one.slice(0, 3))).toEqual(['db1', 'db3']);
    const failed = eventsOf(events, 'host-finished').find(({ host }) => host === 'db2')?.outcome;
    expect(failed?.kind === 'failed' && failed.failure.cure).toContain(
      'give this host a value of its own for the path',
    );
  });

  test('takes the path that a host says it has', async () => {
    const own = '/opt/pgsql/bin/postgres';
    engine.host('db2').binaries.delete(postgres);
    engine.host('db2').binaries.set(own, older);
    await engine.write(
      'hosts.ini',
      `[build_hosts]\nbuilder\n[db]\ndb1\ndb2 pg=/opt/pgsql/bin\ndb3\n[db:vars]\npg=${postgres.slice(0, -9)}\n`,
    );
    const path = await engine.write('own.yml', play().replace(/ {2}vars: .*\n/, ''));
    const { outcomes, events } = await apply(path);
    expect(outcomes).toEqual(['db1 ok', 'db2 ok', 'db3 ok']);
    expect(buildsOf(events)).toEqual(['io@…: db1,db2,db3', 'queries@…: db1,db3 459f', 'queries@…#2: db2 459f']);
  });

  test('loads nothing over a process that runs another build; the play may have such hosts skipped', async () => {
    engine.host('db1').strangers.set(postgres, [`812 ${newer} deleted postgres`]);
    const refused = await apply(await write());
    const why = `${postgres} has build-id 459f00000000, and a process runs another: postgres 812 (8b1411111111, begun before the file was replaced)`;
    expect(refused.outcomes).toEqual([`db1 failed ${why}`, 'db2 ok', 'db3 ok']);
    const skipped = await apply(await write('  stale_processes: skip\n'));
    expect(skipped.outcomes).toEqual([`db1 skipped ${why}`, 'db2 ok', 'db3 ok']);
    expect([refused.result.hosts.failed, skipped.result.hosts.failed]).toEqual([1, 0]);
  });

  test('of some hosts builds for those only', async () => {
    engine.host('db2').binaries.set(postgres, newer);
    const { events } = await apply(await write(), { request: { limit: ['db2'] } });
    expect(buildsOf(events)).toEqual(['io@…: db2', 'queries@…: db2 8b14']);
  });

  test('that only builds makes the modules of all', async () => {
    engine.host('db2').binaries.set(postgres, newer);
    const { events, begun } = await apply(await write(), { command: 'build' });
    expect(buildsOf(events)).toHaveLength(3);
    expect([begun, (await engine.cache.keys()).size]).toEqual([[], 3]);
  });

  test('numbers the builds of hosts that come late after those that are under way', async () => {
    const answers = deferred<void>();
    engine.host('db1').until = answers.promise;
    engine.host('db1').binaries.set(postgres, newer);
    const { events, outcomes } = await apply(await write(), {
      ends: host => {
        if (host === 'db2') answers.resolve();
        return { kind: 'ok' };
      },
    });
    expect(buildsOf(events)).toEqual(['io@…: db2,db3,db1', 'queries@…: db2,db3 459f', 'queries@…#2: db1 8b14']);
    expect(outcomes).toEqual(['db1 ok', 'db2 ok', 'db3 ok']);
  });

  test('keeps no module of a script whose files only the build finds', async () => {
    const byName = `- { hosts: db, scripts: [{ name: named, inline: 'probe process("postgres").mark("x") { exit() }', duration: 5s }] }\n`;
    const path = await engine.write('named.yml', byName);
    const { events } = await apply(path);
    const [build] = eventsOf(events, 'play-planned')[0]?.plan.builds ?? [];
    expect([build?.artifact.state, build?.unsureBinaries?.map(({ text }) => text)]).toEqual(['not-kept', ['postgres']]);
  });
});

describe('an apply of a saved plan', () => {
  const drifted = `it is not as it was planned: binary ${postgres} 459f00000000 → 8b1411111111`;

  test('runs where all is as it was', async () => {
    engine.host('db2').binaries.set(postgres, newer);
    const plan = await engine.save(await write());
    expect((await apply(plan)).outcomes).toEqual(['db1 ok', 'db2 ok', 'db3 ok']);
  });

  test.each([
    ['fail', [`db2 failed ${drifted}`], 0],
    ['skip', ['db1 ok', `db2 skipped ${drifted}`, 'db3 ok'], 2],
    ['replan', ['db1 ok', 'db2 ok', 'db3 ok'], 3],
  ] as const)('finds an upgrade since: %s', async (onDrift, expected, runs) => {
    const plan = await engine.save(await write());
    engine.host('db2').binaries.set(postgres, newer);
    const { outcomes, begun, events } = await apply(plan, { request: { onDrift } });
    expect(outcomes.filter(one => onDrift !== 'fail' || one.startsWith('db2'))).toEqual(expected);
    expect(begun.filter(one => one.endsWith('io'))).toHaveLength(runs);
    if (onDrift === 'replan') expect(buildsOf(events)).toContain('queries@…#2: db2 8b14');
  });

  test('looks at the processes again', async () => {
    const plan = await engine.save(await write('  stale_processes: skip\n'));
    engine.host('db3').strangers.set(postgres, [`5 ${newer} other-root postgres`]);
    const { outcomes, result } = await apply(plan);
    expect(outcomes.map(one => one.slice(0, 11).trim())).toEqual(['db1 ok', 'db2 ok', 'db3 skipped']);
    expect(result.hosts.failed).toBe(0);
  });

  test('refuses a plan whose build is for another file than its host had', async () => {
    const path = await engine.save(await write());
    const { sha256: _, ...plan } = JSON.parse(await readFile(path, 'utf8')) as SealedPlan;
    const forged = JSON.parse(
      JSON.stringify(plan).replace(/("binaries":\[\{"path":"[^"]*","buildId":")459f/, '$18b14'),
    ) as typeof plan;
    await writeFile(path, JSON.stringify(sealPlan(forged)));
    const { diagnostics } = await engine.refusal(path);
    expect(diagnostics.map(({ message }) => message).join()).toContain(`is for another ${postgres} than db1 has`);
  });
});
