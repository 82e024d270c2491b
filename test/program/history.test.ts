import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArtifactKey } from '../../src/model/ids.ts';
import type { PlannedPlay } from '../../src/model/plan.ts';
import { assertValidHistory } from '../support/event-validator.ts';
import { applyAt, idAt, keepRun, keptEvents } from '../support/kept-runs.ts';
import { hosts, plan, skipped, unreachable } from '../support/sample-run.ts';
import { becomes, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { eventsOf, parseEvents, runTapbook, startTapbook } from '../support/tapbook.ts';

let folder = '';
let state = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-history-cli-'));
  state = join(folder, 'state', 'tapbook');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tapbook(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache'), TZ: 'UTC' };
  return runTapbook(args, { env });
}

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);

/** A run's id says when it was: so it is another one in each test run. */
const stable = (text: string) =>
  text
    .replaceAll(folder, '/home/me')
    .replace(/\d{8}T\d{6}Z-([0-9a-f]{6})/g, '20261123T004105Z-$1')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '2026-11-23 00:41:05 UTC')
    .replace(/size( +)\d+kB/, 'size$1100kB')
    .replaceAll(process.cwd(), '/repository');

const three = plan(hosts('db1', 'db2', 'db3'), { leftOut: [skipped, unreachable] });
const names300 = Array.from({ length: 300 }, (_, index) => `db${String(index + 1).padStart(3, '0')}`);
const many = plan(hosts(...names300));

/** The same play some days later: other hosts, another value, another script. */
function changed(planned: PlannedPlay): PlannedPlay {
  const next = plan(hosts('db1', 'db4'), { old: hosts('db2') });
  return {
    ...next,
    name: planned.name,
    builds: next.builds.map(build => ({
      ...build,
      source: { ...build.source, text: 'probe end {}\n' },
      artifact: { ...build.artifact, key: 'bb22' as ArtifactKey },
    })),
    hosts: next.hosts.map(one => {
      if (one.decision.kind !== 'run') return one;
      const scripts = one.decision.scripts.map(script => ({
        ...script,
        globals: [{ name: 'interval', value: '10' }],
      }));
      return { ...one, decision: { ...one.decision, scripts } };
    }),
  };
}

const ids = { small: '', next: '', many: '', died: '' };

beforeAll(async () => {
  const keep = async (planned: PlannedPlay, playbook: string, hoursAgo: number, end: string) => {
    const id = idAt(ago(hoursAgo), end);
    await keepRun(state, id, applyAt(planned, playbook, ago(hoursAgo)));
    return id;
  };
  ids.small = await keep(three, 'playbooks/io.yml', 50, '000001');
  ids.next = await keep(changed(three), 'playbooks/io.yml', 30, '000002');
  ids.many = await keep(many, 'playbooks/fleet/many-hosts.yml', 3, '000003');
  const output = join(state, 'runs', ids.small, 'output', 'db1.txt');
  await appendFile(output, '\x1b]0;evil\x07\x1b[2Jred\x1b[31m\ttab\r\n');
  // What a kill leaves: no end, half of a last line.
  ids.died = idAt(ago(1), '000004');
  const path = await keepRun(state, ids.died, [...applyAt(three, 'playbooks/io.yml', ago(1))].slice(0, 22));
  const head = JSON.parse(await readFile(join(path, 'run.json'), 'utf8'));
  const { ended, complete, bytes, ...begun } = head;
  expect([typeof ended, complete, typeof bytes]).toEqual(['string', true, 'number']);
  await writeFile(
    join(path, 'run.json'),
    JSON.stringify({ ...begun, controller: { ...begun.controller, started: '1' } }),
  );
  await rm(join(path, 'summary.json'));
  await appendFile(join(path, 'events.ndjson'), '{"kind":"host-fin');
  await mkdir(join(state, 'runs', idAt(ago(0.5), '000005')));
});

