import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askpassScript } from '../../../../src/transport/openssh/master/askpass.generated.ts';
import { keepMasterScript } from '../../../../src/transport/openssh/master/keep-master.generated.ts';
import { isAlive } from '../../../support/is-alive.ts';
import { shells } from '../../../support/shells.ts';

/** A bash under its own name reads ~/.bashrc when its input is a socket, unless another shell has started it. */
const env = { PATH: process.env['PATH'], SHLVL: '2' };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tapbook-script-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe.each(shells)('the script that keeps ssh, in %s', (_name, [shell, ...options]) => {
  const run = (command: readonly string[]) => {
    const child = spawn(shell, [...options, '-c', keepMasterScript, 'sh', directory, ...command], {
      detached: true,
      env,
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', chunk => {
      said += chunk;
    });
    // All that was said has come then, too.
    return { child, exited: once(child, 'close'), said: () => said };
  };

  it('ends as the command does, with its words and its input', async () => {
    const { child, exited, said } = run(['sh', '-c', 'read -r word; echo "said $word" >&2; exit 7']);
    const input = child.stdio[3];
    if (input instanceof Writable) input.end('sesame\n');
    expect(await exited).toEqual([7, null]);
    expect(said()).toBe('said sesame\n');
    expect(existsSync(directory)).toBe(false);
  });

  it('says 127 if there is no such command', async () => {
    const { exited } = run(['/nonexistent/ssh']);
    expect(await exited).toEqual([127, null]);
  });

  it('ends the command, and what that has started, when it is let go of', async () => {
    const { child, exited, said } = run(['sh', '-c', 'sleep 1000 & echo "$!" >&2; wait']);
    await once(child.stderr ?? child, 'data');
    child.stdin?.end();
    expect(await exited).toEqual([143, null]);
    expect(existsSync(directory)).toBe(false);
    await expect.poll(() => isAlive(Number(said())), { timeout: 10_000 }).toBe(false);
  });

  it('ends a command that does not want to', async () => {
    const { child, exited, said } = run(['sh', '-c', 'trap "" TERM; echo "$$" >&2; while :; do sleep 1; done']);
    await once(child.stderr ?? child, 'data');
    child.stdin?.end();
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(existsSync(directory)).toBe(false);
    await expect.poll(() => isAlive(Number(said())), { timeout: 10_000 }).toBe(false);
  });
});

describe.each(shells)('the script that answers ssh, in %s', (_name, [shell, ...options]) => {
  const ask = (question: string, more: NodeJS.ProcessEnv = {}): string => {
    const { stdout, status } = spawnSync(shell, [...options, '-c', askpassScript, 'sh', question], {
      input: ' se\\same  \nmore\n',
      // Who asks is this process, and who keeps it is its parent.
      env: { ...env, TAPBOOK_KEEPER: String(process.ppid), ...more },
      encoding: 'utf8',
    });
    return `${status} ${stdout}`;
  };

  it('gives the password as it is, and nothing else', () => {
    expect(ask("ops@db1's password: ")).toBe('0  se\\same  \n');
    expect(ask('(ops@db1) Password: ')).toBe('0  se\\same  \n');
    expect(ask("Enter passphrase for key '/home/ops/password': ")).toBe('1 ');
    expect(ask('Are you sure you want to continue connecting (yes/no/[fingerprint])? ')).toBe('1 ');
    expect(ask('Verification code: ')).toBe('1 ');
    expect(ask('Confirm user presence for the password key', { SSH_ASKPASS_PROMPT: 'none' })).toBe('1 ');
    // An ssh that is a jump to the host.
    expect(ask("ops@bastion's password: ", { TAPBOOK_KEEPER: '1' })).toBe('1 ');
  });
});
