import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { deferred } from '../../src/process/deferred.ts';
import { noHosts } from '../support/sample-run.ts';
import { type EngineRig, startEngine } from './engine-rig.ts';

/** Who is slow to answer, refuses at first, or never answers. By the program, over SSH: test/program/late-hosts.test.ts. */
let engine: EngineRig;
beforeEach(async () => {
  engine = await startEngine('[build_hosts]\nbuilder\n\n[db]\ndb[1:3]\n');
});
afterEach(() => engine[Symbol.asyncDispose]());

const open = async (hosts: string, more = '') =>
  engine.open(
    await engine.write(
      'late.yml',
      `- hosts: ${hosts}\n${more}  scripts: [{ name: late, inline: 'probe begin { exit() }', duration: 10s }]\n`,
    ),
  );

/** What is told of hosts and plans, in order. */
function tellHosts(event: Event): readonly string[] {
  switch (event.kind) {
    case 'host-retry':
      return [`${event.host} retry ${event.retry}`];
    case 'host-probed':
      return event.role === 'target' ? [`${event.host} ${event.result.kind}`] : [];
    case 'play-planned':
      return [`planned ${event.plan.hosts.map(({ name }) => name).join()}`];
    case 'host-finished':
      return [`${event.host} ended ${event.outcome.kind}`];
    default:
      return [];
  }
}

describe('hosts that answer late', () => {
  test('join one after the other, each in a wave of its own, and run once', async () => {
    const [second, third, thirdRuns] = [deferred<void>(), deferred<void>(), deferred<void>()];
    engine.host('db2').until = second.promise;
    engine.host('db3').until = third.promise;
    const { result, begun, events } = await engine.apply(await open('db'), {
      ends: async host => {
        if (host === 'db1') second.resolve();
        if (host === 'db3') thirdRuns.resolve();
        // It joins while db2 runs still.
        if (host === 'db2') {
          third.resolve();
          await thirdRuns.promise;
        }
        return { kind: 'ok' };
      },
    });
    expect(begun).toEqual(['db1: late', 'db2: late', 'db3: late']);
    const joined = events.flatMap(event => (event.kind === 'play-planned' && event.joined ? [event.joined] : []));
    expect(joined).toEqual([['db2'], ['db3']]);
    expect(result.hosts).toEqual({ ...noHosts, ok: 3 });
  });

  test('and are not there after all are unreachable, long after the others have ended', async () => {
    const never = deferred<void>();
    engine.host('db2').until = never.promise;
    engine.host('db2').down = true;
    const { events } = await engine.apply(await open('db1,db2'), {
      on: event => {
        if (event.kind === 'host-finished' && event.host === 'db1') never.resolve();
      },
    });
    expect(events.flatMap(tellHosts)).toEqual([
      'db1 ok',
      'planned db1',
      'db1 ended ok',
      'db2 unreachable',
      'planned db1,db2',
      'db2 ended unreachable',
    ]);
  });

  test('run where nobody of the first ones does', async () => {
    const slow = deferred<void>();
    engine.host('db1').bare = true;
    engine.host('db2').until = slow.promise;
    const { result, begun, events } = await engine.apply(await open('db1,db2'), {
      on: event => {
        if (event.kind === 'play-planned') slow.resolve();
      },
    });
    expect(begun).toEqual(['db2: late']);
    expect(events.flatMap(event => (event.kind === 'batch-started' ? [event.hosts] : []))).toEqual([['db2']]);
    expect(result.hosts).toEqual({ ...noHosts, failed: 1, ok: 1 });
  });
});

test('a host whose probe takes far longer than those of the others keeps nobody waiting', async () => {
  const slow = deferred<void>();
  engine.host('db2').probesWait = slow.promise;
  const { begun, events } = await engine.apply(await open('db1,db2'), {
    patience: { probeMs: 20 },
    ends: host => {
      if (host === 'db1') slow.resolve();
      return { kind: 'ok' };
    },
  });
  expect(begun).toEqual(['db1: late', 'db2: late']);
  expect(events.flatMap(event => (event.kind === 'play-planned' ? [event.awaited] : []))).toEqual([['db2'], undefined]);
});

