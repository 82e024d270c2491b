import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostName } from '../../src/model/ids.ts';
import { type AskOptions, askShell } from '../../src/transport/ask-shell.ts';
import { createLocalTransport } from '../../src/transport/local/local-transport.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { connectOptions } from '../support/connect-options.ts';

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

function ask(input: string, more: Partial<AskOptions> = {}): ReturnType<typeof askShell> {
  return askShell(connection, ['sh', '-s'], {
    signal: new AbortController().signal,
    limitMs: 10_000,
    maxOutputBytes: 100_000,
    lastLine: 'over',
    input,
    ...more,
  });
}

describe('a shell', () => {
  test('is heard out to its last line, also where a child holds its outputs', async () => {
    const heard: string[] = [];
    const began = performance.now();
    const answer = await ask("(sleep 20) & echo one; echo two >&2; sleep 0.2; printf 'ov'; sleep 0.2; printf 'er\\n'", {
      hear: text => heard.push(text),
    });
    if (!answer.ok) throw new Error(answer.error.cause);
    // The end is a line of its own, however it comes.
    expect(answer.value).toMatchObject({ stdout: 'one\nover\n', stderr: 'two\n' });
    expect(answer.value.lost).toBeUndefined();
    expect(heard.join('')).toBe('one\nover\n');
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test('that ends before its last line has told what it has', async () => {
    const answer = await ask('echo this account is not available; echo why >&2; exit 1');
    expect(answer).toEqual({
      ok: true,
      value: { stdout: 'this account is not available\n', stderr: 'why\n' },
    });
  });

  test.each([
    ['says nothing more', 'sleep 20', { limitMs: 300 }, 'it did not end within 0.3 s'],
    ['says too much', 'yes', { maxOutputBytes: 1000 }, 'it printed more than 1000 bytes'],
    ['complains too much', 'yes >&2', { maxOutputBytes: 1000 }, 'it printed more than 1000 bytes'],
  ])('that %s is given up', async (_what, input, limits, cause) => {
    expect(await ask(input, limits)).toMatchObject({ ok: false, error: { cause } });
  });

  test('is not waited for once the signal fires', async () => {
    const stop = new AbortController();
    const asked = ask('sleep 20', { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('stop')), 100);
    await expect(asked).rejects.toThrow('stop');
  });
});
