import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type RemoteFileOptions, remoteFile } from '../../src/facts/remote-file.ts';
import type { Host } from '../../src/model/host.ts';
import type { HostName } from '../../src/model/ids.ts';
import { createLocalTransport } from '../../src/transport/local/local-transport.ts';
import type { Connection } from '../../src/transport/transport.ts';

const host: Host = { name: 'here' as HostName, groups: [], vars: {}, connection: { kind: 'local' } };
const { signal } = new AbortController();

async function rig(bytes: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-remote-file-'));
  const path = join(folder, "odd name's");
  await writeFile(path, bytes);
  const limits = { connect: 10_000, keepalive: 10_000, keepaliveCount: 3 };
  const opened = await createLocalTransport().connect(host, { signal, limits });
  if (!opened.ok) throw new Error(opened.error.cause);
  onTestFinished(async () => {
    await opened.value[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  const commands: string[] = [];
  const counted: Connection = {
    ...opened.value,
    exec(argv, options) {
      commands.push(argv.join(' '));
      return opened.value.exec(argv, options);
    },
  };
  const options: RemoteFileOptions = { path, size: bytes.length, as: 'login-user', signal, limitMs: 60_000 };
  return { path, commands, file: remoteFile(counted, options) };
}

test('ranges are the bytes of the file, whatever they are and wherever they begin', async () => {
  const bytes = randomBytes(5_000_000);
  const { file } = await rig(bytes);
  expect(file.size).toBe(bytes.length);
  for (const [offset, length] of [
    [0, 64],
    [65_535, 2],
    [1_000_000, 300_000],
    [100, 4_900_000],
    [4_999_999, 1],
  ] as const) {
    const read = await file.readAt(offset, length);
    expect(read.ok && Buffer.from(read.value).equals(bytes.subarray(offset, offset + length))).toBe(true);
  }
});

test('small parts that are next to each other are read at once', async () => {
  const { file, commands } = await rig(randomBytes(300_000));
  await file.readAt(0, 64);
  await file.readAt(64, 1000);
  await file.readAt(60_000, 5000);
  expect(commands).toHaveLength(1);
  await file.readAt(65_000, 5000);
  await file.readAt(70_000, 64);
  expect(commands).toHaveLength(2);
});

test('why a file cannot be read; a shorter one gives less', async () => {
  const { file, path } = await rig(randomBytes(200_000));
  await truncate(path, 10);
  expect(await file.readAt(0, 64)).toMatchObject({ ok: true, value: { length: 10 } });
  await rm(path);
  expect(await file.readAt(100_000, 64)).toEqual({
    ok: false,
    error: expect.stringMatching(/^it cannot be read: dd: .*No such file or directory/),
  });
});
