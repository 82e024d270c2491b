import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type GitRepository, makeGitRepository } from '../support/git-repository.ts';
import { type Finished, runTapbook } from '../support/tapbook.ts';
import { onTerminal } from './terminal-rig.ts';

/** A stranger's repository, and what its programs have left when they were run. */
interface Strange extends GitRepository {
  readonly env: Readonly<Record<string, string>>;
  readonly tapbook: (...args: readonly string[]) => Promise<Finished>;
  /** Runs these command lines; of each its exit code, and whether it has run something of the repository. */
  readonly each: (lines: readonly string[]) => Promise<readonly Outcome[]>;
  /** How often something of the repository was run since the last call. */
  readonly timesRun: () => Promise<number>;
}

interface Outcome extends Finished {
  readonly line: string;
  readonly hasRun: boolean;
}

const play = `- hosts: all
  build_hosts: all
  scripts:
    - { name: io, inline: 'probe begin { exit() }', duration: 1s }
`;
/** `db1` refuses connections at once. */
const listing = JSON.stringify({
  all: { hosts: ['db1'] },
  _meta: { hostvars: { db1: { ansible_host: '127.0.0.1', ansible_port: 1 } } },
});

async function makeStrange(files: Readonly<Record<string, string>>): Promise<Strange> {
  const repository = await makeGitRepository();
  const own = await mkdtemp(join(tmpdir(), 'tapbook-own-'));
  onTestFinished(async () => {
    await repository[Symbol.asyncDispose]();
    await rm(own, { recursive: true, force: true });
  });
  const tally = join(own, 'tally');
  await writeFile(tally, '');
  await chmod(tally, 0o666);
  const withTally = Object.entries(files).map(([name, text]) => [name, text.replaceAll('TALLY', tally)]);
  await repository.commit({ 'io.yml': play, ...Object.fromEntries(withTally) });
  const env = { HOME: own, XDG_STATE_HOME: join(own, 'state'), XDG_CACHE_HOME: join(own, 'cache') };
  return {
    ...repository,
    env,
    tapbook: (...args) => runTapbook(args, { env, cwd: repository.root }),
    each(lines) {
      const limit = pLimit(4);
      const run = async (line: string, index: number): Promise<Outcome> => {
        const mark = join(own, `mark-${index}`);
        const finished = await runTapbook(line.split(' '), { env: { ...env, MARK: mark }, cwd: repository.root });
        const hasRun = await rm(mark).then(
          () => true,
          () => false,
        );
        return { ...finished, line, hasRun };
      };
      return Promise.all(lines.map((line, index) => limit(() => run(line, index))));
    },
    async timesRun() {
      const lines = (await readFile(tally, 'utf8')).split('\n').length - 1;
      await writeFile(tally, '');
      return lines;
    },
  };
}

const program = `#!/bin/sh\necho run >>"TALLY"\n: >"\${MARK:-/dev/null}"\necho '${listing}'\n`;
const named = { 'tapbook.yml': '# ours\ninventory: inv.py\n', 'inv.py': program };

/** Each command that reads an inventory, and its exit code where the program is not run, and where it is. */
const commands: readonly (readonly [line: string, untrusted: number, trusted: number])[] = [
  ['check io.yml', 0, 0],
  ['check io.yml --ref HEAD', 0, 0],
  ['inventory list', 3, 0],
  ['inventory graph', 3, 0],
  ['inventory host db1', 3, 0],
  ['diff-plan HEAD', 3, 0],
  ['schedule io.yml --cron @hourly', 3, 0],
  ['clean --check', 3, 4],
  ['trust all --check', 3, 4],
  ['facts', 3, 4],
  ['doctor', 3, 4],
  ['doctor io.yml', 3, 4],
  ['plan io.yml', 3, 4],
  ['plan io.yml --ref HEAD', 3, 4],
  ['build io.yml', 3, 4],
  ['apply io.yml', 3, 4],
  ['apply io.yml --check', 3, 4],
];

