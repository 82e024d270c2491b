import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import { type Deferred, deferred } from '../../src/process/deferred.ts';
import { firstRelease } from '../support/in-memory-hosts.ts';
import { noHosts } from '../support/sample-run.ts';
import { eventsOf } from '../support/tapbook.ts';
import type { ApplyWishes, EngineRig } from './engine-rig.ts';
import { newer, playbook, runRollout, startRollouts } from './rollout-rig.ts';

/** Who waits for which build: only who needs it. db2 and db3 have the newer kernel, whose build takes as long as a test wants. */
let engine: EngineRig;
let built: Deferred<void>;
beforeEach(async () => {
  engine = await startRollouts();
  built = deferred();
  for (const host of ['db2', 'db3']) engine.host(host).release = newer;
  engine.host('builder').buildsWait.set(newer, built.promise);
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (text: string, wishes?: ApplyWishes) => runRollout(engine, text, wishes);

const ended = (host: string) => (event: Event) => event.kind === 'host-finished' && event.host === host;

/** Lets the slow build end once something has happened. */
const letGoWhen =
  (is: (event: Event) => boolean) =>
  (event: Event): void => {
    if (is(event)) built.resolve();
  };

const results = (events: readonly Event[]): readonly string[] =>
  eventsOf(events, 'build-finished').map(({ build, result }) => `${build} ${result.kind}`);

describe('a host runs as soon as its own module is there', () => {
  test('while that of another kernel is still built', async () => {
    const { hosts, events, result } = await run(playbook(), { on: letGoWhen(ended('db1')), forks: 1 });
    expect(hosts.slice(0, 2).toSorted()).toEqual(['db0', 'db1']);
    expect(hosts.slice(2).toSorted()).toEqual(['db2', 'db3']);
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.indexOf('batch-started')).toBeLessThan(kinds.lastIndexOf('build-finished'));
    expect(eventsOf(events, 'batch-started')).toMatchObject([{ batch: 1, of: 1, hosts: ['db0', 'db1', 'db2', 'db3'] }]);
    expect(result).toMatchObject({ hosts: { ...noHosts, ok: 4 }, builds: { built: 2, cached: 0, failed: 0 } });
  });

  test('also where it answered late and the others wait for theirs', async () => {
    await run(playbook('', 'db0'));
    const slow = deferred<void>();
    engine.host('db0').until = slow.promise;
    const { hosts, result, events } = await run(playbook('', 'db0,db2'), {
      on: event => {
        if (event.kind === 'canary-started' && event.release === newer) slow.resolve();
        if (ended('db0')(event)) built.resolve();
      },
    });
    expect(hosts).toEqual(['db0', 'db2']);
    expect(results(events)).toEqual([`io@${firstRelease}/x86_64 cached`, `io@${newer}/x86_64 built`]);
    expect(result.builds).toEqual({ built: 1, cached: 1, failed: 0 });
  });

  test('one that is built for it meanwhile', async () => {
    const slow = deferred<void>();
    engine.host('db0').until = slow.promise;
    const { hosts, result } = await run(playbook('', 'db0,db2'), {
      on: event => {
        if (event.kind === 'canary-started' && event.release === newer) slow.resolve();
        if (ended('db0')(event)) built.resolve();
      },
    });
    expect(hosts).toEqual(['db0', 'db2']);
    expect(result.builds).toEqual({ built: 2, cached: 0, failed: 0 });
  });

  test('in a batch of serial, whatever the batches behind it wait for', async () => {
    const { hosts, batches } = await run(playbook('  serial: 2\n'), { on: letGoWhen(ended('db1')) });
    expect(hosts.slice(0, 2).toSorted()).toEqual(['db0', 'db1']);
    expect(batches).toEqual(['db0,db1', 'db2,db3']);
  });

  test('though the modules of a later play are not there', async () => {
    const { told, result } = await run(playbook('', 'db0') + playbook('', 'db2', 'more'), {
      on: letGoWhen(ended('db0')),
    });
    expect(told).toEqual(['1 db0 ok', '2 db2 ok']);
    expect(result.builds).toEqual({ built: 2, cached: 0, failed: 0 });
  });

  test('in a saved plan as well', async () => {
    const plan = await engine.save(await engine.write('play.yml', playbook()));
    const { begun, result } = await engine.apply(await engine.open(plan), { on: letGoWhen(ended('db1')) });
    expect(begun.slice(0, 2).toSorted()).toEqual(['db0: io', 'db1: io']);
    expect(result.hosts).toEqual({ ...noHosts, ok: 4 });
  });
});

describe('all builds end before anybody begins', () => {
  test.each(['max_fail_percentage: 50', 'any_errors_fatal: true'])('where their failures count: %s', async rule => {
    const { events, hosts } = await run(playbook(`  ${rule}\n`), {
      on: letGoWhen(event => event.kind === 'build-finished' && event.release === firstRelease),
    });
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.lastIndexOf('build-finished')).toBeLessThan(kinds.indexOf('batch-started'));
    expect(hosts).toHaveLength(4);
  });

  test('that of each canary before the first of them does', async () => {
    const { events, batches } = await run(playbook('  canary: per_kernel\n'), {
      on: letGoWhen(event => event.kind === 'build-finished' && event.release === firstRelease),
    });
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.lastIndexOf('build-finished')).toBeLessThan(kinds.indexOf('batch-started'));
    expect(batches).toEqual(['db0,db2', 'db1,db3']);
  });
});

