import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { labEnvironment, labHome, leftOnTarget, onLabHost, sendToLabHost } from '../support/lab.ts';
import { becomes } from '../support/stand-in-fleet.ts';
import { eventsOf, parseEvents, type Running, startTapbook } from '../support/tapbook.ts';
import {
  compileVictims,
  installVictim,
  rightDigest,
  type VictimBuild,
  type VictimBuilds,
  valueOfMark,
  victimPath,
} from '../support/victim.ts';

/**
 * Scripts that probe programs, on hosts with different builds of them, and a program that tells whether it was hurt. The modules of
 * the first test are those of all others.
 */
const targets = ['db1', 'db2', 'inner1'];
const modules = ['victim_rounds', 'pg_commits'];
const pauseMs = 20;
const lastRound = 300;
let home = '';
let env: Readonly<Record<string, string>> = {};
let inventories: readonly string[] = [];
let builds: VictimBuilds;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tapbook-lab-binaries-'));
  env = labHome(home);
  const postgres = (major: number): string => `{ postgres: /usr/lib/postgresql/${major}/bin/postgres }`;
  const own = join(home, 'postgres.yml');
  await writeFile(own, `all:\n  hosts:\n    db1: ${postgres(17)}\n    db2: ${postgres(15)}\n`);
  inventories = ['-i', (await labEnvironment())['TAPBOOK_LAB_INVENTORY'] ?? '', '-i', own];
  builds = await compileVictims();
});

afterAll(async () => {
  await Promise.all(
    targets.map(host =>
      onLabHost(host, 'pkill -x victim; staprun -d victim_rounds; rm -rf /opt/victim /srv/other; true'),
    ),
  );
  await Promise.all(['db1', 'db2'].map(host => onLabHost(host, 'postgresql stop || true')));
  await rm(home, { recursive: true, force: true });
});

/** Each round of the victim, until the last. */
const rounds = `    - name: victim_rounds
      until_exit: true
      inline: |
        probe begin { println("began") }
        probe process("${victimPath}").mark("round") {
          printf("%d %x\\n", $arg1, $arg2)
          if ($arg1 == ${lastRound}) exit()
        }
`;

/** Transactions that a client has begun: servers have others of their own. */
const commits = `    - name: pg_commits
      args: ["{{ postgres }}"]
      until_exit: true
      inline: |
        global begun, committed
        probe process(@1).mark("query__start") {
          text = user_string($arg1)
          println(text)
          if (text == "BEGIN;") begun[tid()] = 1
          if (text == "SELECT 'the last';") exit()
        }
        probe process(@1).mark("transaction__commit") {
          if (tid() in begun) { delete begun[tid()]; committed++ }
        }
        probe end { printf("committed %d\\n", committed) }
`;

async function writePlaybook(name: string, hosts: string, scripts: string, more = ''): Promise<string> {
  const path = join(home, `${name}.yml`);
  await writeFile(
    path,
    `- hosts: ${hosts}\n  build_hosts: builder\n  strategy: together\n${more}  scripts:\n${scripts}`,
  );
  return path;
}

function start(playbook: string, ...more: readonly string[]): Running {
  return startTapbook(['apply', playbook, ...inventories, '--format', 'json', ...more], { env });
}

/** Waits until so many scripts have their probes in place; the run has ended before if that is not to be. */
async function armed(running: Running, count: number): Promise<void> {
  let ended = false;
  void running.finished.then(() => {
    ended = true;
  });
  const countOf = (kind: string): number => running.stdout().split(`"kind":"${kind}"`).length - 1;
  const seen = (): number => countOf('script-armed');
  await becomes(
    async () => ended || seen() >= count || countOf('script-finished') > 0,
    done => done,
    4_000,
  );
  if (seen() < count) running.kill('SIGINT');
  if (seen() < count) throw new Error(`not all have their probes in place: ${await explain(running)}`);
}

/** What became of the hosts and their scripts. */
async function explain(running: Running): Promise<string> {
  const { stdout, stderr } = await running.finished;
  const telling = /"kind":"(?:build-finished|script-finished|host-finished)"/;
  return [...stdout.split('\n').filter(line => telling.test(line)), stderr].join('\n');
}

async function eventsAtEnd(running: Running, wantedCode: number): Promise<readonly Event[]> {
  const { code, stdout } = await running.finished;
  expect(code, await explain(running)).toBe(wantedCode);
  return parseEvents(stdout);
}