describe('runs', () => {
  test('lists them', async () => {
    const { code, stdout, stderr } = await tapbook('runs');
    expect([code, stderr]).toEqual([0, '']);
    expect(stable(stdout)).toMatchInlineSnapshot(`
      "RUN                     AGO  TOOK WHAT   OK FAIL GONE CUT EXIT PLAYBOOK
      20261123T004105Z-000005 30m     - -       -    -    -   - died kept nothing
      20261123T004105Z-000004  1h     - apply   -    -    -   - died playbooks/io.yml
      20261123T004105Z-000003  3h 1m44s apply 270   30    0   0    2 many-hosts.yml
      20261123T004105Z-000002 30h 1m44s apply   2    1    0   0    2 playbooks/io.yml
      20261123T004105Z-000001  2d 1m44s apply   2    1    0   0    2 playbooks/io.yml
      "
    `);
    for (const text of stable(stdout).split('\n').slice(0, -3)) expect(text.length).toBeLessThanOrEqual(80);
  });

  test.each([
    [['--playbook', 'many-hosts'], ['000003']],
    [
      ['--host', 'db3'],
      ['000004', '000001'],
    ],
    [['--host', 'db30'], []],
    [
      ['--outcome', 'failed'],
      ['000003', '000002', '000001'],
    ],
    [
      ['--outcome', 'died'],
      ['000005', '000004'],
    ],
    [
      ['--since', '2d'],
      ['000005', '000004', '000003', '000002'],
    ],
    [
      ['--limit', '2'],
      ['000005', '000004'],
    ],
  ])('%j', async (args, expected) => {
    const { code, stdout } = await tapbook('runs', '--format', 'json', ...args);
    expect(code).toBe(0);
    const found = stdout
      .split('\n')
      .filter(Boolean)
      .map(text => JSON.parse(text));
    for (const run of found) assertValidHistory('runs', run);
    expect(found.map(({ id }) => id.slice(-6))).toEqual(expected);
  });

  test.each([
    ['--since', 'yesterday'],
    ['--limit', 'x'],
    ['--outcome', 'fine'],
  ])('%s %s is wrong usage', async (...args) => {
    expect((await tapbook('runs', ...args)).code).toBe(5);
  });
});

