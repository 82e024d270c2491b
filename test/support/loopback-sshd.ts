import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../src/model/host.ts';
import { makeKey } from './make-key.ts';
import { sshHost } from './ssh-host.ts';

export interface LoopbackSshd extends AsyncDisposable {
  /** Reached with a key of its own and a known_hosts of its own. */
  readonly host: Host;
  readonly port: number;
  readonly user: string;
  /** Its configuration, keys and log; removed with it. */
  readonly directory: string;
  readonly privateKeyFile: string;
  readonly knownHostsFile: string;
  readonly log: () => string;
  /** Stops it and whom it serves. */
  readonly stop: () => Promise<void>;
}

export interface LoopbackSshdOptions {
  /** More lines for sshd_config. */
  readonly config?: readonly string[];
  /** `PATH` of the commands that are run. */
  readonly path?: string;
  readonly hostKeyTypes?: readonly ('ed25519' | 'ecdsa' | 'rsa')[];
  /** Who logs in; without, who runs the tests. Another one can only be served by root. */
  readonly user?: string;
  /** `TAPBOOK_LOCKS` of the commands: `none`, since one kernel plays several hosts; empty where its host has a /run of its own. */
  readonly locks?: string;
  /** What runs the server, as its last arguments: for one with a file system of its own. */
  readonly wrap?: (directory: string) => readonly string[];
}

/**
 * For `wrap`: how `sh -c THIS… sh FOLDER SSHD_DIRECTORY COMMAND…` begins in a mount namespace whose /tmp is to be the folder's
 * own. Both directories stay where they are; what is left in "$@" is the command.
 */
export const keepPlaces: string = `set -e
folder=$1 directory=$2
shift 2
for own in "$folder" "$directory"; do
  mkdir -p "$folder/tmp/\${own##*/}"
  mount --bind "$own" "$folder/tmp/\${own##*/}"
done
`;

/** Starts a real OpenSSH server on a free port of 127.0.0.1; `await using` stops it. */
export async function startLoopbackSshd({
  config = [],
  path: commandPath = '/usr/local/bin:/usr/bin:/bin',
  hostKeyTypes = ['ed25519'],
  user,
  locks = 'none',
  wrap = () => [],
}: LoopbackSshdOptions = {}): Promise<LoopbackSshd> {
  const program = await findSshd();
  const directory = await mkdtemp(join(tmpdir(), 'tapbook-sshd-'));
  const path = (name: string): string => join(directory, name);
  for (const type of hostKeyTypes) await makeKey(path(`host_${type}`), type);
  await makeKey(path('user_key'), 'ed25519');
  await writeFile(path('authorized_keys'), await readFile(path('user_key.pub')), { mode: 0o600 });
  // As that user sshd reads what is theirs.
  if (user !== undefined) await Promise.all([chmod(directory, 0o755), chmod(path('authorized_keys'), 0o644)]);
  // sshd drops its rights into this directory, which only the service's start would make.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const { child, port, log } = await listen([...wrap(directory), program], path('sshd_config'), [
    // The first word on a matter counts.
    ...config,
    ...hostKeyTypes.map(type => `HostKey ${path(`host_${type}`)}`),
    `AuthorizedKeysFile ${path('authorized_keys')}`,
    // The dot files of who runs the tests are not to be read: they may print, and take their time.
    `SetEnv HOME=${directory} PATH=${commandPath} TAPBOOK_LOCKS=${locks}`,
    'PidFile none',
    // It binds to all that are named, and 127.0.0.1 is in 0.0.0.0.
    ...(config.some(line => line.startsWith('ListenAddress ')) ? [] : ['ListenAddress 127.0.0.1']),
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'LogLevel VERBOSE',
  ]);
  const known = await Promise.all(hostKeyTypes.map(type => readFile(path(`host_${type}.pub`), 'utf8')));
  await writeFile(path('known_hosts'), known.map(key => `[127.0.0.1]:${port} ${key}`).join(''));
  const settings = { port, privateKeyFile: path('user_key'), knownHostsFile: path('known_hosts') };
  return {
    host: sshHost({ ...settings, ...(user === undefined ? {} : { user }) }),
    ...settings,
    user: user ?? userInfo().username,
    directory,
    log,
    async stop() {
      // Sessions outlive the listener, but not the host that they stand for here.
      // It may have been stopped before.
      const sessions = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => '');
      await stop(child);
      for (const pid of sessions.split(' ').filter(word => word !== '')) endSession(Number(pid));
    },
    async [Symbol.asyncDispose]() {
      await stop(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** It may have ended meanwhile. */
function endSession(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function findSshd(): Promise<string> {
  for (const path of ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/lib/ssh/sshd']) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw new Error('these tests need sshd: install the package openssh-server');
}

interface Listening {
  readonly child: ChildProcess;
  readonly port: number;
  readonly log: () => string;
}

/** A free port may be taken by another before sshd has it: then another is tried. */
async function listen(argv: readonly string[], configFile: string, lines: readonly string[]): Promise<Listening> {
  let log = '';
  for (let tries = 0; tries < 5; tries++) {
    const port = await freePort();
    await writeFile(configFile, [`Port ${port}`, ...lines, ''].join('\n'));
    const [program = '', ...args] = argv;
    const child = spawn(program, [...args, '-D', '-e', '-f', configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', chunk => {
      log += chunk;
    });
    for (let waits = 0; waits < 400 && child.exitCode === null; waits++) {
      if (await answers(port)) return { child, port, log: () => log };
      await sleep(25);
    }
    await stop(child);
  }
  throw new Error(`sshd did not start:\n${log}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data', { signal: AbortSignal.timeout(2_000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