describe('an inventory program that tapbook.yml names', () => {
  test('is run in a trusted folder only, until tapbook.yml changes, and every command says so', async () => {
    const strange = await makeStrange(named);
    const lines = commands.map(([line]) => line);
    const outcomes = ({ line, code, hasRun, stderr }: Outcome) => [
      line,
      code,
      hasRun,
      stderr.includes('untrusted-folder'),
    ];
    const before = await strange.each(lines);
    expect(before.map(outcomes)).toEqual(commands.map(([line, untrusted]) => [line, untrusted, false, true]));
    for (const { stderr } of before) {
      expect(stderr).toMatch(
        /tapbook\.yml:2:12 (?:error|warning) untrusted-folder: the program (?:\/\S+\/)?inv\.py was not run/,
      );
      expect(stderr).toContain(`tapbook trust-folder ${strange.root}, or name the inventory with -i`);
    }
    expect((await strange.tapbook('trust-folder')).code).toBe(0);
    const after = await strange.each(lines);
    expect(after.map(outcomes)).toEqual(commands.map(([line, , trusted]) => [line, trusted, true, false]));
    await strange.write({ 'tapbook.yml': '# theirs\ninventory: inv.py\n' });
    // A revision is as it was.
    const onDisk = commands.filter(([line]) => !line.includes('--ref'));
    const changed = await strange.each(onDisk.map(([line]) => line));
    expect(changed.map(outcomes)).toEqual(onDisk.map(([line, untrusted]) => [line, untrusted, false, true]));
    for (const { stderr } of changed) {
      expect(stderr).toContain(`tapbook.yml is not as it was when you trusted ${strange.root}`);
    }
  });

  test('is run where -i or $TAPBOOK_INVENTORY names it', async () => {
    const strange = await makeStrange(named);
    expect((await strange.tapbook('inventory', 'list', '-i', 'inv.py')).stdout).toBe('db1\n');
    const env = { ...strange.env, TAPBOOK_INVENTORY: 'inv.py' };
    expect((await runTapbook(['inventory', 'list'], { env, cwd: strange.root })).stdout).toBe('db1\n');
    expect(await strange.timesRun()).toBe(2);
  });

  test.each([
    ['in a directory', 'inventory: inv\n', { 'inv/a.py': program, 'inv/b.yml': 'all: { hosts: { db2: } }\n' }],
    ['among others', 'inventory: ["db3,", inv.py]\n', { 'inv.py': program }],
    ['behind a link', 'inventory: link\n', { 'inv.py': program, link: '-> inv.py' }],
    ['behind a link to a directory', 'inventory: link\n', { 'inv/deep/a': program, link: '-> inv' }],
    ['by its absolute path', 'inventory: ROOT/inv.py\n', { 'inv.py': program }],
    ['by a name that would move the cursor', 'inventory: "a\\eb"\n', { 'a\x1bb': program }],
  ])('%s is not run either', async (_where, defaults, files) => {
    const strange = await makeStrange({ 'tapbook.yml': 'forks: 1\n', ...files });
    await strange.write({ 'tapbook.yml': defaults.replace('ROOT', strange.root) });
    const { code, stderr } = await strange.tapbook('inventory', 'list');
    expect([code, await strange.timesRun()]).toEqual([3, 0]);
    expect(stderr).toMatch(/tapbook\.yml:1:\d+ error untrusted-folder: the program /);
    expect(stderr).not.toContain('\x1b');
    await strange.tapbook('trust-folder');
    await strange.tapbook('inventory', 'list');
    expect(await strange.timesRun()).toBeGreaterThan(0);
  });

  test('as of a revision, the tapbook.yml of that revision counts', async () => {
    const strange = await makeStrange(named);
    await strange.tapbook('trust-folder');
    await strange.commit({ 'tapbook.yml': 'inventory: [inv.py]\n' });
    const { code, stderr } = await strange.tapbook('plan', 'io.yml', '--ref', 'HEAD');
    expect([code, await strange.timesRun()]).toEqual([3, 0]);
    expect(stderr).toContain('HEAD:tapbook.yml:1:13 error untrusted-folder');
    expect((await strange.tapbook('plan', 'io.yml', '--ref', 'HEAD~1')).code).toBe(4);
    expect(await strange.timesRun()).toBe(1);
  });

  test('is no matter for a tapbook.yml whose inventory is a text', async () => {
    const strange = await makeStrange({ 'tapbook.yml': 'inventory: hosts.ini\n', 'hosts.ini': 'db1\n' });
    expect(await strange.tapbook('inventory', 'list')).toEqual({ code: 0, stdout: 'db1\n', stderr: '' });
  });
});

