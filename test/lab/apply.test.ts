import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { awkReads } from '../support/awk-sums.ts';
import { assertValidPlan } from '../support/event-validator.ts';
import { keptEvents } from '../support/kept-runs.ts';
import { labEnvironment, labHome, labRun, leftOnTarget } from '../support/lab.ts';
import { eventsOf, type Finished, parseEvents, runTapbook, startTapbook } from '../support/tapbook.ts';

const targets = ['db1', 'db2', 'web1'];
const modules = ['ioread_top5', 'ioread_top5_args', 'heartbeat', 'silent', 'hello'];
let lab: Readonly<Record<string, string>> = {};
let home = '';
let env: Readonly<Record<string, string>> = {};
let inventory = '';

beforeAll(async () => {
  lab = await labEnvironment();
  inventory = lab['TAPBOOK_LAB_INVENTORY'] ?? '';
  home = await mkdtemp(join(tmpdir(), 'tapbook-lab-test-'));
  env = labHome(home);
});

afterAll(() => rm(home, { recursive: true, force: true }));

/** Looks from outside of tapbook. */
async function expectClean(): Promise<void> {
  for (const host of targets) expect(await leftOnTarget(host, modules), host).toEqual([]);
}

async function playbook(name: string, text: string): Promise<string> {
  const path = join(home, `${name}.yml`);
  await writeFile(path, text);
  return path;
}

/** What the demo's applies kept, in their order. */
async function demoRuns(): Promise<readonly string[]> {
  const runs = join(labRun, 'state/tapbook/runs');
  return (await readdir(runs)).sort().map(id => join(runs, id));
}

async function eventsOfDemo(index: number): Promise<readonly Event[]> {
  const directory = (await demoRuns())[index] ?? '';
  return keptEvents(directory);
}

