import { readdirSync } from 'node:fs';
import type { Host } from '../../../src/model/host.ts';
import { createOpensshTransport } from '../../../src/transport/openssh/openssh-transport.ts';
import type { ConnectFailure, Connection, ConnectOptions, RemoteProcess } from '../../../src/transport/transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { closeLater } from '../ssh/rig.ts';

export { change, closeAll, closeLater, portOf, server, shown, sshd } from '../ssh/rig.ts';

export async function connect(host: Host, options: ConnectOptions = connectOptions()): Promise<Connection> {
  const connected = await createOpensshTransport().connect(host, options);
  if (!connected.ok) throw new Error(connected.error.cause);
  closeLater(connected.value);
  return connected.value;
}

export async function failureOf(host: Host, limit = 20_000): Promise<ConnectFailure> {
  const connected = await createOpensshTransport().connect(host, connectOptions({ connect: limit }));
  if (connected.ok) {
    closeLater(connected.value);
    throw new Error('it connected');
  }
  return connected.error;
}

export async function start(
  connection: Connection,
  argv: readonly [string, ...string[]] = ['true'],
  signal: AbortSignal = new AbortController().signal,
): Promise<RemoteProcess> {
  const result = await connection.exec(argv, { signal, as: 'login-user' });
  if (!result.ok) throw new Error(result.error.cause);
  return result.value;
}

/** What a command prints, to its end. */
export async function output(connection: Connection, argv: readonly [string, ...string[]]): Promise<string> {
  const process = await start(connection, argv);
  process.stdin.end();
  const [stdout] = await Promise.all([textOf(process.stdout), textOf(process.stderr), process.exit]);
  return stdout;
}

export async function textOf(stream: RemoteProcess['stdout']): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The private directories in `base`: one for each connection that is open or on its way. */
export function privateDirectories(base: string): readonly string[] {
  return readdirSync(base).filter(name => name.startsWith('tapbook-ssh-'));
}
