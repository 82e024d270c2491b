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

describe('in several plays', () => {
  const script = "  scripts: [{ name: late, inline: 'probe begin { exit() }', duration: 10s }]";
  const two = async (first: string, second: string) =>
    engine.open(await engine.write('two.yml', `- hosts: ${first}\n${script}\n- hosts: ${second}\n${script}\n`));

  test('the others begin; who answers late joins each play, and no play begins before the one ahead has ended', async () => {
    const slow = deferred<void>();
    engine.host('db2').until = slow.promise;
    const { result, begun, events, outcomes } = await engine.apply(await two('db1,db2', 'db1,db2'), {
      ends: host => {
        if (host === 'db1') slow.resolve();
        return { kind: 'ok' };
      },
    });
    expect(begun.slice(0, 2)).toEqual(['db1: late', 'db2: late']);
    expect(begun.slice(2).toSorted()).toEqual(['db1: late', 'db2: late']);
    expect(outcomes).toEqual(['1 db1 ok', '1 db2 ok', '2 db1 ok', '2 db2 ok']);
    const planned = events.flatMap(event =>
      event.kind === 'play-planned'
        ? [`${event.playNumber} joined ${event.joined ?? '-'} awaited ${event.awaited ?? '-'}`]
        : [],
    );
    // Each play is begun, and then joined.
    expect(planned).toEqual([
      '1 joined - awaited db2',
      '2 joined - awaited db2',
      '1 joined db2 awaited -',
      '2 joined db2 awaited -',
    ]);
    expect(result.hosts).toEqual({ ...noHosts, ok: 2 });
  });

  test('a later play of late hosts only holds up none before it', async () => {
    const slow = deferred<void>();
    engine.host('db2').until = slow.promise;
    const { begun, outcomes } = await engine.apply(await two('db1,db2', 'db2'), {
      ends: host => {
        if (host === 'db1') slow.resolve();
        return { kind: 'ok' };
      },
    });
    expect(begun).toEqual(['db1: late', 'db2: late', 'db2: late']);
    expect(outcomes).toEqual(['1 db1 ok', '1 db2 ok', '2 db2 ok']);
  });

  test('a late host that fails in a play is left alone in the next one', async () => {
    const slow = deferred<void>();
    engine.host('db2').until = slow.promise;
    const { outcomes } = await engine.apply(await two('db1,db2', 'db1,db2'), {
      ends: host => {
        if (host === 'db1') slow.resolve();
        return host === 'db2' ? { kind: 'failed', failure: { stage: 'load', cause: 'x' } } : { kind: 'ok' };
      },
    });
    expect(outcomes.toSorted()).toEqual([
      '1 db1 ok',
      '1 db2 failed at load',
      '2 db1 ok',
      '2 db2 not-started: it failed in an earlier play',
    ]);
  });

  test('one that is tried again spends its retries once', async () => {
    engine.host('db2').down = true;
    const ended = deferred<void>();
    const source = await engine.open(
      await engine.write(
        'two.yml',
        ['db1,db2', 'db1,db2'].map(hosts => `- hosts: ${hosts}\n  retries: 2\n  delay: 0\n${script}\n`).join(''),
      ),
    );
    const { events, outcomes } = await engine.apply(source, {
      on: event => {
        if (event.kind === 'host-retry') engine.host('db2').until = ended.promise;
        if (event.kind === 'host-finished' && event.host === 'db1') ended.resolve();
      },
    });
    expect(events.flatMap(event => (event.kind === 'host-retry' ? [event.retry] : []))).toEqual([1, 2]);
    expect(outcomes.toSorted()).toEqual([
      '1 db1 ok',
      '1 db2 unreachable at connect',
      '2 db1 ok',
      '2 db2 unreachable at connect',
    ]);
  });

  test('all are asked first where hosts of one of the plays depend on each other', async () => {
    const slow = deferred<void>();
    engine.host('db2').until = slow.promise;
    const source = await engine.open(
      await engine.write('two.yml', `- hosts: db1,db2\n${script}\n- hosts: db1,db2\n  serial: 1\n${script}\n`),
    );
    const { events, outcomes } = await engine.apply(source, {
      on: event => {
        if (event.kind === 'build-finished') slow.resolve();
      },
    });
    expect(events.flatMap(tellHosts).slice(0, 2)).toEqual(['db1 ok', 'db2 ok']);
    expect(outcomes).toHaveLength(4);
  });

  test('Ctrl-C while a host is awaited ends all plays', async () => {
    const never = deferred<void>();
    engine.host('db2').until = never.promise;
    const stop = new AbortController();
    const { result, outcomes } = await engine.apply(await two('db1,db2', 'db1,db2'), {
      stop: stop.signal,
      ends: () => {
        stop.abort();
        never.resolve();
        return { kind: 'interrupted' };
      },
    });
    expect(result.hosts).toEqual({ ...noHosts, interrupted: 1, 'not-started': 1 });
    expect(outcomes.toSorted()).toEqual([
      '1 db1 interrupted',
      '1 db2 not-started: interrupted',
      '2 db1 not-started: interrupted',
      '2 db2 not-started: interrupted',
    ]);
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