describe('hosts that refuse', () => {
  test('every time are unreachable after their last retry; the others have ended by then', async () => {
    const ended = deferred<void>();
    engine.host('db2').down = true;
    const { events } = await engine.apply(await open('db1,db2', '  retries: 2\n  delay: 0\n'), {
      on: event => {
        // The second time it takes longer than the other one runs.
        if (event.kind === 'host-retry') engine.host('db2').until = ended.promise;
        if (event.kind === 'host-finished' && event.host === 'db1') ended.resolve();
      },
    });
    const told = events.flatMap(tellHosts);
    expect(told.filter(text => text.startsWith('db2') || text.startsWith('planned'))).toEqual([
      'db2 retry 1',
      'planned db1',
      'db2 retry 2',
      'db2 unreachable',
      'planned db1,db2',
      'db2 ended unreachable',
    ]);
    expect(told.indexOf('db1 ended ok')).toBeLessThan(told.indexOf('db2 unreachable'));
    expect(told).toContain('db1 ended ok');
  });
});

describe('where hosts depend on each other', () => {
  const rules = ['max_fail_percentage: 50', 'serial: 1', 'canary: per_kernel'];

  test.each(rules)('all are asked before any begins, and builds begin meanwhile, with %s', async rule => {
    const slow = deferred<void>();
    engine.host('db2').until = slow.promise;
    const { begun, events, result } = await engine.apply(await open('db1,db2', `  ${rule}\n`), {
      on: event => {
        // The others are not waited for by then.
        if (event.kind === 'build-finished') slow.resolve();
      },
    });
    const told = events.flatMap(tellHosts);
    expect(told.slice(0, 3)).toEqual(['db1 ok', 'db2 ok', 'planned db1,db2']);
    expect(begun.toSorted()).toEqual(['db1: late', 'db2: late']);
    expect(result.builds).toEqual({ built: 1, cached: 0, failed: 0 });
    expect(engine.host('builder').builds).toBe(2);
  });

  test.each(rules)('who refuses is tried again before any begins, with %s', async rule => {
    const built = deferred<void>();
    engine.host('db2').down = true;
    const { result, begun, events } = await engine.apply(
      await open('db1,db2', `  ${rule}\n  retries: 20\n  delay: 0\n`),
      {
        on: event => {
          if (event.kind === 'host-retry') engine.host('db2').until = built.promise;
          if (event.kind === 'host-retry' && event.retry === 2) engine.host('db2').down = false;
          if (event.kind === 'build-finished') built.resolve();
        },
      },
    );
    const told = events.flatMap(tellHosts);
    expect(told.slice(0, told.indexOf('planned db1,db2'))).toEqual(
      expect.arrayContaining(['db1 ok', 'db2 retry 1', 'db2 retry 2', 'db2 ok']),
    );
    expect(told.filter(text => text.startsWith('planned'))).toEqual(['planned db1,db2']);
    expect(begun.toSorted()).toEqual(['db1: late', 'db2: late']);
    expect(result.hosts).toEqual({ ...noHosts, ok: 2 });
  });

  test('a play that would be stopped builds nothing ahead', async () => {
    const slow = deferred<void>();
    engine.host('db1').bare = true;
    engine.host('db3').until = slow.promise;
    const { result } = await engine.apply(await open('db', '  any_errors_fatal: true\n'), {
      on: event => {
        if (event.kind === 'host-probed' && event.role === 'build-host') slow.resolve();
      },
    });
    expect(engine.host('builder').builds).toBe(0);
    expect(result.hosts).toEqual({ ...noHosts, failed: 1, 'not-started': 2 });
  });
});
