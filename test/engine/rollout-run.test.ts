import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { deferred } from '../../src/process/deferred.ts';
import { noHosts } from '../support/sample-run.ts';
import type { ApplyWishes, EngineRig } from './engine-rig.ts';
import { failed, failing, newer, newerFromOther, playbook, runRollout, startRollouts, well } from './rollout-rig.ts';

/** Who is begun when. Over real connections: rollout/run-play.test.ts; what stops it: rollout-stops.test.ts. */
let engine: EngineRig;
beforeEach(async () => {
  engine = await startRollouts();
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (text: string, wishes?: ApplyWishes, request = {}) => runRollout(engine, text, wishes, request);

/** In each batch, who has ended before the next one began. */
function endedByBatch(events: readonly Event[]): readonly string[] {
  const ended: string[][] = [];
  for (const event of events) {
    if (event.kind === 'batch-started') ended.push([]);
    if (event.kind === 'host-finished') ended.at(-1)?.push(event.host);
  }
  return ended.map(hosts => hosts.toSorted().join());
}

describe('batches', () => {
  test.each([
    ['4', 'db0,db1,db2,db3 db4,db5,db6,db7 db8,db9'],
    ['30%', 'db0,db1,db2 db3,db4,db5 db6,db7,db8 db9'],
    // Rounded down, but one host at least.
    ['59%', 'db0,db1,db2,db3,db4 db5,db6,db7,db8,db9'],
    ['1%', 'db0 db1 db2 db3 db4 db5 db6 db7 db8 db9'],
    ['[1, 40%, 100%]', 'db0 db1,db2,db3,db4 db5,db6,db7,db8,db9'],
    ['[10%, 5]', 'db0 db1,db2,db3,db4,db5 db6,db7,db8,db9'],
    ['100%', 'db0,db1,db2,db3,db4,db5,db6,db7,db8,db9'],
  ])('serial: %s: none is begun before the batch ahead has ended', async (serial, told) => {
    const { batches, events, result } = await run(playbook(`  serial: ${serial}\n`, 'db'));
    expect(batches.join(' ')).toBe(told);
    expect(endedByBatch(events).join(' ')).toBe(told);
    expect(result.hosts).toEqual({ ...noHosts, ok: 10 });
  });

  test('percentages are of those who can run', async () => {
    for (const host of ['db0', 'db1']) engine.host(host).bare = true;
    const { batches } = await run(playbook('  serial: 30%\n', 'db'));
    expect(batches).toEqual(['db2,db3', 'db4,db5', 'db6,db7', 'db8,db9']);
  });

  test('a first batch that fails: nobody else is begun, in this play or behind it', async () => {
    const text = playbook('  serial: [1, 100%]\n') + playbook('', 'db9', 'more');
    const { outcomes, stops, batches } = await run(text, { ends: failing('db0') });
    const reason = 'every host of the batch failed';
    const behind = `play "few" was stopped: ${reason}`;
    expect(outcomes).toEqual([
      '1 db0 failed at load',
      ...['db1', 'db2', 'db3'].map(name => `1 ${name} not-started: ${reason}`),
      `2 db9 not-started: ${behind}`,
    ]);
    expect([stops, batches]).toEqual([[reason, behind], ['db0']]);
  });

  test('a batch that fails in part does not stop those behind it', async () => {
    const { told, stops } = await run(playbook('  serial: [2, 1, 1]\n'), { ends: failing('db1') });
    expect(told).toEqual(['1 db0 ok', '1 db1 failed at load', '1 db2 ok', '1 db3 ok']);
    expect(stops).toEqual([]);
  });

  test('no more run at once than there are forks', async () => {
    let running = 0;
    let most = 0;
    const full = deferred<void>();
    await run(playbook('', 'db'), {
      forks: 3,
      ends: async () => {
        most = Math.max(most, ++running);
        if (running === 3) full.resolve();
        await full.promise;
        running--;
        return well;
      },
    });
    expect(most).toBe(3);
  });
});

describe('canary: per_kernel', () => {
  beforeEach(() => {
    for (const host of ['db2', 'db3']) engine.host(host).release = newer;
  });
  const canaries = playbook('  canary: per_kernel\n');

  test('one host of each kernel first, then the others as serial says', async () => {
    expect((await run(canaries)).batches).toEqual(['db0,db2', 'db1,db3']);
    const { batches, events } = await run(playbook('  canary: per_kernel\n  serial: 1\n'));
    expect(batches).toEqual(['db0,db2', 'db1', 'db3']);
    expect(endedByBatch(events)).toEqual(batches);
  });

  test('one that fails stops the hosts of the other kernel too', async () => {
    const { told, stops } = await run(canaries, { ends: failing('db2') });
    const reason = 'the canary db2 failed';
    expect(told).toEqual([
      '1 db0 ok',
      `1 db1 not-started: ${reason}`,
      '1 db2 failed at load',
      `1 db3 not-started: ${reason}`,
    ]);
    expect(stops).toEqual([reason]);
  });

  test('a host that cannot run is none: the next one of its kernel is', async () => {
    engine.host('db0').bare = true;
    engine.host('db2').down = true;
    const { batches, told } = await run(canaries);
    expect(batches).toEqual(['db1,db3']);
    expect(told).toEqual(['1 db0 failed at plan', '1 db1 ok', '1 db2 unreachable at connect', '1 db3 ok']);
  });

  test('who fails behind the canaries stops nobody', async () => {
    const { batches, stops, hosts } = await run(playbook('  canary: per_kernel\n  serial: 4\n', 'db'), {
      ends: failing('db1'),
    });
    expect(batches).toEqual(['db0,db2', 'db1,db3,db4,db5', 'db6,db7,db8,db9']);
    expect([stops, hosts.length]).toEqual([[], 10]);
  });

  test('a module that cannot be built is the failure of its canary: no kernel begins', async () => {
    engine.host('other').stapError = 'semantic error: no match';
    const { told, hosts, batches } = await run(playbook(`  canary: per_kernel\n${newerFromOther}`));
    const reason = 'the canary db2 failed';
    expect(told).toEqual([
      `1 db0 not-started: ${reason}`,
      `1 db1 not-started: ${reason}`,
      '1 db2 failed at build',
      '1 db3 failed at build',
    ]);
    expect([hosts, batches]).toEqual([[], []]);
  });
});

describe('run_once', () => {
  const scripts = (once: string) =>
    `- hosts: few\n  scripts:\n    - { name: once, inline: 'probe begin { exit() }', duration: 10s, run_once: true }\n${once}`;

  test('where the first host is down, the next one that can has it', async () => {
    engine.host('db0').down = true;
    engine.host('db1').bare = true;
    const more = "    - { name: io, inline: 'probe end { }', duration: 10s }\n";
    const { begun, result } = await run(scripts(more));
    expect(begun.toSorted()).toEqual(['db2: once io', 'db3: io']);
    expect(result.hosts).toEqual({ ...noHosts, unreachable: 1, failed: 1, ok: 2 });
  });

  test('who has nothing else is left out, and a failure is not made good by another host', async () => {
    const { begun, told } = await run(scripts(''), { ends: failing('db0') });
    expect(begun).toEqual(['db0: once']);
    const why = 'skipped: once runs once, on db0';
    expect(told).toEqual(['1 db0 failed at load', `1 db1 ${why}`, `1 db2 ${why}`, `1 db3 ${why}`]);
  });
});

test('who failed in an earlier play is left alone, and the next host takes its place in the batch', async () => {
  const { outcomes, batches } = await run(playbook() + playbook('  serial: [1, 2]\n', 'few', 'more'), {
    ends: (host, module) => (host === 'db0' && module === 'io' ? failed : well),
  });
  expect(outcomes).toContain('2 db0 not-started: it failed in an earlier play');
  expect(batches.slice(1)).toEqual(['db1', 'db2,db3']);
});

test.each([
  ['in_order', 'in-order'],
  ['together', 'together'],
])('strategy: %s: each host has all of its scripts in one turn', async (written, strategy) => {
  const script = (name: string) => `    - { name: ${name}, inline: 'probe begin { exit() }', duration: 10s }\n`;
  const seen: string[] = [];
  const { begun } = await run(`- hosts: db0\n  strategy: ${written}\n  scripts:\n${script('b')}${script('a')}`, {
    ends: (_host, _module, { context }) => {
      seen.push(context.strategy);
      return well;
    },
  });
  expect([begun, seen]).toEqual([['db0: b a'], [strategy]]);
});
