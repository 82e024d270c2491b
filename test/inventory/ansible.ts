import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Vault } from '../../src/inventory/vault/vault.ts';
import { err, ok } from '../../src/model/result.ts';

/** What `ansible-inventory --version` begins with, or undefined where there is no Ansible. */
export function ansibleVersion(): string | undefined {
  const { stdout } = spawnSync('ansible-inventory', ['--version'], { encoding: 'utf8' });
  return /\[core [^\]]+\]/.exec(stdout ?? '')?.[0];
}

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of Ansible's programs, without anyone's own configuration. */
export async function runAnsible(program: string, args: readonly string[], cwd: string): Promise<Said> {
  const env = {
    PATH: process.env['PATH'],
    HOME: cwd,
    LC_ALL: 'C.UTF-8',
    ANSIBLE_CONFIG: join(cwd, '.ansible.cfg'),
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_LOCAL_TEMP: join(cwd, '.ansible-tmp'),
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { cwd, env, maxBuffer: 1e8, timeout: 120_000 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    return { code: typeof code === 'number' ? code : -1, stdout: stdout ?? '', stderr: stderr ?? '' };
  }
}

export interface Tree {
  readonly files: Readonly<Record<string, string>>;
  /** Files with the x bit whatever their text; `-name` for a program without it. */
  readonly executable?: readonly string[];
  readonly links?: Readonly<Record<string, string>>;
}

/** Writes files into a new directory, which the caller removes. Programs are executable. */
export async function plantTree({ files, executable = [], links = {} }: Tree): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tapbook-differential-'));
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    const isProgram = text.startsWith('#!') && !executable.includes(`-${name}`);
    if (isProgram || executable.includes(name)) await chmod(path, 0o755);
  }
  await writeFile(join(directory, '.ansible.cfg'), '');
  for (const [name, target] of Object.entries(links)) await symlink(target, join(directory, name));
  return directory;
}

export async function removeTree(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}

/** Decrypts with the real `ansible-vault`; the file holds the password. */
export function ansibleVault(passwordFile: string): Vault {
  return {
    decrypt(text) {
      const args = ['decrypt', '--vault-password-file', passwordFile, '--output', '-', '-'];
      const { status, stdout, stderr } = spawnSync('ansible-vault', args, { input: text, encoding: 'utf8' });
      return status === 0 ? ok(stdout) : err(stderr.trim());
    },
  };
}