describe('what an inventory that tapbook.yml names has run on this machine', () => {
  const connecting = [
    'facts',
    'doctor',
    'doctor io.yml',
    'trust all --check',
    'clean --check',
    'plan io.yml',
    'apply io.yml',
  ];

  test('no command connects to a host whose ProxyCommand nobody has trusted', async () => {
    const strange = await makeStrange({
      'tapbook.yml': 'inventory: hosts.ini\n',
      'hosts.ini': 'db1\n',
      'group_vars/all.yml': 'ansible_ssh_common_args: -o ProxyCommand=ROOT/evil\n',
      evil: '#!/bin/sh\n: >"$MARK"\n',
    });
    const path = join(strange.root, 'group_vars/all.yml');
    await writeFile(path, (await readFile(path, 'utf8')).replace('ROOT', strange.root));
    const before = await strange.each(connecting);
    expect(before.map(({ code, hasRun }) => [code, hasRun])).toEqual(connecting.map(() => [3, false]));
    for (const { stderr } of before) {
      expect(stderr).toContain(
        'group_vars/all.yml:1:26 error untrusted-folder: what ansible_ssh_common_args names (ProxyCommand) was not run',
      );
    }
    await strange.tapbook('trust-folder');
    const after = await strange.each(connecting);
    // `trust` leaves such hosts to ssh.
    expect(after.map(({ line, hasRun }) => [line, hasRun])).toEqual(
      connecting.map(line => [line, !line.startsWith('trust')]),
    );
  });

  test('commands that connect to nobody go on', async () => {
    const strange = await makeStrange({
      'tapbook.yml': 'inventory: hosts.ini\n',
      'hosts.ini': 'db1 ansible_ssh_common_args="-o ProxyCommand=false"\n',
    });
    const went = await strange.each(['check io.yml', 'inventory list', 'inventory host db1', 'diff-plan HEAD']);
    expect(went.map(({ code, stderr }) => [code, stderr.includes('untrusted')])).toEqual(went.map(() => [0, false]));
  });
});

test('a program that a saved plan names as its inventory is run in a trusted folder only, or where -i names it', async () => {
  const strange = await makeStrange({ 'inv.py': program });
  const lines = [
    'plan io.plan',
    'build io.plan',
    'apply io.plan',
    'apply io.plan --check',
    'schedule io.plan --cron @hourly',
  ];
  const codes = [4, 4, 4, 4, 0];
  expect((await strange.tapbook('plan', 'io.yml', '-i', 'inv.py', '--out', 'io.plan')).code).toBe(4);
  const outcomes = async (more = '') =>
    (await strange.each(lines.map(line => line + more))).map(({ code, hasRun, stderr }) => [code, hasRun, stderr]);
  const said = expect.stringMatching(
    /^error untrusted-folder: the program inv\.py was not run: it comes by io\.plan, and \S+ is not trusted; if you know what it does: tapbook trust-folder \S+, or name the inventory with -i$/m,
  );
  expect(await outcomes()).toEqual(lines.map(() => [3, false, said]));
  const anything = expect.any(String);
  expect(await outcomes(' -i inv.py')).toEqual(codes.map(code => [code, true, anything]));
  await strange.tapbook('trust-folder');
  expect(await outcomes()).toEqual(codes.map(code => [code, true, anything]));
});

test('tapbook.yml has no key for a password script', async () => {
  const strange = await makeStrange({
    'tapbook.yml': 'vault_password_file: x\nbecome_password_file: x\nexpand: true\n',
  });
  const { code, stderr } = await strange.tapbook('check', 'io.yml');
  expect([code, stderr.match(/error unknown-key/g)?.length]).toEqual([3, 3]);
});

