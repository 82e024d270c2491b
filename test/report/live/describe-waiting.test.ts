import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import type { PlannedHost, PlannedPlay } from '../../../src/model/plan.ts';
import { describeWaiting } from '../../../src/report/live/describe-waiting.ts';
import { createPlainReporter } from '../../../src/report/live/plain-reporter.ts';
import { createTally } from '../../../src/report/tally/run-tally.ts';
import { createMemoryStream } from '../../support/memory-stream.ts';
import { applyOf, hosts, plan, started } from '../../support/sample-run.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.parse(started.time) });
});
afterEach(() => {
  vi.useRealTimers();
});

function lasting(limitSeconds: number, play: PlannedPlay): PlannedPlay {
  const planned = play.hosts.map((host): PlannedHost => {
    if (host.decision.kind !== 'run') return host;
    const scripts = host.decision.scripts.map(script => ({ ...script, limitSeconds }));
    return { ...host, decision: { ...host.decision, scripts } };
  });
  return { ...play, hosts: planned };
}

/** What stderr has after `seconds` in which nothing comes, behind the events for which `until` is not true yet. */
async function waitAfter(isLast: (event: Event) => boolean, seconds: number) {
  const stderr = createMemoryStream();
  const reporter = createPlainReporter({
    stdout: createMemoryStream(),
    stderr,
    columns: () => 80,
    colour: { stdout: 'plain', stderr: 'plain' },
    verbosity: 'normal',
    now: () => Date.now(),
    onBrokenPipe: () => {},
  });
  for (const event of applyOf(lasting(90, plan(hosts('db1', 'db2', 'db3', 'db4'), { old: hosts('legacy1') })))) {
    vi.setSystemTime(Date.parse(event.time));
    reporter.read(event);
    if (isLast(event)) break;
  }
  const before = stderr.text().length;
  vi.advanceTimersByTime(seconds * 1000);
  await reporter.close();
  vi.advanceTimersByTime(3_600_000);
  return stderr.text().slice(before);
}

test('who is waited for in a probe is named after half a minute, and then ever more rarely', async () => {
  const heard = await waitAfter(event => event.kind === 'host-probed' && event.host === 'db2', 1900);
  expect(heard).toMatchInlineSnapshot(`
    "nothing heard for 30s: waiting for db[3,4],legacy1 at probe
    nothing heard for 1m: waiting for db[3,4],legacy1 at probe
    nothing heard for 2m: waiting for db[3,4],legacy1 at probe
    nothing heard for 4m: waiting for db[3,4],legacy1 at probe
    nothing heard for 8m: waiting for db[3,4],legacy1 at probe
    nothing heard for 16m: waiting for db[3,4],legacy1 at probe
    nothing heard for 26m: waiting for db[3,4],legacy1 at probe
    "
  `);
});

test('a build', async () => {
  expect(await waitAfter(({ kind }) => kind === 'build-started', 31)).toMatchInlineSnapshot(`
    "nothing heard for 30s: waiting for ioread_top5 on builder1 at build
    "
  `);
});

test('a build while others run: those that wait for it are not named as running', () => {
  const { tally, read } = createTally();
  const whole = lasting(90, plan(hosts('db1'), { old: hosts('legacy1') }));
  for (const event of applyOf(whole)) {
    if (event.kind === 'batch-started') read({ ...event, batch: 1, of: 1, hosts: hosts('db1', 'legacy1') });
    else if (event.kind !== 'build-finished' || event.result.kind === 'cached') read(event);
    if (event.kind === 'batch-started') break;
  }
  const [play] = tally.plays;
  const since = Date.parse(started.time);
  expect(play && describeWaiting(play, since + 60_000, since)).toBe(
    'nothing heard for 1m: waiting for ioread_top5 on builder1 at build and legacy1 at run',
  );
});

test('scripts that have time left, and such as should have ended', async () => {
  const isSecondBatch = (event: Event) => event.kind === 'script-armed' && event.host === 'legacy1';
  expect(await waitAfter(isSecondBatch, 121)).toMatchInlineSnapshot(`
    "nothing heard for 30s: waiting for db[2,4],legacy1 at run, batch 2 of 2; scripts have up to 1m left
    nothing heard for 1m: waiting for db[2,4],legacy1 at run, batch 2 of 2; scripts have up to 30s left
    nothing heard for 2m: waiting for db[2,4],legacy1 at run, batch 2 of 2
    "
  `);
});

test('scripts whose probes are not armed yet', async () => {
  const isLive = (event: Event) => event.kind === 'script-started' && event.host === 'legacy1';
  expect(await waitAfter(isLive, 31)).toMatchInlineSnapshot(`
    "nothing heard for 30s: waiting for db[2,4],legacy1 at run, batch 2 of 2; the kernel arms the probes of db[2,4],legacy1
    "
  `);
});

test('nobody is waited for, or the run is over', async () => {
  expect(await waitAfter(({ kind }) => kind === 'run-started', 100)).toBe('');
  expect(await waitAfter(({ kind }) => kind === 'run-finished', 100)).toBe('');
});
