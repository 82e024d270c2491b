import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { err, ok, type Result } from '../../model/result.ts';
import type { SshServer } from '../ssh-config/ssh-server.ts';
import type { ConnectFailure, ConnectOptions } from '../transport.ts';
import { shareBastions } from './bastions.ts';
import { type CredentialsReader, createCredentialsReader } from './credentials.ts';
import { endpoint } from './endpoint.ts';
import { forward } from './forward.ts';
import { createHostKeyJudge, type HostKeyJudge } from './host-key-judge.ts';
import { type LoggedIn, logIn } from './log-in.ts';
import { openSocket } from './open-socket.ts';
import type { SshTransportOptions } from './questions.ts';
import { whyOpenssh } from './why-openssh.ts';
import { closeClient } from './wrap-client.ts';

/** More handshakes than this at once only make each other slow: they are CPU time on this side. */
const handshakesAtOnce = 32;

/** How long one handshake may keep others waiting, in milliseconds: a server that is slow costs no time here. */
const turnMs = 1_000;

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

export type ClientOpener = (
  server: SshServer,
  options: OpenClientOptions,
) => Promise<Result<OpenClient, ConnectFailure>>;

/** Opens logged-in clients, through shared bastions where there are any. Throws only the reason of the signal. */
export function createClientOpener(voice: SshTransportOptions): ClientOpener {
  const handshakes = pLimit(handshakesAtOnce);
  const readCredentials: CredentialsReader = createCredentialsReader(voice.questions);
  const judge: HostKeyJudge = createHostKeyJudge(voice);

  const open: ClientOpener = async (server, options) => {
    const { signal, limits, limitMs } = options;
    const start = performance.now();
    const left = (): number => limitMs - (performance.now() - start);
    // Loaded here, so that commands which need no SSH do not pay for it.
    const { default: ssh2 } = await import('ssh2');
    const [known, credentials] = await Promise.all([
      judge.lookUp(server.hostKeys),
      readCredentials(server, ssh2, signal),
    ]);
    if (!credentials.ok) return credentials;
    const bastion = server.jump === undefined ? undefined : await bastions.borrow(server.jump, options);
    if (bastion?.ok === false) return onTheWay(bastion.error, server);
    const release = async (): Promise<void> => bastion?.value.giveBack();
    try {
      // Outside the limit on handshakes: hosts that are dead wait here, and must not keep the others waiting.
      const socket: Result<Duplex, ConnectFailure> =
        bastion === undefined
          ? await openSocket(server, { signal, limits, limitMs: left() })
          : await forward(bastion.value, server, { signal, limitMs: left() });
      if (!socket.ok) {
        await release();
        return socket;
      }
      const { login } = await handshakes(async () => {
        const login = logIn(socket.value, {
          ...{ ssh2, server, known, credentials: credentials.value },
          ...{ signal, limits, limitMs: left() },
          judge: key => judge.decide(key, server.hostKeys, options.trustHost, signal),
        });
        await Promise.race([login.catch(() => undefined), sleep(turnMs, undefined, { ref: false })]);
        return { login };
      });
      const loggedIn = await login;
      if (loggedIn.ok) return ok({ ...loggedIn.value, release });
      await release();
      return err(await whyOpenssh(loggedIn.error, server));
    } catch (error) {
      await release();
      throw error;
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
  return open;
}

function onTheWay(failure: ConnectFailure, server: SshServer): Result<never, ConnectFailure> {
  if (failure.kind === 'needs-openssh') return err(failure);
  return err({ ...failure, cause: `${failure.cause} (the bastion on the way to ${endpoint(server)})` });
}
