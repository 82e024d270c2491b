import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runTapbook } from '../support/tapbook.ts';

const run = promisify(execFile);

let folder = '';
let env: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-init-'));
  env = { HOME: folder, XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const tapbook = (cwd: string, ...args: readonly string[]) => runTapbook(args, { env, cwd });

async function filesOf(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return files.map(file => file.slice(root.length + 1)).sort();
}

describe('init', () => {
  test('writes a repository that passes every check, as its jobs for CI run it', async () => {
    const root = join(folder, 'fresh');
    expect(await tapbook(folder, 'init', 'fresh', '--ci', 'both')).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "",
        "stdout": "wrote fresh/.github/workflows/tapbook.yml
      wrote fresh/.gitignore
      wrote fresh/.gitlab-ci.yml
      wrote fresh/group_vars/targets.yml
      wrote fresh/inventory.yml
      wrote fresh/playbooks/heartbeat.yml
      wrote fresh/playbooks/scripts/heartbeat.stp
      wrote fresh/schemas/config.schema.json
      wrote fresh/schemas/playbook.schema.json
      wrote fresh/tapbook.yml

      Put your hosts into inventory.yml, then:
        cd fresh
        git init                                  # if it is no repository yet
        tapbook check playbooks/heartbeat.yml     # passes already; touches nothing
        tapbook doctor playbooks/heartbeat.yml    # what hosts lack, and what mends it
        tapbook apply playbooks/heartbeat.yml
      ",
      }
    `);
    expect(await tapbook(root, 'check', 'playbooks/heartbeat.yml')).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'playbooks/heartbeat.yml is valid; whether probe points, functions and types exist takes stap: --stap, or tapbook build\n',
    });
    expect((await tapbook(root, 'inventory', 'list')).stdout).toContain('db03.example.com\n');
    const git = (...args: readonly string[]) =>
      run('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root });
    await git('init', '-q');
    await git('add', '-A');
    await git('commit', '-q', '-m', 'begin');
    await writeFile(join(root, 'group_vars/targets.yml'), 'beats: 5\n');
    await git('commit', '-q', '-a', '-m', 'more beats');
    const { code, stdout } = await tapbook(root, 'diff-plan', 'HEAD~1', 'HEAD');
    expect([code, stdout.replace(/\([0-9a-f]+\)/g, '(0123)')]).toMatchInlineSnapshot(`
      [
        0,
        "HEAD~1 (0123) → HEAD (0123)

      playbooks/heartbeat.yml
        PLAY [Can every host load a module]
          ~ script heartbeat on db[01-03].example.com,web[01,02].example.com (5 hosts)
              ~ globals.beats: 3 → 5

      1 playbook, +0 -0 hosts, 0 modules to build.
      ",
      ]
    `);
  });

  test('what editors are told of schemas is there, and the files are as they say', async () => {
    const root = join(folder, 'fresh');
    const told: string[] = [];
    for (const file of (await filesOf(root)).filter(name => name.endsWith('.yml') && !name.startsWith('.git'))) {
      const text = await readFile(join(root, file), 'utf8');
      const [, schema] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
      if (schema === undefined) continue;
      told.push(file);
      const ajv = new Ajv2020({ strict: false });
      const validate = ajv.compile(JSON.parse(await readFile(join(root, dirname(file), schema), 'utf8')));
      expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
    }
    expect(told).toEqual(['playbooks/heartbeat.yml', 'tapbook.yml']);
    for (const job of ['.github/workflows/tapbook.yml', '.gitlab-ci.yml']) {
      expect(parse(await readFile(join(root, job), 'utf8'))).toBeTypeOf('object');
    }
  });

  test('writes over nothing; --force replaces just the files that are its own', async () => {
    const root = join(folder, 'used');
    await mkdir(join(root, 'playbooks'), { recursive: true });
    await writeFile(join(root, 'inventory.yml'), 'mine');
    await writeFile(join(root, 'playbooks/other.yml'), 'mine');
    const refused = await tapbook(folder, 'init', 'used');
    expect([refused.code, refused.stdout, refused.stderr]).toMatchInlineSnapshot(`
      [
        3,
        "",
        "error file-exists: used/inventory.yml is there already; nothing was written; --force replaces these files, and no others; or give another folder
      ",
      ]
    `);
    expect(await filesOf(root)).toEqual(['inventory.yml', 'playbooks/other.yml']);
    expect((await tapbook(folder, 'init', 'used', '--force')).code).toBe(0);
    expect(await readFile(join(root, 'inventory.yml'), 'utf8')).toContain('build_hosts:');
    expect(await readFile(join(root, 'playbooks/other.yml'), 'utf8')).toBe('mine');
    expect(await filesOf(root)).not.toContain('.gitlab-ci.yml');
  });

  test('follows no link out of the folder, and replaces no folder and no link, whatever is said', async () => {
    const root = join(folder, 'linked');
    await mkdir(join(root, 'tapbook.yml'), { recursive: true });
    await mkdir(join(folder, 'elsewhere'));
    await symlink('../elsewhere', join(root, 'playbooks'));
    await symlink('../elsewhere/inventory.yml', join(root, 'inventory.yml'));
    const refused = await tapbook(folder, 'init', 'linked', '--force');
    expect([refused.code, refused.stderr]).toMatchInlineSnapshot(`
      [
        3,
        "error file-exists: linked/inventory.yml is no file, or lies behind a link out of the folder; nothing was written; take it away, or give another folder
      error file-exists: linked/playbooks/heartbeat.yml is no file, or lies behind a link out of the folder; nothing was written; take it away, or give another folder
      error file-exists: linked/playbooks/scripts/heartbeat.stp is no file, or lies behind a link out of the folder; nothing was written; take it away, or give another folder
      error file-exists: linked/tapbook.yml is no file, or lies behind a link out of the folder; nothing was written; take it away, or give another folder
      ",
      ]
    `);
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([]);
    expect(await readdir(root)).toEqual(['inventory.yml', 'playbooks', 'tapbook.yml']);
  });

  test('a package has all that it writes', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      env: { ...process.env },
    });
    const [{ files }] = JSON.parse(stdout);
    const paths = files.map((file: { path: string }) => file.path);
    for (const name of await filesOf(new URL('../../templates', import.meta.url).pathname)) {
      expect(paths).toContain(`templates/${name}`);
    }
  });
});

describe('tapbook.yml', () => {
  const hosts = async (cwd: string, ...args: readonly string[]) => {
    const { code, stdout, stderr } = await tapbook(cwd, 'inventory', 'list', ...args);
    return code === 0 ? stdout.trim().split('\n').join(' ') : stderr.replaceAll(folder, '/home/me');
  };

  test('is found above, up to the repository, and is weaker than environment and command line', async () => {
    const root = join(folder, 'above');
    await mkdir(join(root, 'repo/.git'), { recursive: true });
    await mkdir(join(root, 'repo/a/b/c'), { recursive: true });
    await writeFile(join(root, 'tapbook.yml'), 'inventory: outside,\n');
    expect(await hosts(join(root, 'repo/a/b/c'))).toContain('no inventory was given');
    await writeFile(join(root, 'repo/tapbook.yml'), 'inventory: [hosts.ini, "x,"]\n');
    await writeFile(join(root, 'repo/hosts.ini'), 'db1\n');
    expect(await hosts(join(root, 'repo/a/b/c'))).toBe('db1 x');
    expect(await hosts(join(root, 'repo'), '-i', 'y,')).toBe('y');
    const args = ['inventory', 'list'];
    const own = await runTapbook(args, { env: { ...env, TAPBOOK_INVENTORY: 'z,' }, cwd: join(root, 'repo') });
    expect(own.stdout).toBe('z\n');
    await writeFile(join(root, 'repo/a/tapbook.yml'), 'inventory: nearer,\n');
    expect(await hosts(join(root, 'repo/a/b'))).toBe('nearer');
  });

  test('without a repository only that of the folder and of the next one counts', async () => {
    const root = join(folder, 'plain');
    await mkdir(join(root, 'a/b'), { recursive: true });
    await writeFile(join(root, 'tapbook.yml'), 'inventory: hosts,\n');
    expect(await hosts(join(root, 'a'))).toBe('hosts');
    expect(await hosts(join(root, 'a/b'))).toContain('no inventory was given');
  });

  test('in a folder that has been removed there is none, and that is no bug', async () => {
    const root = join(folder, 'removed');
    await mkdir(root);
    const line = 'cd "$1" && rmdir "$1" && exec "$2" "$3" inventory list -i x,';
    const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;
    const { stdout } = await run('sh', ['-c', line, 'sh', root, process.execPath, program], { env });
    expect(stdout).toBe('x\n');
  });

  test.each([
    ['inventry: x\n', 'error unknown-key: "inventry" is no key of the config; did you mean "inventory"?'],
    ['forks: many\n', 'forks is a text, not a whole number'],
    ['timeout: 90d\n', 'Give a duration'],
    ['inventory: [\n', 'error'],
  ])('%j is told with its place: exit 3', async (text, said) => {
    const root = join(folder, 'wrong');
    await mkdir(root, { recursive: true });
    await writeFile(join(root, 'tapbook.yml'), text);
    await writeFile(join(root, 'play.yml'), '[]');
    const { code, stderr } = await tapbook(root, 'apply', 'play.yml');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^tapbook\.yml:\d+:\d+ error /);
    expect(stderr).toContain(said);
  });

  test.skipIf(process.getuid?.() !== 0)('of another user is not read, and that is said', async () => {
    const root = join(folder, 'theirs');
    await mkdir(root, { recursive: true });
    await writeFile(join(root, 'tapbook.yml'), 'inventory: theirs,\n');
    await run('chown', ['65534', join(root, 'tapbook.yml')]);
    expect((await stat(join(root, 'tapbook.yml'))).uid).toBe(65_534);
    const { stderr, code } = await tapbook(root, 'inventory', 'list');
    expect([code, stderr.replaceAll(folder, '/home/me')]).toMatchInlineSnapshot(`
      [
        3,
        "warning skipped-file: tapbook.yml is not read: it belongs to another user (uid 65534); take it over with chown, or set TAPBOOK_TRUSTED_FOLDERS=/home/me/theirs if you trust all who can write to it
      error no-inventory: no inventory was given; give one with -i FILE, or set TAPBOOK_INVENTORY
      ",
      ]
    `);
  });
});
