import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import type { Finished } from '../support/tapbook.ts';

const why = whyNoFleet();
if (why !== undefined) console.log(`applies in a bare environment are left out: ${why}`);

const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;
let fleet: StandInFleet;
let apply = '';
let own = '';
beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startStandInFleet('db1');
  const playbook = await fleet.playbook(
    'io.yml',
    "- hosts: db\n  scripts: [{ name: io, inline: 'probe begin {}', duration: 1s }]\n",
  );
  apply = `${process.execPath} ${program} apply ${playbook} -i ${fleet.inventory}`;
}, 60_000);
beforeEach(async () => {
  own = await mkdtemp(join(tmpdir(), 'bare-environment-'));
  // As /tmp is: everybody may write, and has what is their own.
  await chmod(own, 0o1777);
});
afterEach(() => rm(own, { recursive: true, force: true }));
afterAll(() => fleet?.[Symbol.asyncDispose]());

/** Runs a line of shell in which APPLY is an apply and DIRS name its state and its cache, with no environment at all. */
function run(line: string): Promise<Finished> {
  const dirs = `XDG_STATE_HOME=${own}/state XDG_CACHE_HOME=${own}/cache`;
  const text = line.replaceAll('APPLY', apply).replaceAll('DIRS', dirs).replaceAll('OWN', own);
  return new Promise(resolve => {
    const child = execFile(
      '/bin/sh',
      ['-c', text],
      { env: {}, cwd: own, timeout: 50_000 },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr: stderr.replaceAll(own, 'OWN') });
      },
    );
    child.stdin?.end();
  });
}

/** How the only run of the history came out, with how many lines db1 has printed: nothing of it is lost. */
async function kept(): Promise<unknown> {
  const root = join(own, 'state/tapbook/runs');
  const [id = '', ...others] = await readdir(root);
  expect(others).toEqual([]);
  const { finished, complete } = JSON.parse(await readFile(join(root, id, 'run.json'), 'utf8'));
  const lines = (await readFile(join(root, id, 'output/db1.txt'), 'utf8')).split('\n');
  return [finished.exitCode, complete, lines[0], lines.at(-2)];
}

const whole = [0, true, 'started', 'END'];

describe.skipIf(why !== undefined)('an apply', () => {
  test.each([
    ['no environment at all, so no HOME, PATH, TERM and agent', 'env -i DIRS APPLY -q'],
    ['standard input closed', 'env -i DIRS APPLY -q <&-'],
    ['all three streams closed', 'env -i DIRS APPLY <&- >&- 2>&-'],
    ['outputs closed, as JSON', 'env -i DIRS APPLY --format json >&- 2>&-'],
  ])('goes well with %s', async (_what, line) => {
    expect(await run(line)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await kept()).toEqual(whole);
  });

  test('goes well where the current directory is gone, and says so', async () => {
    await mkdir(join(own, 'gone'));
    expect(await run('cd gone && rmdir OWN/gone && env -i DIRS APPLY -q')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'warning: the current directory has been removed; paths are taken from /\n',
    });
    expect(await kept()).toEqual(whole);
  });

  test('lets nobody else read what it keeps, whatever the umask', async () => {
    const { code, stdout } = await run('umask 0; env -i DIRS APPLY -q; find OWN/state OWN/cache -perm /077');
    expect([code, stdout]).toEqual([0, '']);
    expect(await kept()).toEqual(whole);
  });

  test.each([
    [
      'HOME is no folder',
      'env -i HOME=/dev/null APPLY -q',
      "ENOTDIR: not a directory, mkdir '/dev/null/.local/state/tapbook/locks'",
    ],
    [
      'HOME is where nothing can be made',
      'env -i HOME=/proc APPLY -q',
      "ENOENT: no such file or directory, mkdir '/proc/.local'",
    ],
    [
      'the user has no account, and so no HOME',
      'chmod -R go+rX FLEET; setpriv --reuid 54321 --regid 54321 --clear-groups env -i APPLY -q',
      "EACCES: permission denied, mkdir '/.local'",
    ],
  ])('is refused with exit 3 before anything is touched where %s', async (_what, line, reason) => {
    const { code, stdout, stderr } = await run(line.replace('FLEET', fleet.folder));
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^error no-lock: cannot take a lock in \S+: /);
    expect(stderr).toContain(`${reason}; set XDG_STATE_HOME to a folder of your own that can be written to\n`);
  });

  test.each([
    ['belongs to another user', 'chown 54321 OWN/shared', 'belongs to another user (54321)'],
    ['everybody may write to', 'chmod 777 OWN/shared', 'may be written to by everybody'],
  ])(
    'is refused with exit 3 where the cache is in a folder that %s: its modules would be loaded',
    async (_what, line, why) => {
      const make = `mkdir -p OWN/shared; ${line}`;
      const { code, stdout, stderr } = await run(
        `${make}; env -i XDG_STATE_HOME=OWN/state XDG_CACHE_HOME=OWN/shared APPLY -q; code=$?; rm -r OWN/shared; exit $code`,
      );
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(/^error unsafe-folder: the cache of modules is not safe: \S+\/shared /);
      expect(stderr).toContain(`${why}; set XDG_CACHE_HOME to a folder of your own, or mend owner and mode\n`);
    },
  );

  test('goes on without a cache that cannot be written, and says so', async () => {
    const { code, stdout, stderr } = await run('env -i XDG_STATE_HOME=OWN/state XDG_CACHE_HOME=/dev/null APPLY -q');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(
      "\nwarning: the module io cannot be kept in the cache: ENOTDIR: not a directory, mkdir '/dev/null/tapbook/modules'\n",
    );
    expect(await kept()).toEqual(whole);
  });

  test('ends where the cache is said to be below /proc', async () => {
    const { code, stderr } = await run('env -i XDG_STATE_HOME=OWN/state XDG_CACHE_HOME=/proc APPLY -q');
    expect(code).toBe(0);
    expect(stderr).toContain(
      "warning: the module io cannot be kept in the cache: ENOENT: no such file or directory, mkdir '/proc/tapbook'\n",
    );
  });
});