describe('late hosts', () => {
  test('that need a module which is under way get that one', async () => {
    const slow = deferred<void>();
    engine.host('db3').until = slow.promise;
    const { told, result } = await run(playbook('', 'db2,db3'), {
      on: event => {
        if (event.kind === 'canary-started') slow.resolve();
        if (event.kind === 'play-planned' && event.joined !== undefined) built.resolve();
      },
    });
    expect(told).toEqual(['1 db2 ok', '1 db3 ok']);
    expect(result.builds).toEqual({ built: 1, cached: 0, failed: 0 });
    // With the canary.
    expect(engine.host('builder').builds).toBe(2);
  });

  test('that stand first in the inventory change nothing for those that run: each has the module of its own arguments', async () => {
    const inventory = 'builder\n[db]\nalpha what=1\nbeta what=2\n';
    const source = await engine.open(
      await engine.write(
        'args.yml',
        `- hosts: alpha,beta\n  build_hosts: builder\n  scripts: [{ name: io, inline: 'probe begin { exit() }', args: ["{{ what }}"], duration: 10s }]\n`,
      ),
      { inventory: [await engine.write('args.ini', inventory)] },
    );
    const slow = deferred<void>();
    engine.host('alpha').until = slow.promise;
    const keys: Record<string, unknown> = {};
    const { events, result } = await engine.apply(source, {
      ends: (host, _module, { run: { decision }, context }) => {
        const [script] = decision.scripts;
        const module = script && context.builds.get(script.build);
        keys[host] = module?.ok && module.value.key;
        if (host === 'beta') slow.resolve();
        return { kind: 'ok' };
      },
    });
    const plans = eventsOf(events, 'play-planned').map(({ plan }) => plan.builds);
    expect(plans.map(builds => builds.map(({ id, args, hosts }) => `${id} ${args} ${hosts}`))).toEqual([
      [`io@${firstRelease}/x86_64 2 beta`],
      [`io@${firstRelease}/x86_64 2 beta`, `io@${firstRelease}/x86_64#2 1 alpha`],
    ]);
    const keyOf = (args: string) => plans[1]?.find(build => build.args.join() === args)?.artifact.key;
    expect(keys).toEqual({ alpha: keyOf('1'), beta: keyOf('2') });
    expect(result.builds).toEqual({ built: 2, cached: 0, failed: 0 });
  });
});

describe('a build that fails while others run', () => {
  const wrong = { kind: 'failed', failure: { stage: 'build' } };

  test('is the failure of its hosts only', async () => {
    const { told, events, result } = await run(playbook(), {
      on: event => {
        if (!ended('db1')(event)) return;
        engine.host('builder').stapError = 'semantic error: no match';
        built.resolve();
      },
    });
    expect(told).toEqual(['1 db0 ok', '1 db1 ok', '1 db2 failed at build', '1 db3 failed at build']);
    expect(eventsOf(events, 'host-finished').at(-1)?.outcome).toMatchObject(wrong);
    expect(result.builds).toEqual({ built: 1, cached: 0, failed: 1 });
  });

  test('a whole batch: nobody behind it begins', async () => {
    const { told, stops } = await run(playbook('  serial: 2\n', 'few:db4'), {
      on: event => {
        if (!ended('db1')(event)) return;
        engine.host('builder').stapError = 'semantic error: no match';
        built.resolve();
      },
    });
    const reason = 'every host of the batch failed';
    expect(told).toEqual([
      '1 db0 ok',
      '1 db1 ok',
      '1 db2 failed at build',
      '1 db3 failed at build',
      `1 db4 not-started: ${reason}`,
    ]);
    expect(stops).toEqual([reason]);
  });
});

describe('nothing waits for a build that nobody needs any more', () => {
  const vanished: HostOutcome = {
    kind: 'unreachable',
    vanishedAfterLoad: true,
    failure: { stage: 'load', cause: 'it vanished 3 s after the load of io' },
  };

  test('a rollout that is stopped stops its builds', async () => {
    const { told, result } = await run(playbook('', 'db0,db2'), { ends: () => vanished });
    expect(told).toEqual([
      '1 db0 unreachable at load',
      '1 db2 not-started: db0: it vanished 3 s after the load of io; no other host was touched',
    ]);
    expect(result.builds).toEqual({ built: 1, cached: 0, failed: 0 });
    expect(engine.host('builder').building).toBe(0);
  });

  test('Ctrl-C while hosts run and others wait for a build: all are told of', async () => {
    const stop = new AbortController();
    const ends = async (_host: string, _module: string, { context }: { context: { stop: AbortSignal } }) => {
      stop.abort(new Error('stopped'));
      return { kind: context.stop.aborted ? 'interrupted' : 'ok' } as const;
    };
    const { told, result } = await run(playbook('', 'db0,db2'), { stop: stop.signal, ends });
    expect(told).toEqual(['1 db0 interrupted', '1 db2 not-started: interrupted']);
    expect(result.builds).toEqual({ built: 1, cached: 0, failed: 0 });
    expect(engine.host('builder').building).toBe(0);
  });

  test('Ctrl-C before anybody runs: so are those that wait', async () => {
    const stop = new AbortController();
    const { told, result } = await run(playbook('', 'db2,db3'), {
      stop: stop.signal,
      on: event => {
        if (event.kind === 'canary-started') stop.abort(new Error('stopped'));
      },
    });
    expect(told).toEqual(['1 db2', '1 db3'].map(host => `${host} not-started: interrupted`));
    expect(result).toMatchObject({
      hosts: { ...noHosts, 'not-started': 2 },
      builds: { built: 0, cached: 0, failed: 0 },
    });
  });
});
