import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostName } from '../../src/model/ids.ts';
import { createLocalTransport } from '../../src/transport/local/local-transport.ts';
import { type CommandOptions, runCommand } from '../../src/transport/run-command.ts';
import { createSshTransport } from '../../src/transport/ssh/ssh-transport.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { connectOptions } from '../support/connect-options.ts';
import { startScriptedSshServer } from '../support/scripted-ssh-server.ts';

let connection: Connection;
beforeAll(async () => {
  const host = { name: 'here' as HostName, groups: [], vars: {}, connection: { kind: 'local' } } as const;
  const connected = await createLocalTransport().connect(host, connectOptions());
  if (!connected.ok) throw new Error(connected.error.cause);
  connection = connected.value;
});
afterAll(async () => {
  await connection[Symbol.asyncDispose]();
});

const options = (more: Partial<CommandOptions> = {}): CommandOptions => ({
  signal: new AbortController().signal,
  as: 'login-user',
  limitMs: 20_000,
  maxOutputBytes: 1_000_000,
  ...more,
});

describe('runCommand', () => {
  it('gives what was printed and how it ended', async () => {
    const result = await runCommand(connection, ['sh', '-c', 'cat; echo é >&2; exit 3'], options({ stdin: 'in' }));
    expect(result).toEqual({ ok: true, value: { exit: { kind: 'code', code: 3 }, stdout: 'in', stderr: 'é\n' } });
  });

  it('closes the input where there is none', async () => {
    const result = await runCommand(connection, ['cat'], options());
    expect(result).toEqual({ ok: true, value: { exit: { kind: 'code', code: 0 }, stdout: '', stderr: '' } });
  });

  it('is no failure if the command does not read its input', async () => {
    const result = await runCommand(connection, ['true'], options({ stdin: 'x'.repeat(1_000_000) }));
    expect(result).toEqual({ ok: true, value: { exit: { kind: 'code', code: 0 }, stdout: '', stderr: '' } });
  });

  it('ends at its limit, also for a command that does not watch its input', async () => {
    const result = await runCommand(connection, ['sleep', '3'], options({ limitMs: 100 }));
    expect(result).toEqual({ ok: false, error: { kind: 'timed-out', cause: 'it did not end within 0.1 s' } });
  });

  it.each(['', ' >&2'])('refuses too much output%s', async where => {
    const script = `head -c 2000000 /dev/zero${where}`;
    const result = await runCommand(connection, ['sh', '-c', script], options());
    expect(result).toEqual({
      ok: false,
      error: { kind: 'too-much-output', cause: 'it printed more than 1000000 bytes' },
    });
  });

  it('says that a command is not there', async () => {
    // A directory that may not be searched is another matter.
    vi.stubEnv('PATH', '/usr/bin:/bin');
    const result = await runCommand(connection, ['no-such-command'], options());
    vi.unstubAllEnvs();
    expect(result).toEqual({ ok: false, error: { kind: 'refused', cause: 'no-such-command is not installed here' } });
  });

  it('throws the reason of its signal, and nothing else', async () => {
    const stop = new AbortController();
    const running = expect(runCommand(connection, ['cat'], options({ signal: stop.signal }))).rejects.toThrow('enough');
    stop.abort(new Error('enough'));
    await running;
  });

  it('is heard out to its last line, however that comes, also where a child holds its outputs', async () => {
    const heard: string[] = [];
    const began = performance.now();
    const script = "(sleep 20) & echo one; echo two >&2; sleep 0.2; printf 'ov'; sleep 0.2; printf 'er\\n'";
    const hear = (text: string): unknown => heard.push(text);
    const result = await runCommand(connection, ['sh', '-s'], options({ stdin: script, lastLine: 'over', hear }));
    if (!result.ok) throw new Error(result.error.cause);
    expect(result.value).toMatchObject({ stdout: 'one\nover\n', stderr: 'two\n', hasAnswered: true });
    expect(heard.join('')).toBe('one\nover\n');
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('that ends before its last line has told what it has', async () => {
    const script = 'echo over and out; echo this account is not available; echo why >&2; exit 1';
    const result = await runCommand(connection, ['sh', '-s'], options({ stdin: script, lastLine: 'over' }));
    expect(result).toEqual({
      ok: true,
      value: {
        exit: { kind: 'code', code: 1 },
        stdout: 'over and out\nthis account is not available\n',
        stderr: 'why\n',
      },
    });
  });

  it.each([
    ['says nothing more', 'sleep 20', { limitMs: 300 }, 'it did not end within 0.3 s'],
    ['says too much', 'yes', { maxOutputBytes: 1000 }, 'it printed more than 1000 bytes'],
    ['complains too much', 'yes >&2', { maxOutputBytes: 1000 }, 'it printed more than 1000 bytes'],
  ])('that %s and has no last line is given up', async (_what, stdin, limits, cause) => {
    const result = await runCommand(connection, ['sh', '-s'], options({ stdin, lastLine: 'over', ...limits }));
    expect(result).toMatchObject({ ok: false, error: { cause } });
  });

  it('ends at its limit on a server that never opens a channel', async () => {
    await using server = await startScriptedSshServer({ opensNoChannel: true });
    const connected = await createSshTransport().connect(server.host, connectOptions());
    if (!connected.ok) throw new Error(connected.error.cause);
    await using remote = connected.value;
    const result = await runCommand(remote, ['true'], options({ limitMs: 100 }));
    expect(result).toEqual({ ok: false, error: { kind: 'timed-out', cause: 'it did not end within 0.1 s' } });
  });
});
