import { once } from 'node:events';
import { err, ok, type Result } from '../../../model/result.ts';
import { type DescriptorBudget, endlessDescriptors } from '../../../process/descriptor-budget.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import { stagger } from '../../stagger.ts';
import type { ConnectFailure } from '../../transport.ts';
import { type Credentials, type CredentialsReader, createCredentialsReader } from '../keys/credentials.ts';
import type { Questions, SshTransportOptions } from '../keys/questions.ts';
import { createHostKeyJudge, type HostKeyJudge } from '../known-hosts/host-key-judge.ts';
import { type OpenBastion, shareBastions } from './bastions.ts';
import { type Handshaking, type OpenClient, type OpenClientOptions, shakeHands } from './shake-hands.ts';
import { type ShownKeys, showHostKeys } from './show-host-keys.ts';
import { whyOpenssh } from './why-openssh.ts';
import { closeClient } from './wrap-client.ts';

/** More handshakes than this at once only make each other slow: they are CPU time on this side. */
const handshakesAtOnce = 32;

/** All throw only the reason of the signal. */
export interface ClientOpener {
  /** Logs in, through shared bastions where there are any. */
  readonly open: (server: SshServer, options: OpenClientOptions) => Promise<Result<OpenClient, ConnectFailure>>;
  /** Asks for the server's keys, and goes no further. */
  readonly showKeys: (server: SshServer, options: OpenClientOptions) => Promise<Result<ShownKeys, ConnectFailure>>;
  /** Writes a key into known_hosts; to the file's name, or a sentence why that failed. */
  readonly trust: (server: SshServer, key: Buffer) => Promise<Result<string, string>>;
}

export function createClientOpener(voice: SshTransportOptions): ClientOpener {
  const opening: Opening = {
    questions: voice.questions,
    readCredentials: createCredentialsReader(voice.questions),
    judge: createHostKeyJudge(voice),
    descriptors: voice.descriptors ?? endlessDescriptors,
    inTurn: stagger(handshakesAtOnce),
    bastions: shareBastions((jump, options) => openBastion(opening, jump, options)),
  };
  return {
    open: (server, options) => openClient(opening, server, options),
    showKeys: (server, options) => showHostKeys(opening, server, options),
    trust: (server, key) => opening.judge.accept(server.hostKeys, key),
  };
}

/** What the clients of one opener share. */
interface Opening extends Handshaking {
  /** Absent where nobody can be asked. */
  readonly questions: Questions | undefined;
  readonly readCredentials: CredentialsReader;
  readonly judge: HostKeyJudge;
  readonly descriptors: DescriptorBudget;
}

async function openClient(
  opening: Opening,
  server: SshServer,
  options: OpenClientOptions,
): Promise<Result<OpenClient, ConnectFailure>> {
  const { questions, readCredentials, judge } = opening;
  const { signal, limits } = options;
  const start = performance.now();
  const { default: ssh2 } = await import('ssh2');
  const credentials = await readCredentials(server, ssh2, signal);
  if (!credentials.ok) return credentials;
  // A passphrase that a person was asked for takes nothing from the limit; the rest is milliseconds.
  const waited = questions === undefined ? performance.now() - start : 0;
  const limitMs = options.limitMs - waited;
  let { opened, unknownKey } = await tryToLogIn(opening, server, credentials.value, { ...options, limitMs });
  if (unknownKey !== undefined && questions !== undefined) {
    // Asked when no server waits: it hangs up on a client that takes its time (LoginGraceTime).
    const answer = await judge.ask(unknownKey, server.hostKeys, signal);
    const again = { ...options, limitMs: server.connectMs ?? limits.connect };
    if (answer === 'trusted') ({ opened } = await tryToLogIn(opening, server, credentials.value, again));
  }
  return opened.ok ? opened : err(await whyOpenssh(opened.error, server, signal));
}

/** `unknownKey` is the one that the server showed, where the login failed because nobody has said that it is trusted. */
async function tryToLogIn(
  opening: Opening,
  server: SshServer,
  credentials: Credentials,
  options: OpenClientOptions,
): Promise<{ readonly opened: Result<OpenClient, ConnectFailure>; readonly unknownKey: Buffer | undefined }> {
  const { judge } = opening;
  const known = await judge.lookUp(server.hostKeys);
  let unknownKey: Buffer | undefined;
  const opened = await shakeHands(opening, server, {
    ...options,
    known,
    credentials,
    judge: async key => {
      const verdict = await judge.decide(key, server.hostKeys, known, options.trustHost);
      unknownKey = !verdict.ok && verdict.error.kind === 'host-key-unknown' ? key : undefined;
      return verdict;
    },
  });
  return { opened, unknownKey: opened.ok ? undefined : unknownKey };
}

async function openBastion(
  opening: Opening,
  jump: SshServer,
  { signal, limits, trustHost }: OpenClientOptions,
): Promise<Result<OpenBastion, ConnectFailure>> {
  const limitMs = jump.connectMs ?? limits.connect;
  // Hosts behind it wait for it, and what they wait for must not wait for them.
  const claim = jump.jump === undefined ? opening.descriptors.take(1) : undefined;
  const opened = await openClient(opening, jump, { signal, limits, limitMs, trustHost });
  if (!opened.ok) {
    claim?.release();
    return opened;
  }
  const { client, release } = opened.value;
  // Each host behind it listens for its end.
  client.setMaxListeners(0);
  const closed = once(client, 'close').catch(() => undefined);
  void closed.then(claim?.release);
  return ok({
    client,
    close: async () => {
      await closeClient(opened.value, closed);
      await release();
    },
  });
}
