import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
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

/** Runs one of Ansible's programs, without anyone's own configuration; all of them by one that has Ansible loaded. */
export async function runAnsible(program: string, args: readonly string[], cwd: string): Promise<Said> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-ansible-'));
  const [stdout, stderr] = [join(folder, 'stdout'), join(folder, 'stderr')];
  try {
    programs ??= startPrograms();
    const code = await programs.run({ program, args, cwd, stdout, stderr });
    return { code, stdout: await readFile(stdout, 'utf8'), stderr: await readFile(stderr, 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** One for all that a worker runs; it ends with us. */
let programs: Programs | undefined;

interface Programs {
  run(asked: object): Promise<number>;
}

function startPrograms(): Programs {
  const child = spawn(pythonOfAnsible(), [new URL('ansible-many.py', import.meta.url).pathname], {
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', ANSIBLE_NOCOLOR: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // Nobody waits for it to end.
  child.unref();
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    run(asked) {
      const answer = turn.then(async () => {
        child.stdin.write(`${JSON.stringify(asked)}\n`);
        const { value, done } = await answers.next();
        if (done === true) throw new Error('ansible-many.py has ended');
        return Number(value);
      });
      turn = answer.catch(() => undefined);
      return answer;
    },
  };
}

/** The Python that has Ansible, by the first line of its program. */
function pythonOfAnsible(): string {
  const folder = process.env['PATH']?.split(':').find(one => existsSync(join(one, 'ansible-inventory'))) ?? '';
  return readFileSync(join(folder, 'ansible-inventory'), 'utf8').split('\n')[0]?.replace(/^#! */, '') ?? '';
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
