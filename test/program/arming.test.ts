import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { startTapbook } from '../support/tapbook.ts';

const why = whyNoFleet();
if (why !== undefined) console.log(`arming is left out: ${why}`);

describe.skipIf(why !== undefined)('a script whose probes take their time to be armed', () => {
  let fleet: StandInFleet;
  beforeAll(async () => {
    fleet = await startStandInFleet('db1');
  });
  afterAll(() => fleet[Symbol.asyncDispose]());

  const apply = async (...more: readonly string[]) => {
    const playbook = await fleet.playbook(
      'io.yml',
      "- hosts: db\n  scripts: [{ name: io, inline: 'probe timer.s(1) { println(1) }', duration: 1s }]\n",
    );
    const args = ['apply', playbook, '-i', fleet.inventory, '--format', 'json', ...more];
    return startTapbook(args, { env: fleet.env });
  };
  const eventsOf = (stdout: string): readonly Event[] =>
    stdout.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]));
  const find = <Kind extends Event['kind']>(stdout: string, kind: Kind) =>
    eventsOf(stdout).find((event): event is Extract<Event, { kind: Kind }> => event.kind === kind);

  test('is traced for its duration from then on', { timeout: 120_000 }, async () => {
    const db1 = fleet.host('db1');
    await db1.hold('arm');
    const running = await apply();
    await db1.isHeld('arm');
    // It is live for longer than its duration.
    await expect.poll(() => running.stdout(), { timeout: 60_000 }).toContain('"script-started"');
    await new Promise(resolve => setTimeout(resolve, 2000));
    expect(running.stdout()).not.toContain('"script-finished"');
    await db1.letGo('arm');
    const { code, stdout } = await running.finished;
    expect(code, stdout).toBe(0);
    expect(find(stdout, 'script-armed')?.seconds).toBeGreaterThan(1.5);
    const { traced, cut, end } = find(stdout, 'script-finished') ?? {};
    expect({ cut, end }).toEqual({ cut: undefined, end: { kind: 'duration' } });
    expect(traced).toBeGreaterThanOrEqual(1);
    const said = eventsOf(stdout).flatMap(event => (event.kind === 'line' ? [event.text] : []));
    // What staprun says of itself is nobody's output.
    expect(said.filter(text => !/^line \d+$/.test(text))).toEqual(['started', 'END']);
    expect(await fleet.left()).toEqual([]);
  });

  test('has its limit for that', { timeout: 120_000 }, async () => {
    await fleet.host('db1').behave('unarmed');
    const { code, stdout } = await (await apply('--arm-timeout', '1s')).finished;
    await fleet.host('db1').behaveWell();
    expect(code, stdout).toBe(2);
    expect(find(stdout, 'script-finished')).toMatchObject({
      end: {
        kind: 'failed',
        failure: { stage: 'load', cause: expect.stringContaining('not armed 1 s after the load began') },
      },
    });
    expect(find(stdout, 'script-finished')?.traced).toBeUndefined();
    expect(find(stdout, 'script-armed')).toBeUndefined();
    expect(await fleet.left()).toEqual([]);
  });

  test('is stopped by Ctrl-C when the kernel is through with it, and has traced nothing', {
    timeout: 120_000,
  }, async () => {
    const db1 = fleet.host('db1');
    await db1.behave('unarmed');
    const running = await apply();
    await expect.poll(() => running.stdout(), { timeout: 60_000 }).toContain('"script-started"');
    running.kill('SIGINT');
    const { code, stdout } = await running.finished;
    await db1.behaveWell();
    expect(code, stdout).toBe(130);
    expect(find(stdout, 'host-finished')?.outcome).toEqual({
      kind: 'interrupted',
      notes: ['it was stopped before its probes were armed: it traced nothing'],
    });
    expect(await fleet.left()).toEqual([]);
  });
});