describe('show', () => {
  test('a run with 3 hosts', async () => {
    const { code, stdout, stderr } = await tapbook('show', ids.small);
    expect([code, stderr]).toEqual([0, '']);
    expect(stable(stdout)).toMatchInlineSnapshot(`
      "RUN 20261123T004105Z-000001
        command   apply playbooks/io.yml (tapbook 0.1.0)
        inventory inventories/fleet
        started   2026-11-23 00:41:05 UTC
        ended     exit 2 after 1m44s
        size      100kB

      BUILDS
      ioread_top5@6.1.0-13-cloud-amd64/x86_64 on builder1: built in 40s, 312kB, 2 warnings

      RECAP
      db1  : ok=1 failed=0 unreachable=0 skipped=0
      db2  : ok=1 failed=0 unreachable=0 skipped=0
      db3  : ok=0 failed=1 unreachable=0 skipped=0
      web1 : ok=0 failed=0 unreachable=0 skipped=1
      db9  : ok=0 failed=0 unreachable=1 skipped=0
      builds: 1 built, 0 cached
      time: probe 1.2s, build 40s, run 1m2s, all 1m44s
      files: /home/me/state/tapbook/runs/20261123T004105Z-000001
      skipped web1: its kernel 5.10.0-9-amd64 matches no entry of kernels
      failed db3 at load: the kernel refuses the module: Couldn't insert module
          'ioread_top5.ko': File exists
          | ERROR: Couldn't insert module 'ioread_top5.ko': File exists
          | ERROR: Rerun with staprun option '-R'
          cure: tapbook clean
      unreachable db9 at connect: connection refused by 192.0.2.9:22
          cure: start sshd there
      these hosts only: --limit @/home/me/state/tapbook/runs/20261123T004105Z-000001/failed.hosts
      "
    `);
  });

  test('a run with 300 hosts', async () => {
    const { stdout } = await tapbook('show', 'last:many-hosts');
    expect(stable(stdout)).toMatchInlineSnapshot(`
      "RUN 20261123T004105Z-000003
        command   apply playbooks/fleet/many-hosts.yml (tapbook 0.1.0)
        inventory inventories/fleet
        started   2026-11-23 00:41:05 UTC
        ended     exit 2 after 1m44s
        size      1.8MB

      BUILDS
      ioread_top5@6.1.0-13-cloud-amd64/x86_64 on builder1: built in 40s, 312kB, 2 warnings

      RECAP
      db[001,002,004-012,014-022] and 250 more (270)   : ok=1 failed=0 unreachable=0
      db[003,013,023,033,043,053,063] and 23 more (30) : ok=0 failed=1 unreachable=0
      builds: 1 built, 0 cached
      time: probe 1.2s, build 40s, run 1m2s, all 1m44s
      files: /home/me/state/tapbook/runs/20261123T004105Z-000003
      failed db[003,013,023,033,043,053,063,073] and 22 more (30 hosts) at load: the
          kernel refuses the module: Couldn't insert module 'ioread_top5.ko': File
          exists
          | ERROR: Couldn't insert module 'ioread_top5.ko': File exists
          | ERROR: Rerun with staprun option '-R'
          cure: tapbook clean
      these hosts only: --limit @/home/me/state/tapbook/runs/20261123T004105Z-000003/failed.hosts
      "
    `);
  });

  test('a run that was killed', async () => {
    const { code, stdout } = await tapbook('show', '-2');
    expect(code).toBe(0);
    expect(stable(stdout)).toMatchInlineSnapshot(`
      "RUN 20261123T004105Z-000004
        command   apply playbooks/io.yml (tapbook 0.1.0)
        inventory inventories/fleet
        started   2026-11-23 00:41:05 UTC
        ended     died: it was cut short before it could say how it ended
        unknown   how it ended on db2
        trouble   1 line of events.ndjson cannot be read

      BUILDS
      ioread_top5@6.1.0-13-cloud-amd64/x86_64 on builder1: built in 40s, 312kB, 2 warnings

      RECAP
      db1  : ok=1 failed=0 unreachable=0 skipped=0
      db3  : ok=0 failed=1 unreachable=0 skipped=0
      web1 : ok=0 failed=0 unreachable=0 skipped=1
      db9  : ok=0 failed=0 unreachable=1 skipped=0
      builds: 1 built, 0 cached
      time: probe 1.2s, build 40s, run 32s
      files: /home/me/state/tapbook/runs/20261123T004105Z-000004
      skipped web1: its kernel 5.10.0-9-amd64 matches no entry of kernels
      failed db3 at load: the kernel refuses the module: Couldn't insert module
          'ioread_top5.ko': File exists
          | ERROR: Couldn't insert module 'ioread_top5.ko': File exists
          | ERROR: Rerun with staprun option '-R'
          cure: tapbook clean
      unreachable db9 at connect: connection refused by 192.0.2.9:22
          cure: start sshd there
      these hosts only: --limit @/home/me/state/tapbook/runs/20261123T004105Z-000004/failed.hosts
      "
    `);
  });

  test('one host, its output made safe', async () => {
    const { stdout } = await tapbook('show', ids.small, '--host', 'db1');
    expect(stable(stdout)).toMatchInlineSnapshot(`
      "db1 in run 20261123T004105Z-000001
        play      Who reads most on the databases
        kernel    6.1.0-13-cloud-amd64/x86_64
        outcome   ok
        script    ioread_top5: was stopped as planned after 30s, no module left
      3431---pcscd---240---3
      red	tab
      "
    `);
    expect((await tapbook('show', ids.small, '--host', 'db3')).stdout).toContain('cure      tapbook clean');
    const { code, stderr } = await tapbook('show', ids.small, '--host', '../../x');
    expect([code, stable(stderr)]).toEqual([
      8,
      'error no-host-matched: run 20261123T004105Z-000001 has no host "../../x"\n',
    ]);
  });

  test('events and JSON', async () => {
    const { stdout } = await tapbook('show', ids.small, '--events');
    expect(parseEvents(stdout)).toEqual(await keptEvents(join(state, 'runs', ids.small)));
    const [line = ''] = stdout.split('\n').filter(text => text.includes('"kind":"line"'));
    expect(Object.keys(JSON.parse(line))).toEqual([
      'kind',
      'host',
      'module',
      'stream',
      'text',
      'time',
      'run',
      'playNumber',
    ]);
    expect(eventsOf(parseEvents(stdout), 'line').map(({ host, text }) => `${host} ${text}`)).toEqual([
      'db1 3431---pcscd---240---3',
      'db2 3431---pcscd---240---3',
    ]);
    await rename(join(state, 'runs', ids.small, 'output/db2.txt'), join(state, 'aside'));
    const without = await tapbook('show', ids.small, '--events');
    await rename(join(state, 'aside'), join(state, 'runs', ids.small, 'output/db2.txt'));
    expect(stable(without.stderr)).toBe(
      `warning: 1 line of scripts left out: not in /home/me/state/tapbook/runs/20261123T004105Z-000001/output\n`,
    );
    expect(eventsOf(parseEvents(without.stdout), 'line').map(({ host }) => host)).toEqual(['db1']);
    const json = await tapbook('show', ids.small, '--format', 'json', '--host', 'db3');
    expect(JSON.parse(json.stdout)).toMatchObject({
      id: ids.small,
      state: 'finished',
      host: 'db3',
      plays: [
        { hosts: { db3: { kind: 'failed', failure: { stage: 'load' } } }, builds: [{ result: { kind: 'built' } }] },
      ],
    });
  });

  test('as JSON: one that ended, one that died, one that cannot be read, one host', async () => {
    const unreadable = (await readdir(join(state, 'runs'))).find(id => id.endsWith('000005')) ?? '';
    for (const args of [[ids.many], [ids.died], [unreadable], [ids.small, '--host', 'db1']]) {
      const shown = JSON.parse((await tapbook('show', ...args, '--format', 'json')).stdout);
      assertValidHistory('show', shown);
      expect(() => assertValidHistory('show', { ...shown, more: 1 })).toThrow(/more/);
      expect(() => assertValidHistory('show', { ...shown, state: 'fine' })).toThrow();
    }
  });

  test('--fold and --diff: equal outputs once, others as a diff against them', async () => {
    const folded = await tapbook('show', ids.next, '--fold');
    expect([folded.code, folded.stderr]).toEqual([0, '']);
    expect(folded.stdout).toMatch(/^RUN .*\n\nOUTPUT db\[1,4] \(2 hosts\)\n3431---pcscd---240---3\n$/s);
    const { stdout } = await tapbook('show', ids.small, '--diff');
    expect(stdout.slice(stdout.indexOf('OUTPUT'))).toMatchInlineSnapshot(`
      "OUTPUT db1
      3431---pcscd---240---3
      red	tab

      OUTPUT db2, which differs:
      --- db1
      +++ db2
      @@ -1,2 +1,1 @@
       3431---pcscd---240---3
      -red	tab
      "
    `);
  });

  test('--fold of a run in which nothing began', async () => {
    const id = idAt(ago(1), '000009');
    const env = { XDG_STATE_HOME: join(folder, 'other-state'), TZ: 'UTC' };
    await keepRun(join(folder, 'other-state/tapbook'), id, [...applyAt(three, 'io.yml', ago(1))].slice(0, 9));
    const { stdout } = await runTapbook(['show', id, '--fold'], { env });
    expect(stdout).toMatch(/\n\nno script began on any host\n$/);
  });

  test.each([
    [['--fold', '--host', 'db1'], '--fold compares the outputs of hosts, and --host is of one'],
    [['--diff', '--format', 'json'], '--diff is for text, and --format json prints none'],
    [['--diff', '--events'], '--diff is for outputs, and --events prints events'],
    [['--fold', '--top', '3'], '--fold is for outputs, and --top prints tables'],
    [['--fold', '--output'], "option '--fold' cannot be used with option '--output'"],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await tapbook('show', ids.small, ...args);
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toContain(`error: ${message}`);
  });

  test('no such run', async () => {
    const { code, stderr } = await tapbook('show', '1999');
    expect([code, stderr]).toEqual([3, 'error no-such-run: no run "1999"; `tapbook runs` lists them\n']);
  });
});

