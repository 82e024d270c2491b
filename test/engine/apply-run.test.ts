import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HostOutcome } from '../../src/model/outcome.ts';
import { deferred } from '../../src/process/deferred.ts';
import { noHosts } from '../support/sample-run.ts';
import { type EngineRig, startEngine } from './engine-rig.ts';

const inventory = '[build_hosts]\nbuilder\n\n[db]\ndb[1:3]\n';
const playbook = (more = '', hosts = 'db'): string => `- name: Reads
  hosts: ${hosts}
${more}  scripts: [{ name: io, inline: 'probe begin { exit() }', duration: 10s }]
`;

const failed: HostOutcome = { kind: 'failed', failure: { stage: 'stream', cause: 'ERROR: no' } };

let engine: EngineRig;
beforeEach(async () => {
  engine = await startEngine(inventory);
});
afterEach(() => engine[Symbol.asyncDispose]());

const open = async (text: string, request = {}) => engine.open(await engine.write('play.yml', text), request);

describe('one play', () => {
  test('is planned, built once for each kernel, and run everywhere', async () => {
    engine.host('db3').release = '6.1.0-57-cloud-amd64';
    const { result, begun, outcomes } = await engine.apply(await open(playbook()));
    expect(begun.toSorted()).toEqual(['db1: io', 'db2: io', 'db3: io']);
    expect(outcomes.toSorted()).toEqual(['1 db1 ok', '1 db2 ok', '1 db3 ok']);
    expect(result).toMatchObject({ fits: 'yes', reached: 'the-end', hosts: { ...noHosts, ok: 3 } });
    expect(result.builds).toEqual({ built: 2, cached: 0, failed: 0 });
  });

  test('a repeat builds nothing and connects to no build host', async () => {
    await engine.apply(await open(playbook()));
    const { connections, builds } = engine.host('builder');
    const { result } = await engine.apply(await open(playbook()));
    expect(result.builds).toEqual({ built: 0, cached: 1, failed: 0 });
    expect(engine.host('builder')).toMatchObject({ connections, builds });
  });

  test('who is not reached, lacks something, or has no module is told apart, and the others run', async () => {
    engine.host('db1').down = true;
    engine.host('db2').bare = true;
    const { result, begun, outcomes } = await engine.apply(await open(playbook()));
    expect(begun).toEqual(['db3: io']);
    expect(outcomes.toSorted()).toEqual(['1 db1 unreachable at connect', '1 db2 failed at plan', '1 db3 ok']);
    expect(result.hosts).toEqual({ ...noHosts, unreachable: 1, failed: 1, ok: 1 });
  });

  test('a module that cannot be built is the failure of its hosts', async () => {
    engine.host('builder').stapError = 'semantic error: no match';
    const { result, begun, outcomes } = await engine.apply(await open(playbook()));
    expect(begun).toEqual([]);
    expect(outcomes.toSorted()).toEqual(['1 db1 failed at build', '1 db2 failed at build', '1 db3 failed at build']);
    expect(result.builds).toEqual({ built: 0, cached: 0, failed: 1 });
  });

  test('build alone loads nothing, and a host is well whose modules are there', async () => {
    const { result, begun, events } = await engine.apply(await open(playbook()), { command: 'build' });
    expect(begun).toEqual([]);
    expect(result).toMatchObject({ hosts: { ...noHosts, ok: 3 }, builds: { built: 1, cached: 0, failed: 0 } });
    expect(events.some(({ kind }) => kind === 'build-finished')).toBe(true);
  });

  test('a failure in the first batch stops the rollout by its rules', async () => {
    const source = await open(playbook('  serial: [1, 100%]\n  max_fail_percentage: 0\n'));
    const { begun, outcomes, result } = await engine.apply(source, { ends: () => failed });
    expect(begun).toEqual(['db1: io']);
    expect(outcomes.slice(0, 1)).toEqual(['1 db1 failed at stream']);
    expect(result.hosts).toEqual({ ...noHosts, failed: 1, 'not-started': 2 });
  });
});

test('build counts whom the plan leaves out, and whose module cannot be built, as apply does', async () => {
  engine.host('db1').down = true;
  engine.host('db2').bare = true;
  engine.host('builder').stapError = 'semantic error: no match';
  const { result, outcomes } = await engine.apply(await open(playbook()), { command: 'build' });
  expect(outcomes.toSorted()).toEqual([
    '1 db1 unreachable at connect',
    '1 db2 failed at plan',
    '1 db3 failed at build',
  ]);
  expect(result.hosts).toEqual({ ...noHosts, unreachable: 1, failed: 2 });
});