describe('tapbook.yml of somebody else', () => {
  test('is not followed if it is a link, whoever made it', async () => {
    const strange = await makeStrange({
      'real.yml': 'inventory: inv.py\n',
      'inv.py': program,
      'tapbook.yml': '-> real.yml',
    });
    const { code, stderr } = await strange.tapbook('inventory', 'list');
    expect([code, await strange.timesRun()]).toEqual([3, 0]);
    expect(stderr).toContain(
      'warning skipped-file: tapbook.yml is not read: it is a symbolic link; put a copy there\n',
    );
    expect(await strange.tapbook('trust-folder')).toMatchObject({ code: 3, stdout: '' });
  });

  test.each([
    [
      'in a folder that everybody may write to',
      0o777,
      '',
      /its folder is open to others: \/\S+\/shared may be written to by everybody/,
    ],
    ['below one', 0o777, 'below', /its folder is open to others: \/\S+\/shared may be written to by everybody/],
    ['which everybody may write to', 0o755, '', /it may be written to by everybody/],
  ])('is not read %s, unless that folder is vouched for', async (_where, mode, below, said) => {
    const strange = await makeStrange({});
    const shared = join(strange.env['HOME'] ?? '', 'shared');
    await mkdir(join(shared, below), { recursive: true });
    await chmod(shared, mode);
    const path = join(shared, below, 'tapbook.yml');
    await writeFile(path, 'inventory: "db7,"\n');
    await chmod(path, mode === 0o755 ? 0o666 : 0o644);
    const cwd = join(shared, below);
    const skipped = await runTapbook(['inventory', 'list'], { env: strange.env, cwd });
    expect(skipped.code).toBe(3);
    expect(skipped.stderr).toMatch(said);
    expect(skipped.stderr).toContain(`TAPBOOK_TRUSTED_FOLDERS=${cwd}`);
    expect((await runTapbook(['trust-folder'], { env: strange.env, cwd })).code).toBe(3);
    const env = { ...strange.env, TAPBOOK_TRUSTED_FOLDERS: `/nowhere:${shared}` };
    expect((await runTapbook(['inventory', 'list'], { env, cwd })).stdout).toBe('db7\n');
  });

  test.skipIf(process.getuid?.() !== 0)(
    "root follows neither nobody's link in a shared folder nor nobody's file, and under sudo the caller's file",
    async () => {
      const strange = await makeStrange(named);
      const shared = join(strange.env['HOME'] ?? '', 'shared');
      await mkdir(shared);
      await chmod(strange.env['HOME'] ?? '', 0o755);
      await chmod(shared, 0o777);
      const asNobody = { uid: 65_534, gid: 65_534 };
      await promisify(execFile)('ln', ['-s', join(strange.root, 'tapbook.yml'), join(shared, 'tapbook.yml')], asNobody);
      const list = (env = {}) => runTapbook(['inventory', 'list'], { env: { ...strange.env, ...env }, cwd: shared });
      expect((await list()).stderr).toContain('it is a symbolic link');
      await rm(join(shared, 'tapbook.yml'));
      await copyFile(join(strange.root, 'inv.py'), join(shared, 'inv.py'));
      await writeFile(join(shared, 'tapbook.yml'), 'inventory: inv.py\n');
      await chmod(shared, 0o755);
      await chown(join(shared, 'tapbook.yml'), 65_534, 65_534);
      expect((await list()).stderr).toContain('it belongs to another user (uid 65534)');
      await chown(join(shared, 'tapbook.yml'), 0, 0);
      await chown(shared, 65_534, 65_534);
      expect((await list()).stderr).toContain(
        `its folder is open to others: ${shared} belongs to another user (65534)`,
      );
      await chown(shared, 4321, 4321);
      await chown(join(shared, 'tapbook.yml'), 4321, 4321);
      expect((await list()).stderr).toContain('it belongs to another user (uid 4321)');
      expect((await list({ SUDO_UID: '4321' })).stderr).toContain(
        'error untrusted-folder: the program inv.py was not run',
      );
      expect(await strange.timesRun()).toBe(0);
    },
  );
});

