import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { labEnvironment, leftOnTarget, onLabHost } from '../support/lab.ts';
import { eventsOf, parseEvents, startTapbook } from '../support/tapbook.ts';

/** What only real kernels can show: a clock that is set, and a kernel that panics. */
const lab = new URL('../lab/lab.sh', import.meta.url).pathname;
let folder = '';
let inventory = '';
let env: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-lab-faults-'));
  inventory = (await labEnvironment())['TAPBOOK_LAB_INVENTORY'] ?? '';
  env = { XDG_CACHE_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state') };
  await writeFile(
    join(folder, 'silent.yml'),
    `- hosts: web1,db1
  serial: [1, 100%]
  scripts: [{ name: lab_faults, inline: 'probe timer.s(100) { println(1) }', duration: 20s }]
`,
  );
});
// A guest that has panicked is down: the lab brings it up again for whoever comes next.
afterAll(async () => {
  await promisify(execFile)('bash', [lab, 'up'], { timeout: 500_000 });
  await rm(folder, { recursive: true, force: true });
});

function start(...args: readonly string[]) {
  const all = ['apply', join(folder, 'silent.yml'), '-i', inventory, '--format', 'json', '--lease', '10', ...args];
  return startTapbook(all, { env });
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
});
