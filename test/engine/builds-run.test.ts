import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstRelease } from '../support/in-memory-hosts.ts';
import { noHosts } from '../support/sample-run.ts';
import { eventsOf } from '../support/tapbook.ts';
import { type ApplyWishes, type EngineRig, startEngine } from './engine-rig.ts';

/** What a run does about its modules: who builds them, within what time, and where what stap said is kept. */
let engine: EngineRig;
beforeEach(async () => {
  engine = await startEngine('[build_hosts]\nbuilder\nspare\n\n[alone]\nbuilder\n\n[db]\ndb[1:2]\n');
});
afterEach(() => engine[Symbol.asyncDispose]());

async function run(rules: string, wishes: ApplyWishes = {}, script = 'io', more = "inline: 'probe begin { exit() }'") {
  const text = `- hosts: db\n${rules}  scripts: [{ name: ${script}, ${more}, duration: 10s }]\n`;
  const logs: Record<string, string> = {};
  const saveLog = async (name: string, log: string): Promise<string> => {
    logs[name] = log;
    return `/logs/${name}`;
  };
  const applied = await engine.apply(await engine.open(await engine.write('play.yml', text)), { saveLog, ...wishes });
  const { events } = applied;
  return {
    ...applied,
    logs,
    moves: eventsOf(events, 'build-moved').map(({ module, from, to }) => `${module} ${from} → ${to}`),
    finished: eventsOf(events, 'build-finished').map(({ buildHost, result }) => ({ buildHost, ...result })),
  };
}

const alone = '  build_hosts: alone\n';
const id = (script: string): string => `${script}@${firstRelease}/x86_64`;

