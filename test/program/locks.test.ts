import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { becomes, type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { type Finished, type Running, runTapbook, startTapbook } from '../support/tapbook.ts';

const why = whyNoFleet();
if (why !== undefined) console.log(`locks of runs are left out: ${why}`);

let fleet: StandInFleet;
let long = '';
let short = '';
const open: Running[] = [];

beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startStandInFleet('db1');
  long = await fleet.playbook('long.yml', play('io', '10m'));
  short = await fleet.playbook('short.yml', play('io', '1s'));
}, 60_000);
afterEach(async () => {
  for (const running of open.splice(0)) {
    running.kill('SIGINT');
    await running.finished;
  }
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

const play = (module: string, duration: string): string =>
  `- hosts: db\n  scripts: [{ name: ${module}, inline: 'probe begin {}', duration: ${duration} }]\n`;

function start(command: string, playbook: string, ...args: readonly string[]): Running {
  const running = startTapbook([command, playbook, '-i', fleet.inventory, ...args], { env: fleet.env });
  open.push(running);
  return running;
}

async function startLong(): Promise<{ readonly running: Running; readonly run: string }> {
  const running = start('apply', long);
  await becomes(
    async () => running.stdout(),
    text => text.includes('db1 | line'),
  );
  return { running, run: /^run (\S+): apply/m.exec(running.stderr())?.[1] ?? '' };
}

const runs = async (): Promise<readonly string[]> =>
  (await readdir(join(fleet.folder, 'state/tapbook/runs')).catch(() => [])).sort();

function withoutTime({ code, stderr }: Finished, { running, run }: Awaited<ReturnType<typeof startLong>>): unknown {
  const text = stderr
    .replaceAll(run, 'RUN')
    .replaceAll(String(running.pid), 'PID')
    .replaceAll(fleet.folder, 'DIR')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'TIME');
  return [code, text];
}

describe.skipIf(why !== undefined)('a second apply of the same module to the same inventory', () => {
  test('is refused with exit 9, and leaves no run; plan and build are not', async () => {
    const first = await startLong();
    const before = await runs();
    expect(withoutTime(await start('apply', short).finished, first)).toMatchInlineSnapshot(`
      [
        9,
        "error locked: run RUN (pid PID) applies DIR/long.yml since TIME; it has io of this inventory; wait for it with --lock-wait 10m, or stop it in order with: kill PID
      ",
      ]
    `);
    expect(await runs()).toEqual(before);
    const json = await start('apply', short, '--format', 'json').finished;
    expect(json.stderr).toBe('');
    expect(JSON.parse(json.stdout)).toMatchObject({ severity: 'error', code: 'locked' });
    // The module is loaded, so that the plan of a host fails; that is all.
    expect((await start('plan', short).finished).code).toBe(2);
    expect((await start('build', await fleet.playbook('other.yml', play('other', '1s'))).finished).code).toBe(0);
  });

  test('that is another module, or another inventory, goes on', async () => {
    await startLong();
    expect((await start('apply', await fleet.playbook('net.yml', play('net', '1s'))).finished).code).toBe(0);
    const both = await start('apply', short, '-i', 'other1,').finished;
    expect(both.stderr).not.toContain('locked');
  });

  test('waits with --lock-wait, says once for whom, and has its turn', async () => {
    const first = await startLong();
    const second = start('apply', short, '--lock-wait', '2m');
    await becomes(
      async () => second.stderr(),
      text => text.includes('waiting'),
    );
    await new Promise(resolve => setTimeout(resolve, 600));
    first.running.kill('SIGINT');
    const { code, stdout, stderr } = await second.finished;
    expect(stderr.match(/^tapbook: waiting: run /gm)).toHaveLength(1);
    expect(stderr).toContain(`tapbook: waiting: run ${first.run} (pid ${first.running.pid}) applies`);
    expect([code, stdout.includes('END')]).toEqual([0, true]);
  });

  test('waits no longer than it was told, nor past Ctrl-C', async () => {
    await startLong();
    expect((await start('apply', short, '--lock-wait', '1s').finished).code).toBe(9);
    const waiting = start('apply', short, '--lock-wait', '2m');
    await becomes(
      async () => waiting.stderr(),
      text => text.includes('waiting'),
    );
    waiting.kill('SIGINT');
    expect((await waiting.finished).code).toBe(130);
  });

  test('takes over what a killed one has left', async () => {
    const { running } = await startLong();
    running.kill('SIGKILL');
    await running.finished;
    expect(await readdir(join(fleet.folder, 'state/tapbook/locks'))).toHaveLength(1);
    await becomes(fleet.left, left => left.length === 0);
    expect((await start('apply', short).finished).code).toBe(0);
    expect(await readdir(join(fleet.folder, 'state/tapbook/locks'))).toEqual([]);
  });
});

test.each(['soon', '0x10', '-1s', '30d'])('--lock-wait %s is wrong usage', async text => {
  const { code, stderr } = await runTapbook(['apply', 'x.yml', `--lock-wait=${text}`]);
  expect(stderr).toContain('Give a duration such as 90s, 10m or 1h30m, up to 24 days.');
  expect(code).toBe(5);
});
