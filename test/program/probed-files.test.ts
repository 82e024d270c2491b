import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installProgram } from '../support/probed-program.ts';
import { type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { eventsOf, type Finished, parseEvents, startTapbook } from '../support/tapbook.ts';

const why = whyNoFleet();
if (why !== undefined) console.log(`probed files are left out: ${why}`);

/** The host sees it by the same path. */
let victim: string;
let fleet: StandInFleet;

const start = async (more = '') => {
  const script = `{ name: io, inline: 'probe process("${victim}").function("work") { println(1) }', duration: 1s }`;
  const playbook = await fleet.playbook('io.yml', `- hosts: db\n${more}  scripts: [${script}]\n`);
  return startTapbook(['apply', playbook, '-i', fleet.inventory, '--format', 'json'], { env: fleet.env });
};
const endOf = ({ stdout }: Finished) => eventsOf(parseEvents(stdout), 'script-finished')[0]?.end;
const loads = ({ stdout }: Finished) => eventsOf(parseEvents(stdout), 'script-started').length;

describe.skipIf(why !== undefined)('a script that probes a file', { timeout: 120_000 }, () => {
  let old: ChildProcessWithoutNullStreams | undefined;
  beforeAll(async () => {
    fleet = await startStandInFleet('db1');
    victim = join(fleet.host('db1').root, 'victim');
    await installProgram(victim, 0xa1);
    // What is held at its upload below is not its build, which is on the same host.
    await (await start()).finished;
  });
  afterAll(() => fleet[Symbol.asyncDispose]());
  beforeEach(() => installProgram(victim, 0xa1));
  afterEach(async () => {
    await fleet.host('db1').behaveWell();
    await rm(victim, { force: true });
    await end();
  });

  async function end(): Promise<void> {
    if (old === undefined || old.exitCode !== null || old.signalCode !== null) return;
    // ssh tells the end of its input, and waits until the process has ended by it.
    old.stdin.end();
    await once(old, 'exit');
    old = undefined;
  }

  /** On the host, until its standard input ends. */
  function begin(): ChildProcessWithoutNullStreams {
    const { knownHostsFile, privateKeyFile, port, user } = fleet.host('db1').sshd;
    const options = ['-F', 'none', '-o', `UserKnownHostsFile=${knownHostsFile}`, '-o', 'IdentitiesOnly=yes'];
    return spawn('ssh', [...options, '-i', privateKeyFile, '-p', String(port), `${user}@127.0.0.1`, victim]);
  }

  /** Runs it up to the upload, changes the file there, and lets it go on. */
  async function changeDuring(change: () => Promise<unknown>, more?: string): Promise<Finished> {
    const db1 = fleet.host('db1');
    // It would take the point that a run before came to for its own.
    await db1.behaveWell();
    await db1.hold('upload');
    const running = await start(more);
    await db1.isHeld('upload');
    await change();
    await db1.letGo('upload');
    return running.finished;
  }

  test('is loaded where the file is the one that it was built for', async () => {
    const finished = await (await start()).finished;
    expect(finished.code, finished.stdout).toBe(0);
    expect(endOf(finished)).toEqual({ kind: 'duration' });
    expect(await fleet.left()).toEqual([]);
  });

  test('is not where the file was replaced between the plan and the load', async () => {
    const finished = await changeDuring(() => installProgram(victim, 0xb2));
    expect(finished.code, finished.stdout).toBe(2);
    expect(endOf(finished)).toMatchObject({
      kind: 'failed',
      failure: {
        stage: 'load',
        cause: `${victim} is another file there than the one that the module is for: its build-id is b2b2b2b2b2b2, not a1a1a1a1a1a1`,
      },
    });
    expect(loads(finished)).toBe(0);
    expect(await fleet.left()).toEqual([]);
  });

  test('is not where a process still runs the former file; such hosts can be left out', async () => {
    const upgrade = async (): Promise<void> => {
      await installProgram(victim, 0xb2);
      old = begin();
      old.stdin.write('x');
      await once(old.stdout, 'data');
      await installProgram(victim, 0xa1);
    };
    const finished = await changeDuring(upgrade);
    expect(finished.code, finished.stdout).toBe(2);
    expect(endOf(finished)).toMatchObject({
      failure: {
        cause: expect.stringMatching(
          /^a process runs another \S+ than .*: \d+ victim \(build-id b2b2b2b2b2b2, replaced/,
        ),
      },
    });
    expect(loads(finished)).toBe(0);
    await end();
    const skipping = await changeDuring(upgrade, '  stale_processes: skip\n');
    expect(skipping.code, skipping.stdout).toBe(0);
    expect(eventsOf(parseEvents(skipping.stdout), 'host-finished')[0]?.outcome).toMatchObject({ kind: 'skipped' });
  });

  test('is stopped at once where SystemTap finds another file in a process', async () => {
    await fleet.host('db1').behave('mismatch');
    const finished = await (await start()).finished;
    expect(finished.code, finished.stdout).toBe(2);
    expect(endOf(finished)).toMatchObject({
      kind: 'failed',
      failure: {
        cause: expect.stringMatching(/^process 217 runs another .*its build-id is b2b2, not a1a1.* been hurt$/),
      },
    });
    expect(eventsOf(parseEvents(finished.stdout), 'script-finished')[0]?.left.module).toBe('none');
    expect(await fleet.left()).toEqual([]);
  });
});