describe('several plays', () => {
  const two = playbook() + playbook('', 'db1:db2').replace('Reads', 'More').replace('name: io,', 'name: more,');

  test('each event says which play it is of, though two have one name', async () => {
    const source = await open(playbook() + playbook('', 'db1').replace('name: io,', 'name: more,'));
    const { events, outcomes } = await engine.apply(source);
    const told = events.filter(({ playNumber }) => playNumber !== undefined);
    expect(new Set(told.map(({ play, playNumber }) => `${playNumber} ${play}`))).toEqual(
      new Set(['1 Reads', '2 Reads']),
    );
    const builds = told.flatMap(event =>
      event.kind === 'build-finished' ? [`${event.playNumber} ${event.module}`] : [],
    );
    expect(builds).toEqual(['1 io', '2 more']);
    expect(outcomes.filter(text => text.startsWith('2'))).toEqual(['2 db1 ok']);
  });

  test('a host that failed is left alone by the plays behind, and counts once, by its worst', async () => {
    const ends = (host: string): HostOutcome => (host === 'db1' ? failed : { kind: 'ok' });
    const { begun, outcomes, result } = await engine.apply(await open(two), { ends });
    expect(begun.filter(text => text.endsWith('more'))).toEqual(['db2: more']);
    expect(outcomes).toContain('2 db1 not-started: it failed in an earlier play');
    expect(result.hosts).toEqual({ ...noHosts, failed: 1, ok: 2 });
  });

  test('plays behind one that was stopped are not begun', async () => {
    const { begun, outcomes } = await engine.apply(
      await open(two.replace('  hosts: db\n', '  hosts: db\n  any_errors_fatal: true\n')),
      { ends: host => (host === 'db1' ? failed : { kind: 'ok' }), forks: 1 },
    );
    expect(begun).toEqual(['db1: io']);
    expect(outcomes.filter(text => text.startsWith('2')).every(text => text.includes('not-started'))).toBe(true);
  });
});

describe('a stop', () => {
  test('while hosts are asked ends the run at once', async () => {
    const stop = new AbortController();
    const never = deferred<void>();
    engine.host('db1').until = never.promise;
    const source = await open(playbook('  serial: 1\n'));
    const applying = engine.apply(source, { stop: stop.signal });
    await expect.poll(() => engine.host('db1').connections).toBe(1);
    stop.abort(new Error('stopped'));
    const { result, begun } = await applying;
    expect(begun).toEqual([]);
    expect(result.reached).toBe('cut-short');
  });

  test('while hosts run: those that run end, no other is begun', async () => {
    const stop = new AbortController();
    const ends = (): HostOutcome => {
      stop.abort(new Error('stopped'));
      return { kind: 'interrupted' };
    };
    const { result, begun } = await engine.apply(await open(playbook()), { stop: stop.signal, ends, forks: 1 });
    expect(begun).toEqual(['db1: io']);
    expect(result).toMatchObject({ reached: 'the-end', hosts: { interrupted: 1, 'not-started': 2 } });
  });
});

test('who runs a host is told of an abandoned run, which keeps nobody from it', async () => {
  const abandon = new AbortController();
  const { result } = await engine.apply(await open(playbook('', 'db1')), {
    abandon: abandon.signal,
    ends: (_host, _module, { context }) => {
      expect([context.abandon.aborted, context.stop.aborted]).toEqual([false, false]);
      abandon.abort();
      expect([context.abandon.aborted, context.stop.aborted]).toEqual([true, false]);
      return { kind: 'ok' };
    },
  });
  expect(result).toMatchObject({ reached: 'the-end', hosts: { ...noHosts, ok: 1 } });
});

describe('late hosts', () => {
  test('are given to who runs the others, with the module of their kernel', async () => {
    const slow = deferred<void>();
    engine.host('db3').until = slow.promise;
    engine.host('db3').release = '6.1.0-57-cloud-amd64';
    const given: Record<string, unknown> = {};
    const { events } = await engine.apply(await open(playbook()), {
      ends: (host, _module, { run, context }) => {
        const [script] = run.decision.scripts;
        const built = script && context.builds.get(script.build);
        given[host] = [run.kernel.release, run.uploadDirectory, built?.ok && built.value.vermagic, context.run];
        if (host === 'db2') slow.resolve();
        return { kind: 'ok' };
      },
    });
    expect(events.some(event => event.kind === 'play-planned' && event.joined?.join() === 'db3')).toBe(true);
    const expected = (release: string) => [release, '/tmp', `${release} SMP`, '20261123T004105Z-1a2b3c'];
    expect(given).toEqual({
      db1: expected('6.1.0-56-cloud-amd64'),
      db2: expected('6.1.0-56-cloud-amd64'),
      db3: expected('6.1.0-57-cloud-amd64'),
    });
  });

  test('keep nobody waiting, and join with what they need', async () => {
    const slow = deferred<void>();
    engine.host('db3').until = slow.promise;
    engine.host('db3').release = '6.1.0-57-cloud-amd64';
    const { result, begun, events } = await engine.apply(await open(playbook()), {
      on: event => {
        if (event.kind === 'host-finished' && event.host === 'db2') slow.resolve();
      },
    });
    expect(begun.slice(0, 2).toSorted()).toEqual(['db1: io', 'db2: io']);
    expect(begun[2]).toBe('db3: io');
    const joined = events.flatMap(event => (event.kind === 'play-planned' && event.joined ? [event.joined] : []));
    expect(joined).toEqual([['db3']]);
    expect(result).toMatchObject({ hosts: { ok: 3 }, builds: { built: 2, cached: 0, failed: 0 } });
  });

  test('are waited for where hosts depend on each other', async () => {
    const slow = deferred<void>();
    engine.host('db3').until = slow.promise;
    const source = await open(playbook('  serial: 1\n'));
    const applying = engine.apply(source);
    await expect.poll(() => engine.host('db3').connections).toBe(1);
    slow.resolve();
    const { begun } = await applying;
    expect(begun).toEqual(['db1: io', 'db2: io', 'db3: io']);
  });
});