describe('trust-folder', () => {
  test('keeps who trusts what for its owner alone, lists it, and forgets it', async () => {
    const strange = await makeStrange(named);
    const { root, tapbook, env } = strange;
    await mkdir(join(root, 'a/b'), { recursive: true });
    expect(await tapbook('trust-folder', 'a/b')).toEqual({
      code: 0,
      stdout: `trusted: ${root}, until its tapbook.yml changes\nIt names:\n  the program ${root}/inv.py\n`,
      stderr: '',
    });
    const kept = join(env['XDG_STATE_HOME'] ?? '', 'tapbook/trusted-folders');
    const [file = ''] = await readdir(kept);
    expect([(await lstat(kept)).mode & 0o777, (await lstat(join(kept, file))).mode & 0o777]).toEqual([0o700, 0o600]);
    expect((await tapbook('trust-folder', '--list')).stdout).toBe(`trusted  ${root}\n`);
    await strange.write({ 'tapbook.yml': 'inventory: inv.py\n' });
    expect((await tapbook('trust-folder', '--list')).stdout).toBe(`changed  ${root}\n`);
    // As it was, it is trusted: branches come and go.
    await strange.write(named);
    expect((await tapbook('trust-folder', '--list')).stdout).toBe(`trusted  ${root}\n`);
    expect((await tapbook('trust-folder', '--remove')).stdout).toBe(`not trusted any more: ${root}\n`);
    expect((await tapbook('trust-folder', '--remove')).stdout).toBe(`it was not trusted: ${root}\n`);
    expect((await tapbook('trust-folder', '--list')).stdout).toBe('no folder is trusted\n');
    expect((await tapbook('inventory', 'list')).code).toBe(3);
    expect(await strange.timesRun()).toBe(0);
  });

  test('a record that others could have written counts for nothing', async () => {
    const strange = await makeStrange(named);
    await strange.tapbook('trust-folder');
    const kept = join(strange.env['XDG_STATE_HOME'] ?? '', 'tapbook/trusted-folders');
    await chmod(kept, 0o777);
    expect((await strange.tapbook('inventory', 'list')).code).toBe(3);
    expect(await strange.tapbook('trust-folder')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('may be written to by everybody'),
    });
    await chmod(kept, 0o700);
    const [file = ''] = await readdir(kept);
    await symlink(join(kept, file), join(kept, 'x'));
    await chmod(join(kept, file), 0o666);
    expect((await strange.tapbook('inventory', 'list')).code).toBe(3);
    expect(await strange.timesRun()).toBe(0);
  });

  test('the line of a crontab runs by the trust of its user, or of the variable', async () => {
    const strange = await makeStrange(named);
    await strange.tapbook('trust-folder');
    const { stdout } = await strange.tapbook('schedule', 'io.yml', '--cron', '@hourly');
    const [, command = ''] = /^@hourly (.*)$/m.exec(stdout) ?? [];
    await strange.timesRun();
    const bare = { env: { HOME: '/', PATH: process.env['PATH'] } };
    await promisify(execFile)('sh', ['-c', command], bare).catch(() => undefined);
    expect(await strange.timesRun()).toBeGreaterThan(0);
    await strange.tapbook('trust-folder', '--remove');
    const env = { ...strange.env, TAPBOOK_TRUSTED_FOLDERS: strange.root };
    const vouched = await runTapbook(['schedule', 'io.yml', '--cron', '@hourly'], { env, cwd: strange.root });
    expect(vouched.stdout).toContain(`TAPBOOK_TRUSTED_FOLDERS=${strange.root}`);
  });

  test('a folder that is not there, or in which anybody may put files, is not trusted', async () => {
    const strange = await makeStrange({});
    expect(await strange.tapbook('trust-folder', 'gone')).toMatchObject({ code: 3, stdout: '' });
    const shared = join(strange.env['HOME'] ?? '', 'sticky');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    expect(await strange.tapbook('trust-folder', shared)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(
        `unsafe-folder: its folder is open to others: ${shared} may be written to by everybody`,
      ),
    });
  });
});

