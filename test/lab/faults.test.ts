import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { labEnvironment, labHome, leftOnTarget, onLabHost } from '../support/lab.ts';
import { eventsOf, parseEvents, startTapbook } from '../support/tapbook.ts';

/** What only real kernels can show: a clock that is set, a kernel that panics, one that is booted anew, and staprun's own word. */
const lab = new URL('../lab/lab.sh', import.meta.url).pathname;
let folder = '';
let inventory = '';
let env: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-lab-faults-'));
  inventory = (await labEnvironment())['TAPBOOK_LAB_INVENTORY'] ?? '';
  env = labHome(folder);
  await writeFile(
    join(folder, 'silent.yml'),
    `- hosts: web1,db1
  serial: [1, 100%]
  scripts: [{ name: lab_faults, inline: 'probe timer.s(100) { println(1) }', duration: 20s }]
`,
  );
  await writeFile(
    join(folder, 'both.yml'),
    `- hosts: db2,db1
  scripts: [{ name: lab_faults, inline: 'probe timer.s(1) { println(1) }', duration: 20s }]
`,
  );
  await writeFile(
    join(folder, 'long.yml'),
    `- hosts: db2,db1
  scripts: [{ name: lab_faults, inline: 'probe timer.s(1) { println(1) }', duration: 45s }]
`,
  );
});
// A guest that has panicked is down: the lab brings it up again for whoever comes next.
afterAll(async () => {
  await promisify(execFile)('bash', [lab, 'up'], { timeout: 500_000 });
  await rm(folder, { recursive: true, force: true });
});

function start(...args: readonly string[]) {
  return startWith('silent.yml', env, ...args);
}

function startWith(playbook: string, environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const all = ['apply', join(folder, playbook), '-i', inventory, '--format', 'json', '--lease', '10', ...args];
  return startTapbook(all, { env: environment });
}

async function isLoaded(running: ReturnType<typeof start>, host: string): Promise<void> {
  const starts = (): number =>
    running
      .stdout()
      .split('\n')
      .filter(line => line.includes('"kind":"script-started"') && line.includes(`"${host}"`)).length;
  await expect.poll(starts, { timeout: 180_000, interval: 200 }).toBe(1);
}

function outcomes(events: readonly Event[]): Readonly<Record<string, string>> {
  return Object.fromEntries(eventsOf(events, 'host-finished').map(({ host, outcome }) => [host, outcome.kind]));
}

describe('on real kernels', () => {
  test("a target's clock that is set a day ahead changes nothing", async () => {
    const running = start('-l', 'db1');
    await isLoaded(running, 'db1');
    await onLabHost('db1', 'date -s "@$(($(date +%s) + 86400))"');
    try {
      const { code, stdout, stderr } = await running.finished;
      expect(code, stderr).toBe(0);
      const [finished] = eventsOf(parseEvents(stdout), 'script-finished');
      expect(finished?.end).toEqual({ kind: 'duration' });
      expect(finished?.seconds).toBeGreaterThanOrEqual(19);
      expect(finished?.seconds).toBeLessThan(60);
      expect(await leftOnTarget('db1', ['lab_faults'])).toEqual([]);
    } finally {
      await onLabHost('db1', 'date -s "@$(($(date +%s) - 86400))"');
    }
  });

  test('a canary whose kernel panics right after the load stops the rollout: nobody else is touched', async () => {
    const running = start();
    await isLoaded(running, 'web1');
    // The answer is lost with the kernel.
    await onLabHost('web1', 'echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger').catch(() => '');
    const { code, stdout, stderr } = await running.finished;
    expect(code, stderr).toBe(4);
    const events = parseEvents(stdout);
    expect(outcomes(events)).toEqual({ web1: 'unreachable', db1: 'not-started' });
    expect(eventsOf(events, 'rollout-stopped').map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^web1: it vanished \d+ s after the load of lab_faults.*no other host was touched/),
    ]);
    expect(await leftOnTarget('db1', ['lab_faults'])).toEqual([]);
  });

  test('a target that is booted anew while it streams is unreachable; the others run on', async () => {
    const running = startWith('long.yml', env);
    const lines = (): number =>
      running
        .stdout()
        .split('\n')
        .filter(line => line.includes('"kind":"line"') && line.includes('"db2"')).length;
    // Well past its load: a host that goes then has not died of the module.
    await expect.poll(lines, { timeout: 180_000, interval: 200 }).toBeGreaterThan(20);
    await onLabHost('db2', 'echo 1 >/proc/sys/kernel/sysrq; echo b >/proc/sysrq-trigger').catch(() => '');
    const { code, stdout, stderr } = await running.finished;
    expect(code, stderr).toBe(4);
    expect(outcomes(parseEvents(stdout))).toEqual({ db2: 'unreachable', db1: 'ok' });
    expect(await leftOnTarget('db1', ['lab_faults'])).toEqual([]);
    await promisify(execFile)('bash', [lab, 'up'], { timeout: 500_000 });
    expect(await leftOnTarget('db2', ['lab_faults'])).toEqual([]);
  });

  test('of two controllers at once, one loads and the other is told why it does not', async () => {
    // Of another controller neither the locks nor the history are the same, so that only the target can refuse.
    const both = [env, { ...env, XDG_STATE_HOME: join(folder, 'other-state') }].map(environment =>
      startWith('both.yml', environment, '-l', 'db1'),
    );
    const ended = await Promise.all(both.map(({ finished }) => finished));
    const [won, lost] = ended.toSorted((left, right) => (left.code ?? 0) - (right.code ?? 0));
    if (won === undefined || lost === undefined) expect.fail('two were started');
    expect([won.code, lost.code], won.stderr + lost.stderr).toEqual([0, 2]);
    expect([won, lost].map(({ stdout }) => outcomes(parseEvents(stdout)))).toEqual([{ db1: 'ok' }, { db1: 'failed' }]);
    // By the target's lock; or seen by the probe already, when the other one was faster.
    expect(lost.stdout).toMatch(/holds lab_faults on this host|a module named lab_faults is loaded already/);
    expect(await leftOnTarget('db1', ['lab_faults'])).toEqual([]);
  });
});
