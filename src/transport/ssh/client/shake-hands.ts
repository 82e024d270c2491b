import type { Duplex } from 'node:stream';
import { err, ok, type Result } from '../../../model/result.ts';
import { cureOfBastion } from '../../cure-of-bastion.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure, ConnectOptions } from '../../transport.ts';
import type { Bastions, Borrowed } from './bastions.ts';
import { endpoint } from './endpoint.ts';
import { forward } from './forward.ts';
import { type LoggedIn, type LoginOptions, logIn } from './log-in.ts';
import { openSocket } from './open-socket.ts';

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

/** What all handshakes of one opener share. */
export interface Handshaking {
  readonly bastions: Bastions<OpenClientOptions>;
  /** Runs handshakes, a limited number at a time. */
  readonly inTurn: <Value>(handshake: () => Promise<Value>) => Promise<Value>;
}

export type HandshakeOptions = OpenClientOptions &
  Pick<LoginOptions, 'known' | 'credentials' | 'judge' | 'hostKeyType'>;

/** Connects, then shakes hands, and lets go of everything unless the login holds. Throws only the reason of the signal. */
export async function shakeHands(
  { bastions, inTurn }: Handshaking,
  server: SshServer,
  options: HandshakeOptions,
): Promise<Result<OpenClient, ConnectFailure>> {
  // Loaded here, so that commands which need no SSH do not pay for it.
  const { default: ssh2 } = await import('ssh2');
  const bastion = await borrowBastion(bastions, server, options);
  if (!bastion.ok) return bastion;
  const release = async (): Promise<void> => bastion.value?.giveBack();
  // The way to the bastion has a limit of its own.
  const start = performance.now();
  const left = (): number => options.limitMs - (performance.now() - start);
  let loggedIn: Result<LoggedIn, ConnectFailure> | undefined;
  try {
    // Outside the limit on handshakes: hosts that are dead wait here, and must not keep the others waiting.
    const socket = await connectTo(server, bastion.value, { ...options, limitMs: left() });
    if (!socket.ok) return socket;
    options.onStage?.('answered');
    loggedIn = await inTurn(() => {
      options.onStage?.('logging-in');
      return logIn(socket.value, { ...options, ssh2, server, limitMs: left() });
    });
    return loggedIn.ok ? ok({ ...loggedIn.value, release }) : loggedIn;
  } finally {
    if (loggedIn?.ok !== true) await release();
  }
}

/** The bastion that the server is behind, to be given back; undefined where there is none. */
export async function borrowBastion(
  bastions: Handshaking['bastions'],
  server: SshServer,
  options: OpenClientOptions,
): Promise<Result<Borrowed | undefined, ConnectFailure>> {
  if (server.jump === undefined) return ok(undefined);
  const bastion = await bastions.borrow(server.jump, options);
  if (bastion.ok || bastion.error.kind === 'needs-openssh') return bastion;
  const { cause, cure } = bastion.error;
  return err({
    ...bastion.error,
    cause: `${cause} (the bastion on the way to ${endpoint(server)})`,
    ...(cure === undefined ? {} : { cure: cureOfBastion(cure) }),
  });
}

function connectTo(
  server: SshServer,
  bastion: Borrowed | undefined,
  { signal, limits, limitMs }: OpenClientOptions,
): Promise<Result<Duplex, ConnectFailure>> {
  if (bastion === undefined) return openSocket(server, { signal, limits, limitMs });
  return forward(bastion, server, { signal, limitMs, shownMs: server.connectMs ?? limits.connect });
}
