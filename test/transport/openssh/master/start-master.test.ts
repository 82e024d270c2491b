import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../../src/model/host.ts';
import { Secret } from '../../../../src/model/secret.ts';
import { change, closeAll, closeLater, connect, failureOf, output, privateDirectories, server, sshd } from '../rig.ts';

let runtime: string;
beforeEach(async () => {
  runtime = await mkdtemp('/tmp/tapbook-run-');
  vi.stubEnv('XDG_RUNTIME_DIR', runtime);
});
afterEach(async () => {
  await closeAll();
  await rm(runtime, { recursive: true, force: true });
});

describe('a connection', () => {
  it('has a directory that nobody else can enter, and takes it away with itself', async () => {
    const { host } = await sshd();
    const connection = await connect(host);
    const [directory = ''] = privateDirectories(runtime);
    expect((await stat(join(runtime, directory))).mode & 0o777).toBe(0o700);
    expect(processesIn(runtime)).not.toEqual([]);
    await connection[Symbol.asyncDispose]();
    expect(privateDirectories(runtime)).toEqual([]);
    expect(processesIn(runtime)).toEqual([]);
  });

  it('that fails, or is given up, leaves nothing', async () => {
    const { host } = await sshd();
    await failureOf(change(host, { knownHostsFile: '/dev/null' }));
    const silent = await server({ onSocket: () => 'silent' });
    await failureOf(silent.host, 300);
    await failureOf(change(silent.host, { password: new Secret('x') }), 300);
    await vi.waitUntil(() => privateDirectories(runtime).length === 0 && processesIn(runtime).length === 0, 10_000);
  });

  it('that is lost leaves nothing', async () => {
    const { host, stop } = await sshd();
    const connection = await connect(host);
    await stop();
    await connection.closed;
    await expect.poll(() => privateDirectories(runtime)).toEqual([]);
    await expect.poll(() => processesIn(runtime)).toEqual([]);
  });

  it('whose ssh does not end when told to is ended all the same', async () => {
    const { host } = await sshd();
    const connection = await connect(host);
    const stuck = processesIn(runtime).find(pid => commandOf(pid).startsWith('ssh\0'));
    process.kill(stuck ?? 0, 'SIGSTOP');
    await connection[Symbol.asyncDispose]();
    expect(await connection.closed).toEqual({ kind: 'closed-by-us' });
    expect(privateDirectories(runtime)).toEqual([]);
    expect(processesIn(runtime)).toEqual([]);
  });

  it('is made where the directory of the system is of no use', async () => {
    const { host } = await sshd();
    for (const useless of ['/nonexistent', join(runtime, 'x'.repeat(100)), 'relative']) {
      vi.stubEnv('XDG_RUNTIME_DIR', useless);
      if (useless.startsWith(runtime)) await mkdir(useless);
      expect(await output(await connect(host), ['echo', 'in'])).toBe('in\n');
    }
  });
});

describe('a controller that is killed', () => {
  it('leaves no ssh behind, and no file', async () => {
    const { host } = await sshd();
    const controller = await startController(host, 'connected');
    expect(processesIn(runtime)).not.toEqual([]);
    controller.kill('SIGKILL');
    await vi.waitUntil(() => processesIn(runtime).length === 0, 10_000);
    expect(privateDirectories(runtime)).toEqual([]);
  });

  it('leaves none behind while it logs in', async () => {
    const { host, idle, connections } = await server({ onAuthentication: () => undefined });
    const controller = await startController(host, 'connecting');
    await vi.waitUntil(() => connections() > 0, 10_000);
    controller.kill('SIGKILL');
    await vi.waitUntil(() => processesIn(runtime).length === 0, 10_000);
    expect(privateDirectories(runtime)).toEqual([]);
    await idle();
  });
});

/** Another process that connects to `host`; resolves when it has said the word. */
async function startController(host: Host, word: string): Promise<ChildProcess> {
  const script = new URL('../controller.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(host)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closeLater({
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
    },
  });
  let said = '';
  child.stdout.on('data', chunk => {
    said += chunk;
  });
  await Promise.race([vi.waitUntil(() => said.includes(`${word}\n`), 20_000), once(child, 'exit')]);
  return child;
}

/** Those that have a path in `directory` among their arguments, by `/proc`. */
function processesIn(directory: string): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => commandOf(pid).includes(`${directory}/`));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
