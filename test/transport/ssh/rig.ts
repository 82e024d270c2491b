import { vi } from 'vitest';
import type { Host } from '../../../src/model/host.ts';
import { optional } from '../../../src/model/optional.ts';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import type { ConnectFailure, Connection, ConnectOptions } from '../../../src/transport/transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { type LoopbackSshd, type LoopbackSshdOptions, startLoopbackSshd } from '../../support/loopback-sshd.ts';
import { type Script, type ScriptedSshServer, startScriptedSshServer } from '../../support/scripted-ssh-server.ts';

const open: AsyncDisposable[] = [];

/** For `afterEach`: closes what the functions below have opened, the last first. */
export async function closeAll(): Promise<void> {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
}

/** Has it closed with the others. */
export function closeLater(one: AsyncDisposable): void {
  open.push(one);
}

export async function connect(host: Host, options: ConnectOptions = connectOptions()): Promise<Connection> {
  const connected = await createSshTransport().connect(host, options);
  if (!connected.ok) throw new Error(connected.error.cause);
  open.push(connected.value);
  return connected.value;
}

export async function failureOf(
  host: Host,
  { limit = 20_000, home }: { readonly limit?: number; readonly home?: string } = {},
): Promise<ConnectFailure> {
  const connected = await createSshTransport(optional('home', home)).connect(host, connectOptions({ connect: limit }));
  if (connected.ok) {
    open.push(connected.value);
    throw new Error('it connected');
  }
  return connected.error;
}

export async function server(script: Script): Promise<ScriptedSshServer> {
  const started = await startScriptedSshServer(script);
  open.push(started);
  return started;
}

export async function sshd(options: LoopbackSshdOptions = {}): Promise<LoopbackSshd> {
  const started = await startLoopbackSshd(options);
  open.push(started);
  return started;
}

/** As it is printed, with what differs from run to run replaced. */
export function shown({ kind, cause, cure }: ConnectFailure, replaced: Readonly<Record<string, string>> = {}): string {
  let text = [kind, cause, cure].filter(part => part !== undefined).join('\n');
  for (const [name, value] of Object.entries(replaced)) text = text.replaceAll(value, name);
  return text.replaceAll(/SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:…');
}

export function portOf({ connection }: Host): string {
  return connection.kind === 'ssh' ? String(connection.port) : '';
}

export function change(host: Host, settings: Record<string, unknown>): Host {
  return { ...host, connection: { ...host.connection, ...settings } } as Host;
}
