import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { err, ok, type Result } from '../../../model/result.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import { stagger } from '../../stagger.ts';
import type { ConnectFailure, ConnectOptions } from '../../transport.ts';
import { type CredentialsReader, createCredentialsReader } from '../keys/credentials.ts';
import type { SshTransportOptions } from '../keys/questions.ts';
import { createHostKeyJudge, type HostKeyJudge } from '../known-hosts/host-key-judge.ts';
import type { KnownHost } from '../known-hosts/read-known-hosts.ts';
import { hostKeyTypes } from './algorithms.ts';
import { shareBastions } from './bastions.ts';
import { endpoint } from './endpoint.ts';
import { forward } from './forward.ts';
import { type LoggedIn, type LoginOptions, logIn } from './log-in.ts';
import { openSocket } from './open-socket.ts';
import { whyOpenssh } from './why-openssh.ts';
import { closeClient } from './wrap-client.ts';

/** More handshakes than this at once only make each other slow: they are CPU time on this side. */
const handshakesAtOnce = 32;

export interface OpenClient extends LoggedIn {
  /** Lets go of the bastion that it came through. */
  readonly release: () => Promise<void>;
}

export interface OpenClientOptions extends ConnectOptions {
  /** What is left of the limit for connecting, in milliseconds. */
  readonly limitMs: number;
  /** The inventory's name for what is to be reached: what `tapbook trust` would be given. */
  readonly trustHost: string;
}

/** What a server can show to prove itself: a key of each type that it has. */
export interface ShownKeys {
  readonly keys: readonly Buffer[];
  readonly known: KnownHost;
}

/** All throw only the reason of the signal. */
export interface ClientOpener {
  /** Logs in, through shared bastions where there are any. */
  readonly open: (server: SshServer, options: OpenClientOptions) => Promise<Result<OpenClient, ConnectFailure>>;
  /** Asks for the server's keys, one handshake for each type, and goes no further. */
  readonly showKeys: (server: SshServer, options: OpenClientOptions) => Promise<Result<ShownKeys, ConnectFailure>>;
  /** Writes a key into known_hosts; to the file's name, or a sentence why that failed. */
  readonly trust: (server: SshServer, key: Buffer) => Promise<Result<string, string>>;
}