describe('diff', () => {
  test('as JSON, also where a play has gone or a run was cut short', async () => {
    const pairs = [
      [ids.next, ids.small],
      [ids.small, ids.died],
      [ids.died, ids.many],
      [ids.many, ids.many],
    ] as const;
    for (const pair of pairs) {
      const { stdout } = await tapbook('diff', ...pair, '--format', 'json');
      assertValidHistory('diff', JSON.parse(stdout));
      expect(() => assertValidHistory('diff', { ...JSON.parse(stdout), more: 1 })).toThrow(/additional/);
    }
  });

  test('of two runs with 3 hosts', async () => {
    const { code, stdout, stderr } = await tapbook('diff', ids.small, ids.next);
    expect([code, stderr]).toEqual([0, '']);
    expect(stable(stdout)).toMatchInlineSnapshot(`
      "20261123T004105Z-000001 → 20261123T004105Z-000002
      + hosts db4
      - hosts db[3,9],web1 (3 hosts)
      play Who reads most on the databases
        ~ kernel 6.1.0-13-cloud-amd64 → 2.6.18-398.el5
            db2
        ~ module ioread_top5@6.1.0-13-cloud-amd64/x86_64: another script (sha256 af87ee81336f → 4f42b4d94848)
        + module ioread_top5@2.6.18-398.el5/x86_64 (bb22)
        ~ global ioread_top5.interval: 5 → 10
            db[1,2] (2 hosts)
        ~ outcome ok → failed at load
            db2
      time 1m44s → 1m44s
      took: probe 1.2s → 1.2s, build 40s → 40s, run 1m2s → 1m2s
      traced: ioread_top5 30s on 2 hosts → 30s on 2 hosts

      no tables or histograms to compare; \`tapbook show RUN --fold\` has the lines
      "
    `);
    const json = await tapbook('diff', ids.small, ids.next, '--format', 'json');
    assertValidHistory('diff', JSON.parse(json.stdout));
    expect(JSON.parse(json.stdout)).toMatchObject({ from: ids.small, to: ids.next, hostsAdded: ['db4'] });
  });

  test('to 300 hosts, and of a run with itself', async () => {
    expect(stable((await tapbook('diff', ids.next, ids.many)).stdout)).toMatchInlineSnapshot(`
      "20261123T004105Z-000002 → 20261123T004105Z-000003
      + hosts db[001-300] (300 hosts)
      - hosts db[1,2,4] (3 hosts)
      play Who reads most on the databases
        ~ module ioread_top5@6.1.0-13-cloud-amd64/x86_64: another script (sha256 4f42b4d94848 → af87ee81336f)
        - module ioread_top5@2.6.18-398.el5/x86_64 (bb22)
      time 1m44s → 1m44s
      took: probe 1.2s → 1.2s, build 40s → 40s, run 1m2s → 1m2s
      traced: ioread_top5 30s on 2 hosts → 30s on 270 hosts

      no tables or histograms to compare; \`tapbook show RUN --fold\` has the lines
      "
    `);
    expect(stable((await tapbook('diff', 'last:many-hosts', ids.many)).stdout)).toMatchInlineSnapshot(`
      "20261123T004105Z-000003 → 20261123T004105Z-000003
      the same hosts, kernels, modules, globals and outcomes
      time 1m44s → 1m44s
      took: probe 1.2s → 1.2s, build 40s → 40s, run 1m2s → 1m2s
      traced: ioread_top5 30s on 270 hosts → 30s on 270 hosts

      no tables or histograms to compare; \`tapbook show RUN --fold\` has the lines
      "
    `);
  });
});

