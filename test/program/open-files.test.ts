import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BenchFleet, startBenchFleet } from '../bench/bench-fleet.ts';
import { whyNoFleet } from '../support/stand-in-fleet.ts';
import { eventsOf, parseEvents, runTapbook } from '../support/tapbook.ts';

/** More hosts than the program may have files open. */
const why = whyNoFleet();
if (why !== undefined) console.log(`runs under a limit of open files are left out: ${why}`);

const count = 100;
/** Of which some twenty are Node's own, and a quarter is for files. */
const limit = 96;

let fleet: BenchFleet;
let playbook = '';
beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startBenchFleet();
  playbook = join(fleet.folder, 'io.yml');
  await writeFile(playbook, "- hosts: fleet\n  scripts: [{ name: io, inline: 'probe begin {}', duration: 5s }]\n");
}, 60_000);
afterAll(() => fleet?.[Symbol.asyncDispose]());

describe.skipIf(why !== undefined)('under a limit of open files', () => {
  test('a fleet runs that is larger than it: each host, with all that it printed', async () => {
    const env = { ...fleet.env, XDG_STATE_HOME: join(fleet.folder, 'state') };
    const inventory = await fleet.inventory(count);
    const args = ['apply', playbook, '-i', inventory, '--forks', '60', '--format', 'json'];
    const { code, stdout, stderr } = await runTapbook(args, { env, openFiles: limit });
    const events = parseEvents(stdout);
    expect([code, stderr, eventsOf(events, 'run-finished')[0]?.hosts.ok]).toEqual([0, '', count]);
    expect(eventsOf(events, 'notice').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^limit of 96 open files: at most \d\d hosts at a time, whatever --forks says \(60\); /),
    ]);
    const { directory = '' } = eventsOf(events, 'run-started')[0] ?? {};
    const files = await readdir(join(directory, 'output'));
    expect(files).toHaveLength(count);
    for (const file of files) {
      expect(await readFile(join(directory, 'output', file), 'utf8'), file).toBe('first\nsecond\nthird\n');
    }
    expect(await fleet.left()).toEqual([]);
  });

  test('plan says so', async () => {
    const args = ['plan', playbook, '-i', await fleet.inventory(count), '--forks', '5'];
    const { code, stdout } = await runTapbook(args, { env: fleet.env, openFiles: limit });
    expect([code, stdout.replace(/\s+/g, ' ')]).toEqual([
      0,
      expect.stringMatching(
        /limit of 96 open files: at most \d\d hosts at a time of 100 stay connected; the others are connected to again/,
      ),
    ]);
  });

  test('that of the shell is raised to its hard limit', () => {
    const line = `ulimit -Sn 64; ${process.execPath} -e 'console.log(require("fs").readFileSync("/proc/self/limits", "utf8"))'`;
    const said = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
    const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(said) ?? [];
    expect([soft, Number(hard) > 64]).toEqual([hard, true]);
  });
});