function linesOf(events: readonly Event[], host: string, module: string): readonly string[] {
  return eventsOf(events, 'line')
    .filter(one => one.host === host && one.module === module && one.stream === 'stdout')
    .map(({ text }) => text);
}

/** What a victim that was not hurt has printed. */
function rightRounds(last: number): string {
  return Array.from({ length: last }, (_, index) => `${index + 1} ${rightDigest(index + 1)}\n`).join('');
}

/** A victim in the background there, until it is stopped. */
async function startVictim(host: string, root = ''): Promise<void> {
  const program = root === '' ? victimPath : `chroot ${root} ${victimPath}`;
  await onLabHost(host, `${program} 1000000 ${pauseMs} >/tmp/victim.out 2>&1 </dev/null & exit 0`);
  await becomes(
    () => onLabHost(host, 'cat /tmp/victim.out'),
    text => text !== '',
  );
}

/** What it has printed: whole lines. */
function stopVictim(host: string): Promise<string> {
  return onLabHost(host, 'pkill -x victim; cat /tmp/victim.out');
}

function expectRight(host: string, printed: string): void {
  expect(printed, host).not.toBe('');
  expect(printed, host).toBe(rightRounds(printed.split('\n').length - 1));
}

const outcomesOf = (events: readonly Event[]) =>
  Object.fromEntries(eventsOf(events, 'host-finished').map(({ host, outcome }) => [host, outcome]));

async function expectClean(): Promise<void> {
  for (const host of targets) expect(await leftOnTarget(host, modules), host).toEqual([]);
}

test('two PostgreSQLs and two builds of a program: one apply, a module for each, and every mark is counted', async () => {
  expect(await onLabHost('builder', 'ls -d /usr/lib/postgresql* /opt/victim 2>/dev/null || true')).toBe('');
  await Promise.all([
    installVictim('db1', builds.first),
    installVictim('db2', builds.rebuilt),
    onLabHost('db1', 'postgresql stop; postgresql start'),
    onLabHost('db2', 'postgresql stop; postgresql start'),
  ]);
  const running = start(await writePlaybook('two-builds', 'db1,db2', rounds + commits));
  await armed(running, 4);
  const [clients, transactions] = [2, 15];
  const measure = `postgresql pgbench -n -c ${clients} -t ${transactions} 2>&1
    echo "SELECT 'the last';" >/tmp/last.sql && chmod 644 /tmp/last.sql && postgresql pgbench -n -f /tmp/last.sql -t 1 >/dev/null 2>&1`;
  const printed = await Promise.all(
    ['db1', 'db2'].map(async host => ({
      host,
      digests: await onLabHost(host, `${victimPath} ${lastRound} 1`),
      reported: await onLabHost(host, measure),
    })),
  );
  const events = await eventsAtEnd(running, 0);
  expect(eventsOf(events, 'build-finished').map(({ result }) => result.kind)).toEqual(Array(4).fill('built'));
  const marks = Array.from({ length: lastRound }, (_, index) => `${index + 1} ${valueOfMark(index + 1).toString(16)}`);
  const sum = clients * transactions;
  for (const { host, digests, reported } of printed) {
    expect(linesOf(events, host, 'victim_rounds'), host).toEqual(['began', ...marks]);
    expect(digests, host).toBe(rightRounds(lastRound));
    expect(reported, host).toContain(`number of transactions actually processed: ${sum}/${sum}\n`);
    const queries = linesOf(events, host, 'pg_commits');
    expect(queries.at(-1), host).toBe(`committed ${sum}`);
    expect(
      queries.filter(text => /^UPDATE pgbench_accounts SET abalance = abalance \+ -?\d+ WHERE aid = \d+;$/.test(text)),
      host,
    ).toHaveLength(sum);
  }
  await expectClean();
});

