import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import type { Host } from '../../src/model/host.ts';
import { makeKey } from './make-key.ts';
import { sshHost } from './ssh-host.ts';

/** What the server does, stage by stage; where nothing is said it behaves. */
export interface Script {
  /** For each TCP connection, counted from 1: `hang-up` closes it at once, `silent` never says a word. */
  readonly onSocket?: (count: number) => 'hang-up' | 'silent' | 'speak' | { readonly say: string };
  readonly onAuthentication?: (context: AuthContext, client: Connection) => void;
  /** A command was asked for; the default is to refuse it. */
  readonly onCommand?: (command: string, start: () => ServerChannel, server: CommandControl) => void;
  /** Never answers when a channel is asked for. */
  readonly opensNoChannel?: boolean;
}

export interface CommandControl {
  readonly client: Connection;
  /** Cuts the TCP connection without a word. */
  readonly cut: () => void;
  readonly refuse: () => void;
}

export interface ScriptedSshServer extends AsyncDisposable {
  readonly host: Host;
  readonly port: number;
  /** How many TCP connections there were. */
  readonly connections: () => number;
  /** From now on it reads nothing and answers nothing, and keeps its connections open. */
  readonly stall: () => void;
  /** Resolves when no TCP connection is open any more. */
  readonly idle: () => Promise<void>;
}

/** An SSH server on 127.0.0.1 that misbehaves to order, over real sockets. */
export async function startScriptedSshServer(script: Script): Promise<ScriptedSshServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tapbook-ssh-'));
  const hostKeyFile = join(directory, 'host_key');
  const privateKeyFile = join(directory, 'user_key');
  await Promise.all([makeKey(hostKeyFile, 'ed25519'), makeKey(privateKeyFile, 'ed25519')]);
  const ssh = new ssh2.Server({ hostKeys: [await readFile(hostKeyFile)] });
  const sockets = new Set<Socket>();
  const gone = new Set<() => void>();
  let count = 0;
  const server = createServer(socket => {
    count++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) for (const resolve of gone) resolve();
    });
    const how = script.onSocket?.(count) ?? 'speak';
    if (how === 'hang-up') socket.destroy();
    else if (how === 'speak') ssh.injectSocket(socket);
    // Read, so that its end is seen.
    else if (how === 'silent') socket.resume();
    else socket.end(how.say);
  });
  ssh.on('connection', (client: Connection) => serve(client, script, () => cutAll(sockets)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  const knownHostsFile = join(directory, 'known_hosts');
  await writeFile(knownHostsFile, `[127.0.0.1]:${port} ${await readFile(`${hostKeyFile}.pub`, 'utf8')}`);
  return {
    host: sshHost({ port, user: 'ops', privateKeyFile, knownHostsFile }),
    port,
    connections: () => count,
    stall: () => {
      for (const socket of sockets) socket.pause();
    },
    idle: () => (sockets.size === 0 ? Promise.resolve() : new Promise(resolve => gone.add(resolve))),
    async [Symbol.asyncDispose]() {
      cutAll(sockets);
      server.close();
      await once(server, 'close');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function serve(client: Connection, script: Script, cut: () => void): void {
  client.on('error', () => undefined);
  client.on('authentication', context => {
    if (script.onAuthentication === undefined) context.accept();
    else script.onAuthentication(context, client);
  });
  client.on('session', accept => {
    if (script.opensNoChannel === true) return;
    const session = accept();
    session.on('exec', (acceptExec, refuse, { command }) => {
      if (script.onCommand === undefined) refuse();
      else script.onCommand(command, acceptExec, { client, cut, refuse });
    });
  });
}

function cutAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.destroy();
}