export function createClientOpener(voice: SshTransportOptions): ClientOpener {
  const handshakes = stagger(handshakesAtOnce);
  const readCredentials: CredentialsReader = createCredentialsReader(voice.questions);
  const judge: HostKeyJudge = createHostKeyJudge(voice);

  /** Connects, then shakes hands, and lets go of everything unless the login holds. */
  const shakeHands = async (
    server: SshServer,
    options: OpenClientOptions,
    rest: Pick<LoginOptions, 'known' | 'credentials' | 'judge' | 'hostKeyType'>,
  ): Promise<Result<OpenClient, ConnectFailure>> => {
    const { signal, limits, limitMs } = options;
    // Loaded here, so that commands which need no SSH do not pay for it.
    const { default: ssh2 } = await import('ssh2');
    const bastion = server.jump === undefined ? undefined : await bastions.borrow(server.jump, options);
    if (bastion?.ok === false) return onTheWay(bastion.error, server);
    const release = async (): Promise<void> => bastion?.value.giveBack();
    // The way to the bastion has a limit of its own.
    const start = performance.now();
    const left = (): number => limitMs - (performance.now() - start);
    try {
      // Outside the limit on handshakes: hosts that are dead wait here, and must not keep the others waiting.
      const socket: Result<Duplex, ConnectFailure> =
        bastion === undefined
          ? await openSocket(server, { signal, limits, limitMs: left() })
          : await forward(bastion.value, server, {
              signal,
              limitMs: left(),
              shownMs: server.connectMs ?? limits.connect,
            });
      if (!socket.ok) {
        await release();
        return socket;
      }
      options.onStage?.('answered');
      const loggedIn = await handshakes(() => {
        options.onStage?.('logging-in');
        return logIn(socket.value, { ...rest, ssh2, server, signal, limits, limitMs: left() });
      });
      if (loggedIn.ok) return ok({ ...loggedIn.value, release });
      await release();
      return loggedIn;
    } catch (error) {
      await release();
      throw error;
    }
  };

  const open: ClientOpener['open'] = async (server, options) => {
    const { signal, trustHost } = options;
    const start = performance.now();
    const { default: ssh2 } = await import('ssh2');
    const credentials = await readCredentials(server, ssh2, signal);
    if (!credentials.ok) return credentials;
    let unknown: Buffer | undefined;
    const shake = async (limitMs: number): ReturnType<typeof shakeHands> => {
      const known = await judge.lookUp(server.hostKeys);
      const decide: LoginOptions['judge'] = async key => {
        const verdict = await judge.decide(key, server.hostKeys, known, trustHost);
        unknown = !verdict.ok && verdict.error.kind === 'host-key-unknown' ? key : undefined;
        return verdict;
      };
      return shakeHands(server, { ...options, limitMs }, { known, credentials: credentials.value, judge: decide });
    };
    // A passphrase that a person was asked for takes nothing from the limit; the rest is milliseconds.
    const waited = voice.questions === undefined ? performance.now() - start : 0;
    let opened = await shake(options.limitMs - waited);
    if (!opened.ok && unknown !== undefined && voice.questions !== undefined) {
      // Asked when nobody waits at the other end: a server hangs up on who takes his time (LoginGraceTime).
      const answer = await judge.ask(unknown, server.hostKeys, signal);
      if (answer === 'trusted') opened = await shake(server.connectMs ?? options.limits.connect);
    }
    return opened.ok ? opened : err(await whyOpenssh(opened.error, server));
  };

  const showKeys: ClientOpener['showKeys'] = async (server, options) => {
    // Held over all types: to log in to the bastion for each of them may cost a touch of a key each time.
    const bastion = server.jump === undefined ? undefined : await bastions.borrow(server.jump, options);
    if (bastion?.ok === false) return onTheWay(bastion.error, server);
    try {
      const known = await judge.lookUp(server.hostKeys);
      const keys: Buffer[] = [];
      for (const hostKeyType of hostKeyTypes) {
        const shaken = await shakeHands(server, options, {
          known,
          credentials: { user: server.user, offers: [] },
          hostKeyType,
          judge: async key => {
            keys.push(key);
            return err({ kind: 'host-key-unknown', cause: 'it was only looked at' });
          },
        });
        // A type that the server has not ends the handshake; what else goes wrong will go wrong again.
        if (!shaken.ok && !['host-key-unknown', 'needs-openssh'].includes(shaken.error.kind)) return shaken;
      }
      const cause = `${endpoint(server)} shows no host key of a type that is known here`;
      return keys.length === 0 ? err({ kind: 'protocol', cause }) : ok({ keys, known });
    } finally {
      await bastion?.value.giveBack();
    }
  };

  const bastions = shareBastions(async (jump: SshServer, { signal, limits, trustHost }: OpenClientOptions) => {
    const opened = await open(jump, { signal, limits, limitMs: jump.connectMs ?? limits.connect, trustHost });
    if (!opened.ok) return opened;
    const { client, release } = opened.value;
    // Each host behind it listens for its end.
    client.setMaxListeners(0);
    const closed = once(client, 'close').catch(() => undefined);
    return ok({
      client,
      close: async () => {
        await closeClient(opened.value, closed);
        await release();
      },
    });
  });
  return { open, showKeys, trust: (server, key) => judge.accept(server.hostKeys, key) };
}

function onTheWay(failure: ConnectFailure, server: SshServer): Result<never, ConnectFailure> {
  if (failure.kind === 'needs-openssh') return err(failure);
  return err({ ...failure, cause: `${failure.cause} (the bastion on the way to ${endpoint(server)})` });
}