describe('a command of expand', () => {
  const expanding = `- hosts: db1
  build_hosts: db1
  scripts:
    - { name: io, expand: tools/make, duration: 1s }
`;
  const files = {
    'plays/io.yml': expanding,
    'plays/tools/make': '#!/bin/sh\n: >"$MARK"\necho "probe begin { exit() }"\n',
    'hosts.ini': 'db1 ansible_host=127.0.0.1 ansible_port=1\n',
  };
  const lines = ['plan', 'plan --ref HEAD', 'build', 'apply', 'apply --check', 'schedule --cron @hourly'].map(
    line => `${line} plays/io.yml -i hosts.ini`,
  );

  test('is run in a trusted folder only, with a tapbook.yml or without one', async () => {
    const strange = await makeStrange(files);
    const before = await strange.each(lines);
    expect(before.map(({ code, hasRun }) => [code, hasRun])).toEqual(lines.map(() => [3, false]));
    for (const { stderr } of before) {
      expect(stderr).toContain(
        'plays/io.yml:4:27 error untrusted-folder: the program tools/make was not run: it comes by plays/io.yml',
      );
      expect(stderr).toContain(`tapbook trust-folder ${strange.root}, or give --expand`);
    }
    expect((await strange.tapbook('trust-folder', 'plays')).stdout).toBe(
      `trusted: ${strange.root}, until there is a tapbook.yml\n`,
    );
    const after = await strange.each(lines);
    const isScheduled = (line: string): boolean => line.startsWith('schedule');
    expect(after.map(({ code, hasRun }) => [code, hasRun])).toEqual(
      lines.map(line => (isScheduled(line) ? [0, false] : [4, true])),
    );
    await strange.commit({ 'plays/tapbook.yml': 'forks: 3\n' });
    const changed = await strange.each(lines);
    expect(changed.map(({ code, hasRun }) => [code, hasRun])).toEqual(lines.map(() => [3, false]));
    await strange.tapbook('trust-folder', 'plays');
    expect((await strange.tapbook('trust-folder', '--list')).stdout).toBe(
      `trusted  ${strange.root}\ntrusted  ${strange.root}/plays\n`,
    );
    expect((await strange.each(lines)).map(({ code }) => code)).toEqual(lines.map(line => (isScheduled(line) ? 0 : 4)));
  });

  test('is run where --expand says so, and by the job that is scheduled with it', async () => {
    const strange = await makeStrange(files);
    const asked = await strange.each(lines.map(line => `${line} --expand`));
    expect(asked.map(({ line, hasRun }) => [line, hasRun])).toEqual(
      asked.map(({ line }) => [line, !line.startsWith('schedule')]),
    );
    expect(asked.at(-1)?.stdout).toContain(' --expand');
  });

  test.skipIf(process.getuid?.() !== 0)(
    'a trusted repository does not vouch for what a link in it leads to, nor for a folder of others in it',
    async () => {
      const strange = await makeStrange({});
      const ours = await makeStrange({ 'tools/make': files['plays/tools/make'], 'hosts.ini': files['hosts.ini'] });
      await strange.write(files);
      await ours.tapbook('trust-folder');
      await symlink(strange.root, join(ours.root, 'link'));
      await symlink(join(strange.root, 'plays/io.yml'), join(ours.root, 'linked.yml'));
      for (const name of ['open', 'theirs']) {
        await ours.write({ [`${name}/io.yml`]: expanding, [`${name}/tools/make`]: files['plays/tools/make'] });
      }
      await chmod(join(ours.root, 'open'), 0o777);
      await chown(join(ours.root, 'theirs'), 4321, 4321);
      const paths = ['link/plays/io.yml', 'linked.yml', 'open/io.yml', 'theirs/io.yml'];
      const outcomes = await ours.each(paths.map(path => `plan ${path} -i hosts.ini`));
      expect(outcomes.map(({ code, hasRun }) => [code, hasRun])).toEqual(paths.map(() => [3, false]));
      const said = [
        // What lies outside is not quoted, the name of its program included.
        'link/plays/io.yml:4:27 error untrusted-folder: ',
        'linked.yml:4:27 error untrusted-folder: ',
        `its folder is open to others: ${ours.root}/open may be written to by everybody;`,
        `its folder is open to others: ${ours.root}/theirs belongs to another user (4321);`,
      ];
      for (const [index, { stderr }] of outcomes.entries()) expect(stderr).toContain(said[index]);
    },
  );

  test('nothing else runs it by itself', async () => {
    const strange = await makeStrange(files);
    await strange.tapbook('trust-folder');
    const others = [
      'check plays/io.yml -i hosts.ini',
      'doctor plays/io.yml -i hosts.ini',
      'diff-plan HEAD -i hosts.ini',
    ];
    expect((await strange.each(others)).map(({ hasRun }) => hasRun)).toEqual([false, false, false]);
  });
});

