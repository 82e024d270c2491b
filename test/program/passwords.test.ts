import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ConnectionOptions } from '../../src/cli/arguments/options/connection-options.ts';
import { readPasswords } from '../../src/cli/asking/read-passwords.ts';
import { runTapbook } from '../support/tapbook.ts';
import { onTerminal, withoutTerminal } from './terminal-rig.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-passwords-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

async function file(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

const signal = new AbortController().signal;
const vaultText = (name: string): string =>
  readFileSync(new URL(`../inventory/vault/${name}.txt`, import.meta.url), 'utf8');
const opened = { ok: true, value: 'ansible_become_password: "s3cret ü"\nother: 1\n' };

/** What the options come to: variables, and what the vault makes of the texts in both formats. */
async function read(options: ConnectionOptions) {
  const result = await readPasswords(options, { signal });
  if (!result.ok) return result.error.map(({ message, cure }) => `${message.replaceAll(folder, 'FOLDER')}; ${cure}`);
  const { vault, connectionDefaults } = result.value;
  const texts = ['v11', 'v12'].map(name => vault?.decrypt(vaultText(name)));
  return { connectionDefaults, ...(vault === undefined ? {} : { texts }) };
}

describe('variables', () => {
  test('none without options', async () => {
    expect(await read({})).toEqual({ connectionDefaults: {} });
  });

  test('one for each option', async () => {
    const options: ConnectionOptions = {
      user: 'ops',
      privateKey: '/keys/ops',
      connectionPasswordFile: await file('ssh', 'ssh secret\nsecond line\n'),
      sshCommonArgs: '-J bastion',
      sshExtraArgs: '-v',
      become: true,
      becomeUser: 'postgres',
      becomeMethod: 'su',
      becomePasswordFile: await file('become', '  become secret \n'),
    };
    expect(await read(options)).toEqual({
      connectionDefaults: {
        ansible_user: 'ops',
        ansible_private_key_file: '/keys/ops',
        ansible_password: 'ssh secret',
        ansible_ssh_common_args: '-J bastion',
        ansible_ssh_extra_args: '-v',
        ansible_become: true,
        ansible_become_user: 'postgres',
        ansible_become_method: 'su',
        ansible_become_password: 'become secret',
      },
    });
  });

  test('a key by a path from the home or from here', async () => {
    expect(await read({ privateKey: '~/key' })).toEqual({ connectionDefaults: { ansible_private_key_file: '~/key' } });
    const here = join(process.cwd(), 'key');
    expect(await read({ privateKey: 'key' })).toEqual({ connectionDefaults: { ansible_private_key_file: here } });
  });

  test('a password that a script prints', async () => {
    const script = await file('script', '#!/bin/sh\necho "with space "\n', 0o700);
    expect(await read({ becomePasswordFile: script })).toEqual({
      connectionDefaults: { ansible_become_password: 'with space ' },
    });
  });
});

describe('a password file', () => {
  test.each<readonly [text: string, mode: number, why: string]>([
    [' \n', 0o600, 'FILE holds no password'],
    ['', 0o600, 'FILE holds no password'],
    ['#!/bin/sh\nexit 3\n', 0o700, 'FILE ends with code 3'],
    ['#!/bin/sh\nkill -9 $$\n', 0o700, 'FILE was killed by SIGKILL'],
    ['#!/bin/sh\n', 0o700, 'FILE holds no password'],
    ['#!/bin/sh\nyes\n', 0o700, 'FILE prints more than a password'],
    ["#!/bin/sh\nprintf '\\377'\n", 0o700, 'FILE is no UTF-8 text'],
    [
      '#!/none\n',
      0o700,
      'FILE cannot be started: its interpreter is not there (see its first line, and for \\r in it)',
    ],
    ['secret\n', 0o700, 'FILE is executable, but no script; take its executable bit away'],
  ])('%j (mode %o) is refused', async (text, mode, why) => {
    const path = await file('refused', text, mode);
    const cure = 'give --become-password-file a file whose first line is the password';
    expect(await read({ becomePasswordFile: path })).toEqual([`${why.replace('FILE', 'FOLDER/refused')}; ${cure}`]);
  });

  test('that is not there, or is a folder, is refused', async () => {
    expect([
      ...[await read({ becomePasswordFile: join(folder, 'none') })].flat(),
      ...[await read({ connectionPasswordFile: folder })].flat(),
      ...[await read({ vaultPasswordFile: [join(folder, 'none')] })].flat(),
    ]).toMatchInlineSnapshot(`
      [
        "cannot read FOLDER/none: there is no such file; give --become-password-file a file whose first line is the password",
        "cannot read FOLDER: it is a folder; give --connection-password-file a file whose first line is the password",
        "cannot read FOLDER/none: there is no such file; give --vault-password-file or --vault-id with a file that holds the password, or -J to be asked",
      ]
    `);
  });

  test('that is a script is not waited for when the signal fires', async () => {
    const stop = new AbortController();
    const slow = await file('slow', '#!/bin/sh\nexec sleep 60\n', 0o700);
    const reading = expect(readPasswords({ becomePasswordFile: slow }, { signal: stop.signal })).rejects.toThrow(
      'enough',
    );
    setTimeout(() => stop.abort(new Error('enough')), 200);
    await reading;
  });
});

describe('the vault', () => {
  const right = 'right password';

  test('is opened by a file, whole and without the white space around it', async () => {
    const path = await file('pw', `\n${right}\n\n`);
    expect(await read({ vaultPasswordFile: [path] })).toEqual({ connectionDefaults: {}, texts: [opened, opened] });
  });

  test('is opened by any of several files', async () => {
    const paths = [await file('other', 'other'), await file('pw', right)];
    expect(await read({ vaultPasswordFile: paths })).toMatchObject({ texts: [opened, opened] });
  });

  test('is opened by the file that the environment names', async () => {
    vi.stubEnv('ANSIBLE_VAULT_PASSWORD_FILE', await file('pw', right));
    expect(await read({})).toMatchObject({ texts: [opened, opened] });
  });

  test('is opened by a script', async () => {
    const path = await file('pw.sh', `#!/bin/sh\necho '${right}'\n`, 0o700);
    expect(await read({ vaultId: [path] })).toMatchObject({ texts: [opened, opened] });
  });

  test('is opened by a client script that is told the label', async () => {
    const script = `#!/bin/sh\n[ "$*" != "--vault-id prod" ] || echo '${right}'\n`;
    const path = await file('keys-client.sh', script, 0o700);
    expect(await read({ vaultId: [`prod@${path}`] })).toMatchObject({ texts: [opened, opened] });
  });

  test('is opened by a password that is itself closed by one before it', async ({ skip }) => {
    const first = await file('first', 'first');
    const closed = await file('closed', right);
    const argv = ['encrypt', '--vault-password-file', first, closed];
    const { error } = spawnSync('ansible-vault', argv, { env: { ...process.env, HOME: folder } });
    if (error !== undefined) skip('ansible-vault is not installed');
    expect(await read({ vaultPasswordFile: [first, closed] })).toMatchObject({ texts: [opened, opened] });
    expect(await read({ vaultPasswordFile: [closed] })).toEqual([
      'cannot open FOLDER/closed: it is encrypted, and no vault password was given; give --vault-password-file or --vault-id with a file that holds the password, or -J to be asked',
    ]);
  });
});

const module = JSON.stringify(new URL('../../src/cli/asking/read-passwords.ts', import.meta.url).pathname);
const program = (options: ConnectionOptions): string => `
  const { readPasswords } = await import(${module});
  const read = await readPasswords(${JSON.stringify(options)}, { signal: new AbortController().signal });
  if (!read.ok) console.log(read.error.map(({ message, cure }) => message + '; ' + cure).join('\\n'));
  else {
    const lengths = Object.entries(read.value.connectionDefaults).map(([name, value]) => name + ' ' + value.length);
    console.log([read.value.vault === undefined ? 'no vault' : 'a vault', ...lengths].join(', '));
  }`;

describe('questions', () => {
  test('come in the order vault, connection, become', async () => {
    const vault = { askVaultPass: true, vaultId: ['prod@prompt', 'prompt'] } as const;
    const options: ConnectionOptions = { ...vault, askPass: true, askBecomePass: true };
    const { shown } = await onTerminal(program(options), [
      ['Vault password (prod): ', 'a\r'],
      ['Vault password (default): ', 'b\r'],
      ['Vault password: ', 'c\r'],
      ['SSH password: ', '12345\r'],
      ['SSH password]: ', '123\r'],
    ]);
    expect(shown).toMatchInlineSnapshot(`
      "Vault password (prod): 
      Vault password (default): 
      Vault password: 
      SSH password: 
      BECOME password[defaults to SSH password]: 
      a vault, ansible_password 5, ansible_become_password 3
      exit 0
      isig icanon echo
      "
    `);
  });

  test('an empty answer for the become password means the SSH password', async () => {
    const { shown } = await onTerminal(program({ askPass: true, askBecomePass: true }), [
      ['SSH password: ', '12345\r'],
      ['SSH password]: ', '\r'],
    ]);
    expect(shown).toContain('\nno vault, ansible_password 5, ansible_become_password 5\n');
  });

  test('an empty answer is no password', async () => {
    const become = await onTerminal(program({ askBecomePass: true }), [['BECOME password: ', '\r']]);
    expect(become.shown).toContain('\nno vault\n');
    const vault = await onTerminal(program({ askVaultPass: true }), [['Vault password: ', ' \r']]);
    expect(vault.shown).toContain('\nthe vault password is empty; ');
  });

  test('are refused at once without a terminal', async () => {
    expect([
      await withoutTerminal(program({ askBecomePass: true }), { stdin: 'secret\n' }),
      await withoutTerminal(program({ askPass: true })),
      await withoutTerminal(program({ vaultId: ['prod@prompt'] })),
    ]).toMatchInlineSnapshot(`
      [
        "cannot ask for the become password: there is no terminal; give --become-password-file
      ",
        "cannot ask for the connection password: there is no terminal; give --connection-password-file
      ",
        "cannot ask for the vault password: there is no terminal; give --vault-password-file
      ",
      ]
    `);
  });

  test('are answered by standard input where that is asked for', async () => {
    const password = await withoutTerminal(program({ becomePasswordFile: '-' }), { stdin: '1234567\nmore\n' });
    expect(password).toBe('no vault, ansible_become_password 7\n');
    expect(await withoutTerminal(program({ connectionPasswordFile: '-' }))).toMatchInlineSnapshot(`
      "standard input holds no password; give --connection-password-file a file whose first line is the password
      "
    `);
    const both = { becomePasswordFile: '-', connectionPasswordFile: '-' };
    expect(await withoutTerminal(program(both), { stdin: 'x\n' })).toMatchInlineSnapshot(`
      "standard input can hold one password only; give --become-password-file or --connection-password-file another file
      "
    `);
  });
});

describe('the command line', () => {
  test.each([
    [
      ['-K', '--become-password-file', 'x'],
      "'-K, --ask-become-pass' cannot be used with option '--become-password-file",
    ],
    [
      ['-k', '--connection-password-file', 'x'],
      "'-k, --ask-pass' cannot be used with option '--connection-password-file",
    ],
    [['-J', '--vault-password-file', 'x'], "'-J, --ask-vault-pass' cannot be used with option '--vault-password-file"],
    [['--become-method', 'runas'], 'Allowed choices are sudo, su, doas.'],
  ])('refuses %j', async (args, text) => {
    for (const command of [['facts'], ['plan', 'x.yml'], ['build', 'x.yml'], ['apply', 'x.yml']]) {
      const { code, stderr } = await runTapbook([...command, ...args]);
      expect(stderr).toContain(text);
      expect(code).toBe(5);
    }
  });

  test('knows the options for the vault wherever an inventory is read', async () => {
    for (const command of ['check', 'inventory list', 'facts', 'plan', 'build', 'apply']) {
      const { stdout } = await runTapbook([...command.split(' '), '--help']);
      expect(stdout).toMatch(/-J, --ask-vault-pass[\s\S]*--vault-password-file <file>[\s\S]*--vault-id/);
      expect(stdout.includes('--ask-become-pass')).toBe(!['check', 'inventory list'].includes(command));
    }
  });
});