test('without tapbook: a module for another build makes the program compute wrong, and staprun calls that a success', async () => {
  await installVictim('db2', builds.rebuilt);
  await sendToLabHost('db2', '/tmp/victim_rounds.ko', await builtFor(builds.first));
  await startVictim('db2');
  const said = await onLabHost(
    'db2',
    `cd /tmp; staprun victim_rounds.ko >victim.said 2>&1 & until grep -q Build-id victim.said; do sleep 0.1; done
    from=$(wc -l <victim.out); until [ $(wc -l <victim.out) -gt $((from + 5)) ]; do sleep 0.1; done
    kill -INT $!; wait $!; echo "rc $?"; cat victim.said; rm victim.said victim_rounds.ko`,
  ).finally(() => onLabHost('db2', 'staprun -d victim_rounds 2>/dev/null || true'));
  expect(said).toMatch(/^rc 0\nbegan\n/);
  expect(said).toContain('WARNING: Build-id mismatch');
  const wrong = (await stopVictim('db2'))
    .trim()
    .split('\n')
    .map(line => line.split(' '))
    .map(([round, digest]) => BigInt(`0x${digest}`) ^ BigInt(`0x${rightDigest(Number(round))}`))
    .filter(difference => difference !== 0n);
  // The breakpoint, 0xcc in place of 0x90, and the counter of users, which is the key there.
  expect(wrong.length).toBeGreaterThan(4);
  expect(wrong).toContain(0x5c000001n);
});

test('replaced under a running process, missing, and as it should be: each host is judged by its own', async () => {
  await installVictim('db1', builds.first);
  await startVictim('db1');
  await installVictim('db1', builds.rebuilt);
  const pid = (await onLabHost('db1', 'pgrep -x victim')).trim();
  await onLabHost('db2', 'rm -rf /opt/victim');
  await installVictim('inner1', builds.first);
  const running = start(await writePlaybook('judged', targets.join(), rounds));
  await armed(running, 1);
  const digests = await onLabHost('inner1', `${victimPath} ${lastRound} 1`);
  const events = await eventsAtEnd(running, 2);
  expect(digests).toBe(rightRounds(lastRound));
  expect(eventsOf(events, 'build-finished').map(({ result }) => result.kind)).toEqual(['cached']);
  expect(outcomesOf(events)).toMatchObject({
    db1: { kind: 'failed', failure: { cause: expect.stringContaining(pid) } },
    db2: { kind: 'failed', failure: { cause: expect.stringContaining(victimPath) } },
    inner1: { kind: 'ok' },
  });

  // Another root, with another build at the path.
  await installVictim('db2', builds.first);
  await onLabHost(
    'db2',
    'rm -rf /srv/other; for file in $(ldd /bin/true | grep -o "/lib[^ ]*"); do install -D "$file" "/srv/other$file"; done',
  );
  await installVictim('db2', builds.rebuilt, '/srv/other');
  await startVictim('db2', '/srv/other');
  const skipping = start(await writePlaybook('skipped', 'db1,db2', rounds, '  stale_processes: skip\n'));
  expect(outcomesOf(await eventsAtEnd(skipping, 0))).toMatchObject({
    db1: { kind: 'skipped' },
    db2: { kind: 'skipped' },
  });
  expectRight('db1', await stopVictim('db1'));
  expectRight('db2', await stopVictim('db2'));
  await expectClean();
});

test('replaced after it was looked at: nothing is loaded', async () => {
  await Promise.all(['db1', 'db2'].map(host => installVictim(host, builds.first)));
  const running = start(await writePlaybook('replaced', 'db1,db2', rounds, '  serial: 1\n'));
  await armed(running, 1);
  // The other host's turn comes when this one's ends.
  await installVictim('db2', builds.rebuilt);
  await onLabHost('db1', `${victimPath} ${lastRound} 1`);
  const events = await eventsAtEnd(running, 2);
  expect(outcomesOf(events)).toMatchObject({ db1: { kind: 'ok' }, db2: { kind: 'failed' } });
  await expectClean();
});

test('started from a replaced file while the script runs: stopped at once', async () => {
  await installVictim('db1', builds.first);
  const running = start(await writePlaybook('late', 'db1', rounds));
  await armed(running, 1);
  await installVictim('db1', builds.rebuilt);
  await startVictim('db1');
  const events = await eventsAtEnd(running, 2);
  expect(outcomesOf(events)).toMatchObject({ db1: { kind: 'failed' } });
  await expectClean();
});

/** The module that the first test has left in the cache. */
async function builtFor({ buildId }: VictimBuild): Promise<Uint8Array> {
  const cache = join(env['XDG_CACHE_HOME'] ?? '', 'tapbook/modules');
  for (const key of await readdir(cache)) {
    if (!(await readdir(join(cache, key))).includes('victim_rounds.ko')) continue;
    const binaries = await readFile(join(cache, key, 'binaries'), 'utf8');
    if (binaries.includes(buildId)) return readFile(join(cache, key, 'victim_rounds.ko'));
  }
  throw new Error('no module for that build');
}