describe('what git says', () => {
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['-C', join(folder, 'repo'), '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
  const apply = (...args: string[]) =>
    tapbook('apply', join(folder, 'repo/play.yml'), '-i', join(folder, 'repo/hosts.ini'), '--format', 'json', ...args);

  beforeAll(async () => {
    await mkdir(join(folder, 'repo'));
    await writeFile(
      join(folder, 'repo/play.yml'),
      "- hosts: gone\n  scripts:\n    - { name: hello, inline: 'probe begin { exit() }', until_exit: true }\n",
    );
    const gone = 'ansible_host=127.0.0.1 ansible_port=1';
    await writeFile(
      join(folder, 'repo/hosts.ini'),
      `[gone]\ngone1 ${gone}\n[build_hosts]\nb ansible_connection=local\n`,
    );
    await writeFile(join(folder, 'repo/other.txt'), '');
    await git('init', '-q', '-b', 'trunk');
    await git('add', '.');
    await git('commit', '-q', '-m', 'first');
  });

  test('is in the run and shown', async () => {
    await writeFile(join(folder, 'repo/other.txt'), 'no matter of the run');
    const clean = await apply('--require-clean');
    expect(clean.code).toBe(4);
    const commit = (await git('rev-parse', 'HEAD')).stdout.trim();
    const root = join(folder, 'repo');
    expect(eventsOf(parseEvents(clean.stdout), 'run-started')[0]?.repositories).toEqual([
      { root, commit, branch: 'trunk', dirty: [], dirtyCount: 0 },
    ]);
    await mkdir(join(root, 'group_vars'));
    await writeFile(join(root, 'group_vars/gone.yml'), 'x: 1\n');
    await apply();
    const { stdout } = await tapbook('show', 'last');
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      `git ${commit.slice(0, 12)}, branch trunk in ${root}, not committed: group_vars/gone.yml size`,
    );
  });

  test('refuses what is not committed, before anything is touched', async () => {
    const before = await readdir(join(state, 'runs'));
    for (const command of ['plan', 'apply', 'build']) {
      const { code, stderr } = await tapbook(
        command,
        join(folder, 'repo/play.yml'),
        '-i',
        join(folder, 'repo/hosts.ini'),
        '--require-clean',
      );
      expect([code, stable(stderr)]).toEqual([
        3,
        'error not-clean: not as committed in /home/me/repo: group_vars/gone.yml; commit these files, or leave out --require-clean\n',
      ]);
    }
    expect(await readdir(join(state, 'runs'))).toEqual(before);
  });

  test('a saved plan has to be made from what is committed, too', async () => {
    const own = join(folder, 'plans');
    await mkdir(own);
    const inOwn = (...args: string[]) =>
      promisify(execFile)('git', ['-C', own, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
    const commit = async () => {
      await inOwn('add', '-A');
      await inOwn('commit', '-q', '-m', 'next');
    };
    const script = join(own, 'hello.stp');
    await writeFile(script, 'probe begin { exit() }\n');
    await writeFile(
      join(own, 'play.yml'),
      '- hosts: gone\n  scripts: [{ name: hello, source: hello.stp, until_exit: true }]\n',
    );
    await writeFile(join(own, 'hosts.ini'), await readFile(join(folder, 'repo/hosts.ini')));
    await inOwn('init', '-q', '-b', 'trunk');
    const saved = join(own, 'io.plan');
    await tapbook('plan', join(own, 'play.yml'), '-i', join(own, 'hosts.ini'), '--out', saved);
    await commit();
    const applied = async () => {
      const { code, stderr } = await tapbook('apply', saved, '--require-clean', '-q');
      return `${code}\n${stderr.replaceAll(own, '/plans')}`;
    };
    expect(await applied()).toMatch(/^4\n/);
    await writeFile(script, 'probe begin { println(1) exit() }\n');
    expect(await applied()).toMatchInlineSnapshot(`
      "3
      error not-clean: not as committed in /plans: hello.stp; commit these files, or leave out --require-clean
      error not-clean: /plans/io.plan was made from other texts than those in /plans/hello.stp; plan anew from what is committed, or leave out --require-clean
      "
    `);
    await commit();
    expect(await applied()).toMatchInlineSnapshot(`
      "3
      error not-clean: /plans/io.plan was made from other texts than those in /plans/hello.stp; plan anew from what is committed, or leave out --require-clean
      "
    `);
    expect((await tapbook('plan', saved, '--require-clean')).code).toBe(3);
    await rm(script);
    await commit();
    expect(await applied()).toMatchInlineSnapshot(`
      "3
      error not-clean: /plans/io.plan cannot be compared with what is committed: /plans/hello.stp is not here; apply it where the playbook and its scripts are, or leave out --require-clean
      "
    `);
  });

  test('is nothing where there is no repository', async () => {
    await mkdir(join(folder, 'bare'));
    for (const name of ['play.yml', 'hosts.ini']) {
      await writeFile(join(folder, 'bare', name), await readFile(join(folder, 'repo', name)));
    }
    const args = ['apply', join(folder, 'bare/play.yml'), '-i', join(folder, 'bare/hosts.ini'), '--format', 'json'];
    const { stdout } = await tapbook(...args);
    expect(eventsOf(parseEvents(stdout), 'run-started')[0]).not.toHaveProperty('repositories');
    expect((await tapbook(...args, '--require-clean')).stdout).toContain('git knows nothing of');
  });
});

test('an apply keeps no more runs than it should; prune says what it would do', async () => {
  const own = await mkdtemp(join(folder, 'retain-'));
  const env = { XDG_STATE_HOME: own, XDG_CACHE_HOME: join(folder, 'cache'), TAPBOOK_KEEP_RUNS: '2' };
  for (const hours of [1, 2, 3, 4]) {
    await keepRun(join(own, 'tapbook'), idAt(ago(hours)), applyAt(three, 'play.yml', ago(hours)));
  }
  const check = await runTapbook(['runs', 'prune', '--keep', '3', '--check'], { env });
  expect([check.code, check.stdout]).toEqual([0, `${(await readdir(join(own, 'tapbook/runs'))).sort()[0]}\n`]);
  const inventory = join(folder, 'retain.ini');
  await writeFile(inventory, 'gone1 ansible_host=127.0.0.1 ansible_port=1\nb ansible_connection=local\n');
  const playbook = join(folder, 'retain.yml');
  await writeFile(
    playbook,
    "- hosts: gone1\n  build_hosts: b\n  scripts:\n    - { name: hello, inline: 'probe begin { exit() }', until_exit: true }\n",
  );
  expect((await runTapbook(['apply', playbook, '-i', inventory, '--quiet'], { env })).code).toBe(4);
  // The new one, and the last of the other playbook.
  expect((await readdir(join(own, 'tapbook/runs'))).length).toBe(2);
  expect((await runTapbook(['runs', 'prune', '--older-than', '0s'], { env })).stderr).toBe(
    '0 runs removed (0B), 2 kept\n',
  );
});

test.skipIf(whyNoFleet() !== undefined)(
  'a killed apply has lost a second at most, and is known as dead',
  async () => {
    await using fleet = await startStandInFleet('db1', 'db2');
    const playbook = await fleet.playbook(
      'play.yml',
      "- hosts: db\n  scripts:\n    - { name: hello, inline: 'probe timer.s(1) { println(1) }', duration: 60s }\n",
    );
    const apply = startTapbook(['apply', playbook, '-i', fleet.inventory, '--lease', '5'], { env: fleet.env });
    await becomes(
      async () => apply.stdout(),
      text => text.includes('db1 | line 20\n') && text.includes('db2 | line 20\n'),
    );
    const seen = apply.stdout();
    const running = await runTapbook(['runs', '--format', 'json'], { env: fleet.env });
    const told = JSON.parse(running.stdout);
    expect(told).toMatchObject({ state: 'running', playbook });
    apply.kill('SIGKILL');
    await apply.finished;
    for (const name of ['db1', 'db2']) {
      const kept = (await readFile(join(told.directory, 'output', `${name}.txt`), 'utf8')).split('\n');
      // Ten lines a second.
      const printed = seen.split('\n').filter(text => text.startsWith(`${name} | line`)).length;
      expect(kept.length).toBeGreaterThan(printed - 10);
    }
    const after = await runTapbook(['runs', '--format', 'json'], { env: fleet.env });
    expect(JSON.parse(after.stdout)).toMatchObject({ state: 'died' });
    const shown = await runTapbook(['show', 'last', '--host', 'db1'], { env: fleet.env });
    expect(shown.stdout).toContain('unknown: the run was cut short');
    expect(shown.stdout).toContain('\nline 5\n');
    for (const name of ['', 'run.json', 'events.ndjson', 'plan.json']) {
      expect((await stat(join(told.directory, name))).mode & 0o077).toBe(0);
    }
    await becomes(
      () => fleet.left(),
      left => left.length === 0,
    );
  },
  120_000,
);
