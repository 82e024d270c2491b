import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HostBehindRelay, putBehindRelay } from '../support/behind-relay.ts';
import { openDeadPort } from '../support/dead-port.ts';
import { becomes, type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { parseEvents, type Running, startTapbook } from '../support/tapbook.ts';

/** Who is slow to answer, refuses at first, or never answers keeps nobody waiting. */
const why = whyNoFleet();
if (why !== undefined) console.log(`late hosts are left out: ${why}`);

let fleet: StandInFleet;
let slow: HostBehindRelay;

beforeAll(async () => {
  if (why === undefined) fleet = await startStandInFleet('db1', 'db2', 'db3');
}, 60_000);
beforeEach(async () => {
  if (why !== undefined) return;
  slow = await putBehindRelay(fleet, 'db2');
  slow.relay.hold();
});
afterEach(() => slow?.relay[Symbol.asyncDispose]());
afterAll(() => fleet?.[Symbol.asyncDispose]());

async function start(play: string, ...args: readonly string[]): Promise<Running> {
  return startPlay(`- hosts: db1,db2\n${play}`, 4, ...args);
}

async function startPlay(head: string, seconds: number, ...args: readonly string[]): Promise<Running> {
  const playbook = await fleet.playbook(
    'late.yml',
    `${head}  scripts:\n    - { name: late, inline: 'probe timer.s(1) { println(1) }', duration: ${seconds}s }\n`,
  );
  return startTapbook(['apply', playbook, '-i', fleet.inventory, '-i', slow.overlay, ...args], { env: fleet.env });
}

/** While db1 runs and db2 is not there. */
async function interrupt(running: Running): Promise<void> {
  await says(running, 'db1 | line 2');
  running.kill('SIGINT');
  const { code, stderr } = await running.finished;
  expect(code).toBe(130);
  expect(stderr).toContain('1 interrupted, 1 not-started; exit 130');
  expect(await fleet.left()).toEqual([]);
}

function says(running: Running, text: string): Promise<string> {
  return becomes(
    async () => running.stdout() + running.stderr(),
    said => said.includes(text),
    1_200,
  );
}

describe.skipIf(why !== undefined)('hosts that answer late', () => {
  test('the others run meanwhile; who answers then runs as well', async () => {
    const running = await start('');
    // The one that is held cannot have been asked by then.
    expect(await says(running, 'db1 | line 2')).toContain('db1 | line 2');
    expect(running.stderr()).toContain('not waited for: 1 host with no answer yet (db2)');
    slow.relay.open();
    const { code, stdout, stderr } = await running.finished;
    expect([code, stdout.split('\n').filter(line => line === 'db2 | line 1').length]).toEqual([0, 1]);
    expect(stderr).toContain('\ndb2 answered late: it runs as well\n');
    expect(stderr).toMatch(/^db1 +: ok=1 /m);
    expect(stderr).toMatch(/^db2 +: ok=1 /m);
    const [, files = ''] = /^files: (.*)$/m.exec(stderr) ?? [];
    const plan = JSON.parse(await readFile(join(files, 'plan.json'), 'utf8'));
    expect(plan.plays.map((play: { hosts: { name: string }[] }) => play.hosts.map(({ name }) => name))).toEqual([
      ['db1', 'db2'],
    ]);
    expect(await fleet.left()).toEqual([]);
  });

  test('one after the other, each runs once', async () => {
    const last = await putBehindRelay(fleet, 'db3');
    await using relay = last.relay;
    relay.hold();
    const running = await startPlay('- hosts: db\n', 15, '-i', last.overlay);
    await says(running, 'not waited for: 2 hosts with no answer yet (db[2,3])');
    slow.relay.open();
    await says(running, 'db2 | line 1');
    // While db2 runs still.
    relay.open();
    const { code, stdout, stderr } = await running.finished;
    const firsts = stdout.split('\n').filter(line => line.endsWith(' | line 1'));
    expect([code, firsts.toSorted()], stderr).toEqual([0, ['db1 | line 1', 'db2 | line 1', 'db3 | line 1']]);
    expect(stderr).toContain('\ndb2 answered late: it runs as well\n');
    expect(stderr).toContain('\ndb3 answered late: it runs as well\n');
    // Nor is it tried to run one that runs already.
    expect(stderr).not.toMatch(/^db\d: /m);
    expect(await fleet.left()).toEqual([]);
  });

  test('who never answers is unreachable, long after the others have begun', async () => {
    const running = await start('', '--format', 'json');
    const { code, stdout } = await running.finished;
    expect(code).toBe(4);
    const told = parseEvents(stdout).flatMap(event => {
      if (event.kind === 'host-probed' && event.role === 'target') return `${event.host} ${event.result.kind}`;
      if (event.kind === 'script-started') return `${event.host} runs`;
      if (event.kind === 'play-planned') return `planned ${event.plan.hosts.map(({ name }) => name).join()}`;
      return event.kind === 'host-finished' ? `${event.host} ended ${event.outcome.kind}` : [];
    });
    expect(told).toEqual([
      'db1 ok',
      'planned db1',
      'db1 runs',
      'db1 ended ok',
      'db2 unreachable',
      'planned db1,db2',
      'db2 ended unreachable',
    ]);
  });

  test('where nobody of the first ones runs, who answers late runs all the same', async () => {
    const mark = join(fleet.host('db2').root, 'tmp/is-meant');
    await writeFile(mark, '');
    const running = await start('  preconditions: [{ command: test -e /tmp/is-meant }]\n');
    expect(await says(running, 'not waited for')).toContain('not waited for: 1 host with no answer yet (db2)');
    slow.relay.open();
    const { code, stdout, stderr } = await running.finished;
    expect([code, stdout.includes('db2 | line 1')], stderr).toEqual([2, true]);
    expect(stderr).toContain('1 failed, 1 ok; exit 2');
    expect(stderr).toContain('\nbatch 1 of 1: 1 host (db2)\n');
    await rm(mark);
    expect(await fleet.left()).toEqual([]);
  });

  test('Ctrl-C does not wait for them', async () => {
    const running = await start('');
    await interrupt(running);
  });

  test('nor for who does not answer at all', async () => {
    await using dead = await openDeadPort();
    await writeFile(slow.overlay, `[db]\ndb2 ansible_port=${dead.port}\n`);
    const running = await start('');
    await interrupt(running);
    expect(running.stderr()).toContain('not waited for: 1 host with no answer yet (db2)');
    expect(running.stderr()).not.toMatch(/^ +at /m);
  });

  test('who refuses and waits for its retries is not waited for; it runs once it comes up', async () => {
    slow.relay.refuse();
    const running = await start('  retries: 20\n  delay: 2s\n');
    const said = await says(running, 'db1 | line 2');
    expect(said).toContain('db1 | line 2');
    expect(said).toMatch(/^db2: unreachable at connect: .*; retry 1 of 20 in 2s$/m);
    expect(said).toContain('not waited for: 1 host with no answer yet (db2)');
    // Nor does it run before it is there.
    expect(said).not.toContain('answered late');
    slow.relay.open();
    await slow.relay.listen();
    const { code, stdout, stderr } = await running.finished;
    const firsts = stdout.split('\n').filter(line => line.endsWith(' | line 1'));
    expect([code, firsts], stderr).toEqual([0, ['db1 | line 1', 'db2 | line 1']]);
    expect(stderr).toContain('\ndb2 answered late: it runs as well\n');
    expect(stderr).toMatch(/^db2 +: ok=1 /m);
    expect(await fleet.left()).toEqual([]);
  });

  test('who refuses every time is unreachable after its last retry, the others have begun long before', async () => {
    slow.relay.refuse();
    const running = await startPlay('- hosts: db1,db2\n  retries: 2\n  delay: 8s\n', 2, '--format', 'json');
    const { code, stdout } = await running.finished;
    expect(code).toBe(4);
    const told = parseEvents(stdout).flatMap(event => {
      if (event.kind === 'host-retry') return `${event.host} retry ${event.retry}`;
      if (event.kind === 'host-probed' && event.role === 'target') return `${event.host} ${event.result.kind}`;
      if (event.kind === 'play-planned') return `planned ${event.plan.hosts.map(({ name }) => name).join()}`;
      return event.kind === 'host-finished' ? `${event.host} ended ${event.outcome.kind}` : [];
    });
    expect(told.filter(one => one.startsWith('db2') || one.startsWith('planned'))).toEqual([
      'db2 retry 1',
      'planned db1',
      'db2 retry 2',
      'db2 unreachable',
      'planned db1,db2',
      'db2 ended unreachable',
    ]);
    expect(told.indexOf('db1 ended ok')).toBeGreaterThan(0);
    expect(told.indexOf('db1 ended ok')).toBeLessThan(told.indexOf('db2 unreachable'));
  });

  test('Ctrl-C waits for no retry', async () => {
    slow.relay.refuse();
    const running = await start('  retries: 1\n  delay: 1h\n');
    await interrupt(running);
  });

  test.each(['max_fail_percentage: 50', 'serial: 1', 'canary: per_kernel'])(
    'with %s retries are waited for before any begins',
    async rule => {
      slow.relay.refuse();
      const running = await start(`  ${rule}\n  retries: 20\n  delay: 1s\n`, '--format', 'json');
      // The other one has been asked by then.
      await says(running, '"retry":4');
      expect(running.stdout()).toContain('"retry":4');
      expect(running.stdout()).toContain('"host-probed"');
      expect(running.stdout()).not.toContain('play-planned');
      slow.relay.open();
      await slow.relay.listen();
      expect((await running.finished).code).toBe(0);
    },
  );

  test.each(['max_fail_percentage: 50', 'canary: per_kernel'])(
    'with %s all are asked before any begins',
    async rule => {
      const running = await start(`  ${rule}\n`, '--format', 'json');
      await says(running, '"host-probed"');
      await new Promise(resolve => setTimeout(resolve, 4_000));
      expect(running.stdout()).not.toContain('play-planned');
      slow.relay.open();
      expect((await running.finished).code).toBe(0);
    },
  );
});