describe('what stap said', () => {
  test('is kept by the name of the build, and events say where', async () => {
    const { logs, finished } = await run(alone);
    expect(Object.keys(logs)).toEqual([id('io')]);
    expect(finished).toMatchObject([{ buildHost: 'builder', kind: 'built', log: `/logs/${id('io')}` }]);
  });

  test('of a script that it refuses, though it can build for the kernel', async () => {
    await run(alone);
    engine.host('builder').stapError = 'semantic error: no match';
    const { logs, finished, outcomes } = await run(alone, {}, 'more');
    expect(logs).toEqual({ [id('more')]: 'semantic error: no match\n' });
    expect(finished).toMatchObject([{ kind: 'failed', log: `/logs/${id('more')}` }]);
    expect(outcomes.toSorted()).toEqual(['1 db1 failed at build', '1 db2 failed at build']);
  });

  test('of a canary is kept by the name of its kernel and build host', async () => {
    engine.host('builder').stapError = 'semantic error: no match';
    const { logs, events } = await run(alone);
    const name = `canary-${firstRelease}-x86_64@builder`;
    expect(logs).toEqual({ [name]: 'semantic error: no match\n' });
    expect(eventsOf(events, 'canary-finished')).toMatchObject([
      { result: { kind: 'cannot-build', log: `/logs/${name}` } },
    ]);
  });

  test.each([
    ['a script', 'semantic error: no match', (outside: string) => `source: ${outside}/io.stp`],
    ['a script', '/tmp/x_src.c:1:1: error: secret', (outside: string) => `source: ${outside}/io.stp`],
    [
      'a tapset',
      'parse error: secret',
      (outside: string) => `inline: 'probe begin { exit() }', stap_options: { tapset_dirs: [${outside}] }`,
    ],
  ])('of %s outside of the repository is neither shown nor kept', async (_what, error, from) => {
    const outside = await mkdtemp(join(tmpdir(), 'tapbook-outside-'));
    try {
      await writeFile(join(outside, 'io.stp'), 'probe begin { exit() }\n');
      // The canary is not theirs.
      await run(alone);
      engine.host('builder').stapError = `${error}\nsource: secret`;
      const { logs, events, finished } = await run(alone, {}, 'more', from(outside));
      expect(logs).toEqual({});
      expect(finished).toMatchObject([{ kind: 'failed' }]);
      expect(finished[0]).not.toHaveProperty('log');
      const [{ outcome } = {}] = eventsOf(events, 'host-finished');
      expect(outcome).toEqual({
        kind: 'failed',
        failure: {
          stage: 'build',
          cause:
            'stap failed on builder (exit code 1); its words are neither shown nor kept: they may quote a file outside of the repository',
          cure: 'copy the script or tapset into the repository, or run stap yourself',
        },
      });
      engine.host('builder').stapError = undefined;
      expect((await run(alone, {}, 'more', from(outside))).logs).toEqual({});
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  test('and cannot be kept is said nowhere', async () => {
    const { finished } = await run(alone, { saveLog: async () => undefined });
    expect(finished).toHaveLength(1);
    expect(finished[0]).not.toHaveProperty('log');
  });
});

describe('a build may take', () => {
  test.each([
    ['900 s', '', undefined, 900],
    ['what the play says', '  build: { timeout: 2m }\n', undefined, 120],
    ['what the request says, whatever the play does', '  build: { timeout: 2m }\n', 7, 7],
  ])('%s', async (_, rules, buildLimitSeconds, seconds) => {
    await run(alone + rules, buildLimitSeconds === undefined ? {} : { buildLimitSeconds });
    expect(engine.host('builder').limitSeconds).toBe(seconds);
  });
});

describe('a build host that fails', () => {
  const full = "ERROR: Couldn't write: No space left on device";

  test('has its builds made by another, and all hosts run', async () => {
    engine.host('builder').stapError = full;
    const { result, moves, finished, begun } = await run('');
    expect(moves).toEqual(['io builder → spare']);
    expect(finished).toMatchObject([{ buildHost: 'spare', kind: 'built' }]);
    expect(begun.toSorted()).toEqual(['db1: io', 'db2: io']);
    expect(result).toMatchObject({ hosts: { ...noHosts, ok: 2 }, builds: { built: 1, cached: 0, failed: 0 } });
  });

  test('where the other one has failed too, the hosts have, with what each of them said', async () => {
    for (const name of ['builder', 'spare']) engine.host(name).stapError = full;
    const { result, moves, events, begun } = await run('');
    expect([moves, begun]).toEqual([['io builder → spare'], []]);
    expect(result).toMatchObject({ hosts: { ...noHosts, failed: 2 }, builds: { built: 0, cached: 0, failed: 1 } });
    const causes = eventsOf(events, 'host-finished').map(({ outcome }) =>
      'failure' in outcome ? outcome.failure.cause : '',
    );
    for (const cause of causes) expect(cause).toMatch(/^no build host could build it: .*builder.*; .*spare/);
  });

  test('a script that is refused is not tried on another: it would be refused there', async () => {
    await run('');
    for (const name of ['builder', 'spare']) {
      Object.assign(engine.host(name), { stapError: 'semantic error: no match', builds: 0 });
    }
    const { moves, finished } = await run('', {}, 'more');
    expect([moves, finished.map(({ kind }) => kind)]).toEqual([[], ['failed']]);
    expect(engine.host('builder').builds + engine.host('spare').builds).toBe(1);
  });

  test('one that cannot be reached is passed over from the start', async () => {
    engine.host('builder').down = true;
    const { moves, finished, result } = await run('');
    expect([moves, finished.map(({ buildHost }) => buildHost)]).toEqual([[], ['spare']]);
    expect(result.hosts).toEqual({ ...noHosts, ok: 2 });
  });
});

describe('one script of several that does not build', () => {
  const two = (rules: string): string =>
    `- hosts: db\n${rules}  scripts:\n    - { name: bad, inline: 'probe begin { exit() }', duration: 10s }\n    - { name: good, inline: 'probe begin { exit() }', duration: 10s }\n`;
  const open = async (rules: string) => engine.open(await engine.write('two.yml', two(alone + rules)));
  beforeEach(() => {
    engine.host('builder').wrongModules.add('bad');
  });

  test('keeps its host from all of them, and is named', async () => {
    const { begun, events, outcomes } = await engine.apply(await open(''));
    expect([begun, outcomes.toSorted()]).toEqual([[], ['1 db1 failed at build', '1 db2 failed at build']]);
    const { outcome } = eventsOf(events, 'host-finished')[0] ?? {};
    expect(outcome).toMatchObject({
      failure: { cause: expect.stringMatching(/^bad: /) },
      scripts: [{ module: 'bad' }, { module: 'good', kind: 'not-started' }],
    });
  });

  test('with on_script_failure: continue, the others run; the host has failed all the same', async () => {
    const { begun, events, result } = await engine.apply(await open('  on_script_failure: continue\n'));
    expect(begun.toSorted()).toEqual(['db1: good', 'db2: good']);
    expect(result).toMatchObject({ hosts: { ...noHosts, failed: 2 }, builds: { built: 1, cached: 0, failed: 1 } });
    const { outcome } = eventsOf(events, 'host-finished')[0] ?? {};
    expect(outcome).toMatchObject({ kind: 'failed', scripts: [{ module: 'bad', kind: 'failed' }] });
  });

  test('also by a saved plan', async () => {
    const plan = await engine.save(await engine.write('two.yml', two(`${alone}  on_script_failure: continue\n`)));
    const { begun } = await engine.apply(await engine.open(plan));
    expect(begun.toSorted()).toEqual(['db1: good', 'db2: good']);
  });

  test('is told of where the rollout is stopped before the others run', async () => {
    const rules = '  on_script_failure: continue\n  serial: 1\n';
    const { outcomes, begun } = await engine.apply(await open(rules));
    expect(begun).toEqual(['db1: good']);
    expect(outcomes).toEqual(['1 db1 failed at build', '1 db2 failed at build']);
  });

  test('if none builds, nothing runs', async () => {
    engine.host('builder').wrongModules.add('good');
    const { begun, events } = await engine.apply(await open('  on_script_failure: continue\n'));
    expect(begun).toEqual([]);
    const { outcome } = eventsOf(events, 'host-finished')[0] ?? {};
    expect(outcome).toMatchObject({ scripts: [{ module: 'bad' }, { module: 'good' }] });
  });
});
