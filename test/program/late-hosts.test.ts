import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HostBehindRelay, putBehindRelay } from '../support/behind-relay.ts';
import { openDeadPort } from '../support/dead-port.ts';
import { becomes, type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { type Running, startTapbook } from '../support/tapbook.ts';

/** Who is slow to answer, refuses at first, or never answers keeps nobody waiting. What joins when: test/engine/late-hosts.test.ts. */
const why = whyNoFleet();
if (why !== undefined) console.log(`late hosts are left out: ${why}`);

let fleet: StandInFleet;
let slow: HostBehindRelay;

beforeAll(async () => {
  if (why === undefined) fleet = await startStandInFleet('db1', 'db2');
}, 60_000);
beforeEach(async () => {
  if (why !== undefined) return;
  slow = await putBehindRelay(fleet, 'db2');
  slow.relay.hold();
});
afterEach(() => slow?.relay[Symbol.asyncDispose]());
afterAll(() => fleet?.[Symbol.asyncDispose]());

async function start(play: string): Promise<Running> {
  const playbook = await fleet.playbook(
    'late.yml',
    `- hosts: db1,db2\n${play}  scripts:\n    - { name: late, inline: 'probe timer.s(1) { println(1) }', duration: 4s }\n`,
  );
  return startTapbook(['apply', playbook, '-i', fleet.inventory, '-i', slow.overlay], { env: fleet.env });
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

  test('Ctrl-C waits for no retry', async () => {
    slow.relay.refuse();
    const running = await start('  retries: 1\n  delay: 1h\n');
    await interrupt(running);
  });
});
