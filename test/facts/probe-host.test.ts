import { describe, expect, test } from 'vitest';
import { probeBuildHost, probeTarget } from '../../src/facts/probe-host.ts';
import { probePreconditions } from '../../src/facts/probe-preconditions.ts';
import type { HostName, KernelRelease } from '../../src/model/ids.ts';
import { createLocalTransport } from '../../src/transport/local/local-transport.ts';
import { createSshTransport } from '../../src/transport/ssh/ssh-transport.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { connectOptions } from '../support/connect-options.ts';
import { type Script, startScriptedSshServer } from '../support/scripted-ssh-server.ts';

const never = { signal: new AbortController().signal, limitMs: 30_000 };

async function connectHere(): Promise<Connection> {
  const host = { name: 'here' as HostName, groups: [], vars: {}, connection: { kind: 'local' } } as const;
  const connected = await createLocalTransport().connect(host, connectOptions());
  if (!connected.ok) throw new Error(connected.error.cause);
  return connected.value;
}

/** What the probe of a target comes to on a host that does this when it is sent a command. */
async function probeOver(onCommand: NonNullable<Script['onCommand']>): Promise<unknown> {
  await using server = await startScriptedSshServer({ onCommand });
  const connected = await createSshTransport().connect(server.host, connectOptions());
  if (!connected.ok) throw new Error(connected.error.cause);
  await using connection = connected.value;
  return await probeTarget(connection, never);
}

describe('on this machine', () => {
  test('a target', async () => {
    await using connection = await connectHere();
    const facts = await probeTarget(connection, never);
    if (!facts.ok) throw new Error(facts.error.cause);
    const { kernel, user, cpus, freeBytes } = facts.value;
    expect(kernel).toEqual({
      release: await ask(connection, 'uname -r'),
      machine: await ask(connection, 'uname -m'),
      version: await ask(connection, 'uname -v'),
    });
    expect(user.uid).toBe(process.getuid?.());
    expect(cpus).toBeGreaterThan(0);
    expect(freeBytes).toBeGreaterThan(0);
  });

  test('a build host without the tree', async () => {
    await using connection = await connectHere();
    const facts = await probeBuildHost(
      connection,
      { releases: ['0.0.1-none' as KernelRelease], signingKeys: [], probedPaths: [] },
      never,
    );
    if (!facts.ok) throw new Error(facts.error.cause);
    expect(facts.value.trees).toEqual([
      { release: '0.0.1-none', headers: 'missing', path: '/lib/modules/0.0.1-none/build' },
    ]);
  });

  test('an abort is thrown on', async () => {
    await using connection = await connectHere();
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(probeTarget(connection, { ...never, signal })).rejects.toThrow('stop');
  });
});

describe('a host that cannot be probed', () => {
  test('because its user has no shell', async () => {
    const result = await probeOver((_command, start) => {
      const channel = start();
      channel.stdout.write('This account is currently not available.\n');
      channel.exit(1);
      channel.end();
    });
    expect(result).toEqual({
      ok: false,
      error: {
        stage: 'probe',
        cause: 'in place of facts it printed: This account is currently not available.',
        cure: 'see whether `sh -c "uname -r"` runs there by ssh: its user needs a shell',
      },
    });
  });

  test('because it prints without end', async () => {
    const result = await probeOver((_command, start) => {
      const channel = start();
      channel.stdout.write(Buffer.alloc(2_000_000, 'x'));
    });
    expect(result).toEqual({ ok: false, error: { stage: 'probe', cause: 'it printed more than 1000000 bytes' } });
  });

  test('because the connection is cut', async () => {
    const result = await probeOver((_command, start, { cut }) => {
      start().stdout.write('release=6.1\n');
      cut();
    });
    expect(result).toMatchObject({ ok: false, error: { stage: 'probe', cause: expect.stringMatching(/\S/) } });
  });

  test('because it refuses commands', async () => {
    const result = await probeOver((_command, _start, { refuse }) => refuse());
    expect(result).toMatchObject({ ok: false, error: { stage: 'probe', cause: expect.stringMatching(/\S/) } });
  });
});

describe('preconditions', () => {
  test.each([
    [['sh -c true', 'test -d /'], []],
    [['exit 3'], [{ command: 'exit 3', code: 3, output: '' }]],
    [
      ['true', 'echo one; echo "two  2" >&2; false'],
      [{ command: 'echo one; echo "two  2" >&2; false', code: 1, output: 'two  2' }],
    ],
    // Neither reads the rest of the script, nor ends it.
    [
      ['cat', 'kill -KILL $$', 'false'],
      [
        { command: 'kill -KILL $$', code: 137, output: '' },
        { command: 'false', code: 1, output: '' },
      ],
    ],
    [["echo 'it'\"'\"'s'; false"], [{ command: "echo 'it'\"'\"'s'; false", code: 1, output: "it's" }]],
  ])('commands %j', async (commands, failedCommands) => {
    await using connection = await connectHere();
    const asked = { packages: [], commands: commands.map(value => ({ value })) };
    expect(await probePreconditions(connection, asked, never)).toEqual({
      ok: true,
      value: { missingPackages: [], failedCommands },
    });
  });

  test('packages that no package manager has', async () => {
    await using connection = await connectHere();
    const packages = ['systemtap-runtime', 'dpkg', 'no-such-package', '--version'];
    expect(await probePreconditions(connection, { packages, commands: [] }, never)).toEqual({
      ok: true,
      value: { missingPackages: ['no-such-package', '--version'], failedCommands: [] },
    });
  });
});

async function ask(connection: Connection, command: string): Promise<string> {
  const started = await connection.exec(['sh', '-c', command], { ...never, as: 'login-user' });
  if (!started.ok) throw new Error(started.error.cause);
  started.value.stdin.end();
  let said = '';
  for await (const chunk of started.value.stdout) said += Buffer.from(chunk).toString();
  for await (const _ of started.value.stderr);
  return said.trim();
}
