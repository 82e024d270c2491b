import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HostName, ModuleName } from '../../src/model/ids.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import { deferred } from '../../src/process/deferred.ts';
import { eventsOf } from '../support/tapbook.ts';
import type { ApplyWishes, EngineRig } from './engine-rig.ts';
import { failed, failing, newer, newerFromOther, playbook, runRollout, startRollouts, well } from './rollout-rig.ts';

/** What keeps hosts from being begun, and who is tried again. Over real connections: rollout/run-play.test.ts. */
let engine: EngineRig;
beforeEach(async () => {
  engine = await startRollouts();
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (text: string, wishes?: ApplyWishes, request = {}) => runRollout(engine, text, wishes, request);

const unreachable: HostOutcome = { kind: 'unreachable', failure: { stage: 'stream', cause: 'the connection ended' } };

describe('max_fail_percentage', () => {
  const all = ['db0', 'db1', 'db2', 'db3', 'db4', 'db5', 'db6', 'db7', 'db8', 'db9'];

  test.each([
    [0, 1, '1 of 10 hosts failed (10 %), max_fail_percentage is 0'],
    [9.9, 1, '1 of 10 hosts failed (10 %), max_fail_percentage is 9.9'],
    [10, 2, '2 of 10 hosts failed (20 %), max_fail_percentage is 10'],
    [29, 3, '3 of 10 hosts failed (30 %), max_fail_percentage is 29'],
    [30, 4, '4 of 10 hosts failed (40 %), max_fail_percentage is 30'],
    [90, 10, undefined],
  ])('%d: of ten hosts that would all fail, %d do', async (most, times, reason) => {
    const { hosts, stops, told } = await run(playbook(`  max_fail_percentage: ${most}\n`, 'db'), {
      forks: 1,
      ends: () => failed,
    });
    expect(hosts).toEqual(all.slice(0, times));
    expect(stops).toEqual(reason === undefined ? [] : [reason]);
    expect(told).toEqual(
      all.map((name, index) => `1 ${name} ${index < times ? 'failed at load' : `not-started: ${reason}`}`),
    );
  });

  test('who runs already ends as planned', async () => {
    const stopped = deferred<void>();
    const ends = async (
      host: string,
      _: string,
      { context }: { context: { stop: AbortSignal } },
    ): Promise<HostOutcome> => {
      if (host === 'db0') return failed;
      await stopped.promise;
      return context.stop.aborted ? { kind: 'interrupted' } : well;
    };
    const { told, stops } = await run(playbook('  max_fail_percentage: 20\n'), {
      forks: 2,
      ends,
      on: ({ kind }) => {
        if (kind === 'rollout-stopped') stopped.resolve();
      },
    });
    const reason = '1 of 4 hosts failed (25 %), max_fail_percentage is 20';
    expect(told).toEqual([
      '1 db0 failed at load',
      '1 db1 ok',
      `1 db2 not-started: ${reason}`,
      `1 db3 not-started: ${reason}`,
    ]);
    expect(stops).toEqual([reason]);
  });

  test('hosts that cannot be reached count before any is begun', async () => {
    for (const host of ['db2', 'db3']) engine.host(host).down = true;
    const { told, stops, batches } = await run(playbook('  max_fail_percentage: 30\n'));
    const reason = '2 of 4 hosts failed (50 %), max_fail_percentage is 30';
    expect(told).toEqual([
      `1 db0 not-started: ${reason}`,
      `1 db1 not-started: ${reason}`,
      '1 db2 unreachable at connect',
      '1 db3 unreachable at connect',
    ]);
    expect([stops, batches]).toEqual([[reason], []]);
    expect(engine.host('builder').builds).toBe(0);
  });

  test('so do builds that fail', async () => {
    engine.host('db3').release = newer;
    engine.host('other').stapError = 'semantic error: no match';
    const { told, stops, batches } = await run(playbook(`  max_fail_percentage: 20\n${newerFromOther}`));
    const reason = '1 of 4 hosts failed (25 %), max_fail_percentage is 20';
    expect(told).toEqual([
      ...['db0', 'db1', 'db2'].map(name => `1 ${name} not-started: ${reason}`),
      '1 db3 failed at build',
    ]);
    expect([stops, batches]).toEqual([[reason], []]);
  });

  test('hosts that are skipped do not', async () => {
    const source = playbook('  max_fail_percentage: 49\n');
    const { stops, told } = await run(source, { forks: 1, ends: failing('db2') }, { startAt: 'db2' });
    const reason = '1 of 2 hosts failed (50 %), max_fail_percentage is 49';
    expect(stops).toEqual([reason]);
    const left = 'skipped: it stands before db2, where --start-at begins';
    expect(told).toEqual([`1 db0 ${left}`, `1 db1 ${left}`, '1 db2 failed at load', `1 db3 not-started: ${reason}`]);
  });
});

describe('any_errors_fatal', () => {
  const fatal = playbook('  any_errors_fatal: true\n');

  test('who waits for a fork is not begun', async () => {
    const { outcomes, stops } = await run(fatal, { forks: 1, ends: failing('db0') });
    const reason = 'any_errors_fatal: db0 failed';
    expect(outcomes).toEqual([
      '1 db0 failed at load',
      ...['db1', 'db2', 'db3'].map(name => `1 ${name} not-started: ${reason}`),
    ]);
    expect(stops).toEqual([reason]);
  });

  test('a failure that stops nobody is not told as a stop, but keeps further plays away', async () => {
    const behind = playbook('', 'db1', 'more');
    const { outcomes, stops } = await run(fatal + behind, { forks: 1, ends: failing('db3') });
    const reason = 'play "few" was stopped: any_errors_fatal: db3 failed';
    expect(outcomes).toEqual([
      '1 db0 ok',
      '1 db1 ok',
      '1 db2 ok',
      '1 db3 failed at load',
      `2 db1 not-started: ${reason}`,
    ]);
    // That of the second play.
    expect(stops).toEqual([reason]);
  });

  test('what the first play was stopped by is what the third one says, too', async () => {
    const { outcomes } = await run(fatal + playbook('', 'db4', 'more') + playbook('', 'db5', 'most'), {
      ends: () => failed,
    });
    const reason = 'play "few" was stopped: any_errors_fatal: db0 failed';
    expect(outcomes.slice(-2)).toEqual([`2 db4 not-started: ${reason}`, `3 db5 not-started: ${reason}`]);
  });
});

describe('retries', () => {
  test('a host that is lost before anything was sent there is run at the second try', async () => {
    let tries = 0;
    const { hosts, outcomes, retries } = await run(playbook('  retries: 2\n  delay: 0\n', 'db0,db1'), {
      forks: 1,
      ends: host => (host === 'db0' && ++tries === 1 ? { outcome: unreachable, sent: 'nothing' } : well),
    });
    expect(hosts.toSorted()).toEqual(['db0', 'db0', 'db1']);
    expect(outcomes.toSorted()).toEqual(['1 db0 ok', '1 db1 ok']);
    expect(retries).toEqual(['db0 1/2']);
  });

  test('and is unreachable after the last', async () => {
    const { hosts, outcomes, retries } = await run(playbook('  retries: 2\n  delay: 0\n', 'db0'), {
      ends: () => ({ outcome: unreachable, sent: 'nothing' }),
    });
    expect(hosts).toEqual(['db0', 'db0', 'db0']);
    expect(outcomes).toEqual(['1 db0 unreachable at stream']);
    expect(retries).toEqual(['db0 1/2', 'db0 2/2']);
  });

  test.each([
    ['lost after something was sent', unreachable, 'unreachable at stream'],
    ['that failed', failed, 'failed at load'],
  ])('never for a host %s', async (_, outcome, told) => {
    const { hosts, outcomes, retries } = await run(playbook('  retries: 3\n  delay: 0\n', 'db0'), {
      ends: () => outcome,
    });
    expect([hosts, outcomes, retries]).toEqual([['db0'], [`1 db0 ${told}`], []]);
  });

  test('what stops the rollout ends the pause', async () => {
    const paused = deferred<void>();
    const { outcomes } = await run(playbook('  retries: 2\n  delay: 1h\n  any_errors_fatal: true\n', 'db0,db1'), {
      ends: async host => {
        if (host === 'db0') return { outcome: unreachable, sent: 'nothing' };
        await paused.promise;
        return failed;
      },
      on: ({ kind }) => {
        if (kind === 'host-retry') paused.resolve();
      },
    });
    expect(outcomes).toEqual(['1 db1 failed at load', '1 db0 not-started: any_errors_fatal: db1 failed']);
  });
});

test('a host that vanishes after a load ends the others too, whatever may fail, and is not tried again', async () => {
  const vanished: HostOutcome = { ...unreachable, vanishedAfterLoad: true };
  const db1Runs = deferred<void>();
  const { outcomes, stops, retries, hosts } = await run(playbook('  retries: 3\n  delay: 0\n'), {
    forks: 2,
    ends: async (host, _, { context: { stop } }) => {
      if (host === 'db0') {
        await db1Runs.promise;
        return vanished;
      }
      const stopped = new Promise<HostOutcome>(resolve =>
        stop.addEventListener('abort', () => resolve({ kind: 'interrupted' })),
      );
      db1Runs.resolve();
      return stopped;
    },
  });
  const reason = 'db0: the connection ended; stopped on db1 as well';
  expect([stops, retries, hosts]).toEqual([[reason], [], ['db0', 'db1']]);
  expect(outcomes.toSorted()).toEqual([
    '1 db0 unreachable at stream',
    '1 db1 interrupted',
    `1 db2 not-started: ${reason}`,
    `1 db3 not-started: ${reason}`,
  ]);
});

describe('stop_at_vanished_hosts', () => {
  const vanished: HostOutcome = { ...unreachable, vanishedAfterLoad: true };
  const crash = (...hosts: readonly string[]): ApplyWishes => ({
    forks: 1,
    ends: host => (hosts.includes(host) ? vanished : well),
  });
  const all = ['db0', 'db1', 'db2', 'db3', 'db4', 'db5', 'db6', 'db7', 'db8', 'db9'];

  test.each([
    ['', 1, '; no other host was touched'],
    ['1', 1, '; no other host was touched'],
    ['2', 2, '; db0 vanished before (stop_at_vanished_hosts is 2); no other host was touched'],
    ['"30%"', 3, '; db0, db1 vanished before (stop_at_vanished_hosts is 30%, here 3); no other host was touched'],
    ['"29%"', 2, '; db0 vanished before (stop_at_vanished_hosts is 29%, here 2); no other host was touched'],
    ['"1%"', 1, '; no other host was touched'],
  ])('%j: of ten hosts that would all vanish, %d do', async (written, times, why) => {
    const rule = written === '' ? '' : `  stop_at_vanished_hosts: ${written}\n`;
    const { hosts, stops, told } = await run(playbook(rule, 'db'), crash(...all));
    const reason = `db${times - 1}: the connection ended${why}`;
    expect([hosts, stops]).toEqual([all.slice(0, times), [reason]]);
    expect(told).toEqual(
      all.map((name, at) => `1 ${name} ${at < times ? 'unreachable at stream' : `not-started: ${reason}`}`),
    );
  });

  test('as many as are borne stop nobody, and each counts as unreachable', async () => {
    const { told, stops } = await run(playbook('  stop_at_vanished_hosts: 3\n'), crash('db0', 'db2'));
    expect(stops).toEqual([]);
    expect(told).toEqual(['1 db0 unreachable at stream', '1 db1 ok', '1 db2 unreachable at stream', '1 db3 ok']);
  });

  test('max_fail_percentage counts them besides', async () => {
    const rules = '  stop_at_vanished_hosts: 3\n  max_fail_percentage: 25\n';
    const { hosts, stops } = await run(playbook(rules), crash('db0', 'db1'));
    expect([hosts, stops]).toEqual([['db0', 'db1'], ['2 of 4 hosts failed (50 %), max_fail_percentage is 25']]);
  });

  test('a canary that vanishes keeps others from beginning', async () => {
    const rules = '  stop_at_vanished_hosts: 3\n  canary: per_kernel\n';
    const { hosts, stops } = await run(playbook(rules), crash('db0'));
    expect([hosts, stops]).toEqual([['db0'], ['the canary db0 failed']]);
  });

  test('hosts that run are stopped with the one that is too many, and who had the module is named', async () => {
    const db3Runs = deferred<void>();
    const { outcomes, stops } = await run(playbook('  stop_at_vanished_hosts: 2\n'), {
      forks: 2,
      ends: async (host, module, { context: { stop, events } }) => {
        events.emit({ kind: 'script-started', host: host as HostName, module: module as ModuleName });
        if (host === 'db0') return vanished;
        if (host === 'db1') return well;
        if (host === 'db2') {
          await db3Runs.promise;
          return vanished;
        }
        db3Runs.resolve();
        return new Promise<HostOutcome>(resolve =>
          stop.addEventListener('abort', () => resolve({ kind: 'interrupted' })),
        );
      },
    });
    const before = 'db0 vanished before (stop_at_vanished_hosts is 2)';
    expect(stops).toEqual([
      `db2: the connection ended; ${before}; stopped on db3 as well; db1 had a module loaded before`,
    ]);
    expect(outcomes.toSorted()).toEqual([
      '1 db0 unreachable at stream',
      '1 db1 ok',
      '1 db2 unreachable at stream',
      '1 db3 interrupted',
    ]);
  });

  test('a saved plan has it', async () => {
    const path = await engine.write('saved.yml', playbook('  stop_at_vanished_hosts: "50%"\n', 'db0,db1,db2,db3'));
    const source = await engine.open(await engine.save(path));
    const { events, begun } = await engine.apply(source, crash('db0', 'db1'));
    expect(begun).toEqual(['db0: io', 'db1: io']);
    const planned = eventsOf(events, 'play-planned').at(-1)?.plan.rollout.stopAtVanished;
    expect(planned).toEqual({ hosts: 2, percent: 50 });
  });
});