describe('on a terminal', () => {
  const command = JSON.stringify(new URL('../../dist/tapbook.js', import.meta.url).pathname);
  const code = (cwd: string, ...args: readonly string[]): string => `
    process.chdir(${JSON.stringify(cwd)});
    const { spawnSync } = await import('node:child_process');
    const args = [${command}, ...${JSON.stringify(args.length === 0 ? ['inventory', 'list'] : args)}];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    console.log('ended ' + status);`;

  test('it is asked once, and yes is kept', async () => {
    const strange = await makeStrange(named);
    const options = { env: strange.env, stdin: { is: 'terminal' } } as const;
    const { shown: no } = await onTerminal(code(strange.root), [['[y/N] ', 'n\r']], options);
    expect(no).toContain(
      `tapbook.yml has run on this machine:\n  the program inv.py\nTrust ${strange.root}, and run what is named there`,
    );
    expect(no).toContain('ended 3\n');
    expect(await strange.timesRun()).toBe(0);
    const { shown: yes } = await onTerminal(code(strange.root), [['[y/N] ', 'y\r']], options);
    expect(yes).toContain('db1\nended 0\n');
    const { shown: later } = await onTerminal(code(strange.root), [], options);
    expect(later).toMatch(/^db1\nended 0\n/);
    expect(await strange.timesRun()).toBe(2);
    await strange.write({ 'tapbook.yml': 'inventory: [inv.py]\n' });
    const { shown: changed } = await onTerminal(code(strange.root), [['[y/N] ', '\r']], options);
    expect(changed).toContain(`tapbook.yml is not as it was when you trusted ${strange.root}.\n`);
    expect(changed).toContain('ended 3\n');
  });

  test('about an inventory and an expand of the same folder it is asked once, whatever the answer', async () => {
    const strange = await makeStrange({
      ...named,
      'io.yml': play.replace("inline: 'probe begin { exit() }'", 'expand: ./make'),
      make: '#!/bin/sh\necho run >>"TALLY"\necho "probe begin { exit() }"\n',
    });
    const options = { env: strange.env, stdin: { is: 'terminal' } } as const;
    const plan = code(strange.root, 'plan', 'io.yml');
    const { shown: no } = await onTerminal(plan, [['[y/N] ', 'n\r']], options);
    expect([no.match(/\[y\/N\]/g)?.length, no.match(/ was not run: /g)?.length]).toEqual([1, 2]);
    expect(no).toContain('ended 3\n');
    expect(await strange.timesRun()).toBe(0);
    // Also where the answer cannot be kept.
    const unkept = { ...options, env: { ...strange.env, XDG_STATE_HOME: '/dev/null' } };
    const { shown: yes } = await onTerminal(plan, [['[y/N] ', 'y\r']], unkept);
    expect(yes.match(/\[y\/N\]/g)).toHaveLength(1);
    expect(await strange.timesRun()).toBe(2);
  });

  test('nobody is asked where standard input is none', async () => {
    const strange = await makeStrange(named);
    const { shown } = await onTerminal(code(strange.root), [], { env: strange.env, stdin: 'y\n' });
    expect(shown).not.toContain('[y/N]');
    expect(shown).toContain('ended 3\n');
  });
});