/** By the demo itself, as `npm run demo` runs it: three applies, in a cache that is empty before. */
describe('the main job', () => {
  let demo: Finished;
  let caches: readonly string[] = [];
  beforeAll(async () => {
    await expectClean();
    caches = await readdir(labRun);
    const script = new URL('demo.sh', import.meta.url).pathname;
    const child = spawn('bash', [script], {
      env: { ...process.env, TAPBOOK_DEMO_HOME: labRun, TAPBOOK_IS_SET_UP: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    demo = { code, stdout, stderr };
  });

  test('the demo goes well, and says what it proves', () => {
    expect(caches).toEqual([]);
    expect(demo.code, demo.stderr).toBe(0);
    expect(demo.stdout.match(/^=> .*$/gm)).toEqual([
      '=> 3 targets on 2 kernels: 2 modules were built',
      '=> the same again: no build, both modules came from the cache',
      '=> other arguments make other modules: 2 were built',
      '=> no module and no file of ours is left on any target',
    ]);
    expect(demo.stderr).toMatch(/^db1 +: ok=1 failed=0 unreachable=0$/m);
  });

  test('builds once for each kernel, prints tables from every target, leaves nothing', async () => {
    const events = await eventsOfDemo(0);

    const built = eventsOf(events, 'build-finished');
    expect(built.map(({ release, result }) => `${release} ${result.kind}`).sort()).toEqual(
      [`${lab['KERNEL_A']} built`, `${lab['KERNEL_B']} built`].sort(),
    );
    const lines = eventsOf(events, 'line').filter(({ stream }) => stream === 'stdout');
    for (const host of targets) {
      const text = lines.filter(line => line.host === host).map(line => line.text);
      // Ten seconds with a table every three: three at most before the end, fewer on a busy machine, and the end's own.
      expect(text.filter(line => line === '**********').length, host).toBeGreaterThanOrEqual(1);
      expect(
        text.filter(line => line === 'END:**********'),
        host,
      ).toHaveLength(1);
      expect(
        text.some(line => /^\d+---\S+---\d+---\d+$/.test(line)),
        host,
      ).toBe(true);
    }
    // The table of the fleet, against what awk would do.
    const totals = targets.flatMap(host => {
      const text = lines.filter(line => line.host === host).map(line => line.text);
      return text.slice(text.indexOf('END:**********') + 1).map(line => Number(line.split('---')[3]));
    });
    const [table] = eventsOf(events, 'tables').flatMap(({ tables }) => tables);
    expect(table).toMatchObject({ section: 'total', hosts: 3, malformed: 0, incomplete: [] });
    const bytes = table?.columns.findIndex(({ name }) => name === 'bytes') ?? -1;
    const all = [...(table?.rows ?? []), ...(table?.others ? [table.others.cells] : [])];
    expect(all.reduce((sum, cells) => sum + Number(cells[bytes]), 0)).toBe(totals.reduce((sum, one) => sum + one, 0));

    const finished = eventsOf(events, 'script-finished');
    expect(finished.map(({ host, end, left }) => [host, end.kind, left])).toEqual(
      expect.arrayContaining(targets.map(host => [host, 'duration', { module: 'none', directory: 'removed' }])),
    );
    expect(eventsOf(events, 'run-finished')[0]?.builds).toEqual({ built: 2, cached: 0, failed: 0 });
    await expectClean();
  });

  test('who reads most: one table of three hosts, as awk adds up what they printed', async () => {
    const [tables] = eventsOf(await eventsOfDemo(0), 'tables');
    const told = tables?.tables[0]?.rows.map(cells => cells.join(' ')).toSorted();
    expect(told?.length).toBeGreaterThan(0);
    const [directory = ''] = await demoRuns();
    const all = awkReads(targets.map(host => join(directory, 'output', `${host}.txt`)));
    // The table has its first ten; five of each host are fifteen at most.
    expect(all).toEqual(expect.arrayContaining(told ?? []));
    expect(told?.length).toBe(Math.min(10, all.length));
  });

  test('a second apply builds nothing', async () => {
    const events = await eventsOfDemo(1);
    expect(eventsOf(events, 'build-started')).toEqual([]);
    expect(eventsOf(events, 'build-finished').map(({ result }) => result.kind)).toEqual(['cached', 'cached']);
    expect(eventsOf(events, 'run-finished')[0]?.builds).toEqual({ built: 0, cached: 2, failed: 0 });
  });

  test('arguments are baked in, and the script ends by itself', async () => {
    const events = await eventsOfDemo(2);
    expect(eventsOf(events, 'build-finished').map(({ result }) => result.kind)).toEqual(['built', 'built']);
    for (const { end } of eventsOf(events, 'script-finished')) expect(end.kind).toBe('exited');
    const ends = eventsOf(events, 'line').filter(({ text }) => text === 'END:**********');
    expect(ends.map(({ host }) => host).sort()).toEqual(targets);
    await expectClean();
  });

  test('each run keeps its plan, events, outputs and build logs', async () => {
    const runs = await demoRuns();
    expect(runs).toHaveLength(3);
    const [directory = ''] = runs;
    expect((await readdir(directory)).sort()).toEqual([
      'build',
      'events.ndjson',
      'hosts',
      'output',
      'plan.json',
      'run.json',
      'summary.json',
    ]);
    expect((await stat(directory)).mode & 0o077).toBe(0);
    assertValidPlan(JSON.parse(await readFile(join(directory, 'plan.json'), 'utf8')));
    expect((await keptEvents(directory)).at(-1)?.kind).toBe('run-finished');
    expect(await readFile(join(directory, 'output/db1.txt'), 'utf8')).toContain('END:**********\n');
    expect(await readdir(join(directory, 'build'))).toHaveLength(2);
  });
});

describe('what the plan leaves out', () => {
  test('a target without systemtap-runtime fails with its cure before anything is built; the others run', async () => {
    const args = ['apply', 'playbooks/heartbeat.yml', '-i', inventory, '--format', 'json'];
    const path = await playbook(
      'with-bare',
      `- hosts: db1:bare
  scripts:
    - name: heartbeat
      inline: 'probe begin { println("here") exit() }'
      until_exit: true
`,
    );
    const { code, stdout } = await runTapbook([args[0] ?? '', path, ...args.slice(2)], { env });
    expect(code).toBe(2);
    const events = parseEvents(stdout);
    const outcomes = eventsOf(events, 'host-finished').map(({ host, outcome }) => [host, outcome]);
    expect(Object.fromEntries(outcomes)).toMatchObject({
      db1: { kind: 'ok' },
      bare1: {
        kind: 'failed',
        failure: {
          cause: 'systemtap-runtime is not installed (no staprun)',
          cure: expect.stringMatching(/^apt-get install -y systemtap-runtime=5\.1-\S+$/),
        },
      },
    });
    // bare1's kernel is nobody else's here: nothing was built for it.
    expect(eventsOf(events, 'build-finished').map(({ release }) => release)).toEqual([lab['KERNEL_A']]);
  });

  test('who is neither root nor may use sudo is told so; sudo works where it is declared', async () => {
    const source = `all:
  children:
    targets:
      vars:
        ansible_host: 127.0.0.1
        ansible_ssh_private_key_file: ${lab['TAPBOOK_LAB_KEY']}
        tapbook_known_hosts_file: ${lab['TAPBOOK_LAB_KNOWN_HOSTS']}
        ansible_port: ${lab['PORT_db1']}
      hosts:
        as_guest: { ansible_user: guest }
        as_ops: { ansible_user: ops, ansible_become: true }
        as_ops_plain: { ansible_user: ops }
    build_hosts:
      vars:
        ansible_host: 127.0.0.1
        ansible_user: root
        ansible_ssh_private_key_file: ${lab['TAPBOOK_LAB_KEY']}
        tapbook_known_hosts_file: ${lab['TAPBOOK_LAB_KNOWN_HOSTS']}
      hosts:
        builder: { ansible_port: ${lab['PORT_builder']} }
`;
    const path = join(home, 'users-inventory.yml');
    await writeFile(path, source);
    const play = await playbook(
      'users',
      `- hosts: targets
  scripts:
    - name: hello
      inline: 'probe begin { println("here") exit() }'
      until_exit: true
`,
    );
    const { code, stdout } = await runTapbook(['apply', play, '-i', path, '--format', 'json'], { env });
    expect(code).toBe(2);
    const events = parseEvents(stdout);
    const outcomes = Object.fromEntries(eventsOf(events, 'host-finished').map(({ host, outcome }) => [host, outcome]));
    expect(outcomes['as_ops']).toEqual({ kind: 'ok' });
    expect(outcomes['as_guest']).toMatchObject({
      failure: { cause: 'guest is not root and not in the groups stapdev and stapusr' },
    });
    expect(outcomes['as_ops_plain']).toMatchObject({
      failure: { cure: 'set ansible_become: true for this host (sudo works there without a password)' },
    });
    expect(eventsOf(events, 'line').map(({ host, text }) => `${host} ${text}`)).toEqual(['as_ops here']);
    await expectClean();
  });

  test('a module that is loaded already is refused before the load', async () => {
    const path = await playbook(
      'silent',
      `- hosts: db1
  scripts:
    - { name: silent, inline: 'probe timer.s(100) { println(1) }', duration: 300s }
`,
    );
    const running = startTapbook(['apply', path, '-i', inventory, '--format', 'json'], { env });
    await expect.poll(() => running.stdout(), { timeout: 120_000, interval: 200 }).toContain('"script-started"');
    // Of another controller, which does not see the locks of this one.
    const elsewhere = { ...env, XDG_STATE_HOME: join(home, 'other-state') };
    const second = await runTapbook(['apply', path, '-i', inventory, '--format', 'json'], { env: elsewhere });
    expect(second.code).toBe(2);
    expect(eventsOf(parseEvents(second.stdout), 'host-finished')[0]?.outcome).toMatchObject({
      kind: 'failed',
      failure: { cause: 'a module named silent is loaded already' },
    });
    running.kill('SIGINT');
    const first = await running.finished;
    expect(first.code).toBe(130);
    expect(eventsOf(parseEvents(first.stdout), 'host-finished')[0]?.outcome).toEqual({ kind: 'interrupted' });
    await expectClean();
  });
});

describe('values', () => {
  test('globals and arguments arrive whole, or are refused with a reason', async () => {
    const whole = [
      'a b',
      "it's",
      '$(id)',
      '`id`',
      'line\nbreak',
      'Grüße à 5 €',
      'tail ',
      '  x',
      'say "hi"',
      '\\n',
      '#x',
      '-1',
      '',
    ];
    const path = await playbook(
      'values',
      JSON.stringify(
        whole.map((value, index) => ({
          name: `value ${index}`,
          hosts: 'db1',
          scripts: [
            {
              name: 'hello',
              inline: 'global s = "unset"\nglobal n = 1\nprobe begin { printf("[%s] %d [%s]", s, n, @1) exit() }',
              args: ['it\'s "$(id)" \\ é'],
              globals: { s: value, n: 40 + index },
              until_exit: true,
            },
          ],
        })),
      ),
    );
    const all = await runTapbook(['apply', path, '-i', inventory, '--format', 'json'], { env });
    const printed = new Map<string, string>();
    for (const { play = '', text } of eventsOf(parseEvents(all.stdout), 'line')) {
      printed.set(play, printed.has(play) ? `${printed.get(play)}\n${text}` : text);
    }
    expect([all.code, [...printed]]).toEqual([
      0,
      whole.map((value, index) => [`value ${index}`, `[${value}] ${40 + index} [it's "$(id)" \\ é]`]),
    ]);
    const refused = await playbook(
      'refused',
      JSON.stringify([
        {
          hosts: 'db1',
          scripts: [
            {
              name: 'hello',
              inline: 'global s = "unset"\nprobe begin { printf("[%s]", s) exit() }',
              globals: { s: 'a "b c' },
              until_exit: true,
            },
          ],
        },
      ]),
    );
    const { code, stdout } = await runTapbook(['apply', refused, '-i', inventory, '--format', 'json'], { env });
    expect(code).toBe(2);
    expect(eventsOf(parseEvents(stdout), 'host-finished')[0]?.outcome).toMatchObject({
      failure: { stage: 'load', cause: 'global s: the kernel has no way to take the double quotes in "a \\"b c"' },
    });
    await expectClean();
  });
});

describe('when the build fails', () => {
  test("stap's message is kept whole and its cause named in one line", async () => {
    const path = await playbook(
      'broken',
      `- hosts: db1
  scripts:
    - { name: hello, inline: 'probe kernel.function("no_such_function_here") { println(1) }', duration: 5s }
`,
    );
    const { code, stdout } = await runTapbook(['apply', path, '-i', inventory, '--format', 'json'], { env });
    expect(code).toBe(2);
    const [built] = eventsOf(parseEvents(stdout), 'build-finished');
    if (built?.result.kind !== 'failed') throw new Error('the build did not fail');
    expect(built.result.failure.cause).toContain('no_such_function_here');
    expect(built.result.failure.cause).not.toContain('\n');
    expect(await readFile(built.result.log ?? '', 'utf8')).toContain('Pass 2: analysis failed.');
  });
});

describe('when tapbook dies', () => {
  test('a killed controller leaves no module behind', async () => {
    const path = await playbook(
      'orphan',
      `- hosts: targets
  scripts:
    - { name: silent, inline: 'probe timer.s(100) { println(1) }', duration: 300s }
`,
    );
    const running = startTapbook(['apply', path, '-i', inventory, '--format', 'json', '--lease', '20'], { env });
    await expect
      .poll(() => running.stdout().match(/"script-started"/g)?.length ?? 0, { timeout: 180_000, interval: 200 })
      .toBe(targets.length);
    running.kill('SIGKILL');
    await running.finished;
    for (const host of targets) {
      await expect.poll(() => leftOnTarget(host, modules), { timeout: 40_000, interval: 1000 }).toEqual([]);
    }
  });
});
