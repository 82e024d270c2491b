import pLimit from 'p-limit';
import type { ParsedKey } from 'ssh2';
import { printableLine } from '../../../model/printable-text.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import type { KeyChoice, SshServer } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure } from '../../transport.ts';
import { type AgentKeys, listAgent } from './list-agent.ts';
import { type Offer, offerAgentKey, offerFile, offerPassword } from './offers.ts';
import type { Questions } from './questions.ts';
import { type KeyFile, parsePrivate, readKeyFile, type UnusableKey } from './read-key.ts';

type Ssh2 = typeof import('ssh2');

/** What is offered to a server, in this order. Servers ban clients that fail too often: the right one comes first. */
export interface Credentials {
  readonly user: string;
  readonly offers: readonly Offer[];
}

export type CredentialsReader = (
  server: SshServer,
  ssh2: Ssh2,
  signal: AbortSignal,
) => Promise<Result<Credentials, ConnectFailure>>;

/**
 * As ssh chooses: the keys that somebody named, by the agent where it holds them; then the agent's others, unless
 * IdentitiesOnly is set; then the default files, of which a locked one is asked about only if there is no other key. Last
 * a password. Files are read, agents listed and passphrases asked for once in the life of this reader.
 */
export function createCredentialsReader(questions?: Questions): CredentialsReader {
  const files = new Map<string, Promise<KeyFile>>();
  const agents = new Map<string, Promise<AgentKeys>>();
  const unlocked = new Map<string, Promise<Result<ParsedKey, ConnectFailure>>>();
  const oneAtATime = pLimit(1);

  const unlock = (path: string, { content, failure }: UnusableKey, ssh2: Ssh2, signal: AbortSignal) =>
    remember(unlocked, path, () =>
      oneAtATime(async (): Promise<Result<ParsedKey, ConnectFailure>> => {
        const passphrase = await questions?.passphrase(path, signal);
        if (passphrase === undefined || content === undefined) return err(failure);
        const key = parsePrivate(content, passphrase.reveal(), ssh2);
        if (key.ok) return key;
        return err({ kind: 'key-unreadable', cause: `that is not the passphrase of ${path}`, cure: 'try again' });
      }),
    );

  return async ({ user, methods, keys, password }, ssh2, signal) => {
    const offers: Offer[] = password === undefined ? [] : [...offerPassword(user, password.reveal())];
    if (methods.includes('publickey')) {
      const found = await findKeys(user, keys, password === undefined ? 'nothing' : 'a-password', ssh2, signal);
      if (!found.ok) return found;
      offers.push(...found.value);
    }
    return ok({ user, offers: methods.flatMap(method => offers.filter(offer => offer.method === method)) });
  };

  async function findKeys(
    user: string,
    keys: KeyChoice,
    beside: 'a-password' | 'nothing',
    ssh2: Ssh2,
    signal: AbortSignal,
  ): Promise<Result<readonly Offer[], ConnectFailure>> {
    const { agentSocket } = keys;
    const [read, agent] = await Promise.all([
      Promise.all(keys.files.map(path => remember(files, path, () => readKeyFile(path, ssh2)))),
      agentSocket === undefined ? undefined : remember(agents, agentSocket, () => listAgent(agentSocket, ssh2)),
    ]);
    const sorted = sortKeys(user, keys, read, agent, questions === undefined ? 'nobody-to-ask' : 'asks');
    if (!sorted.ok) return sorted;
    const { held, others, locked, missing } = sorted.value;
    const own = [...sorted.value.own];
    let { unusable } = sorted.value;
    const isDefault = keys.named === 'by-default';
    const hasOther = held.length + own.length + others.length > 0;
    for (const [path, why] of isDefault && hasOther ? [] : locked) {
      const opened = await unlock(path, why, ssh2, signal);
      if (opened.ok) own.push(offerFile(user, path, opened.value));
      else if (keys.named === 'by-inventory') return opened;
      else unusable ??= opened.error;
    }
    const found = isDefault ? [...held, ...others, ...own] : [...held, ...own, ...others];
    // Of several keys in a configuration one may well be locked, or missing; it is named where there is nothing else.
    const failure = unusable ?? missing;
    return found.length > 0 || beside === 'a-password' || failure === undefined ? ok(found) : err(failure);
  }
}

interface SortedKeys {
  /** Keys in files that the agent holds as well. */
  readonly held: readonly Offer[];
  /** Keys in files that can be used as they are. */
  readonly own: readonly Offer[];
  /** The agent's other keys, as far as they are wanted. */
  readonly others: readonly Offer[];
  /** Files that a passphrase would open. */
  readonly locked: readonly (readonly [path: string, why: UnusableKey])[];
  /** Why the first file that a configuration names cannot be used. */
  readonly unusable: ConnectFailure | undefined;
  /** The first file that a configuration names and that is not there. */
  readonly missing: ConnectFailure | undefined;
}

/** Without asking anybody anything. A file that an inventory names has to be usable; what only ssh can use is left to it. */
function sortKeys(
  user: string,
  { named, agentKeys }: KeyChoice,
  files: readonly KeyFile[],
  agent: AgentKeys | undefined,
  passphrases: 'asks' | 'nobody-to-ask',
): Result<SortedKeys, ConnectFailure> {
  const held: Offer[] = [];
  const own: Offer[] = [];
  const locked: (readonly [path: string, why: UnusableKey])[] = [];
  const taken = new Set<ParsedKey>();
  let unusable: ConnectFailure | undefined;
  let missing: ConnectFailure | undefined;
  for (const { path, key, publicKey } of files) {
    const inAgent = publicKey === undefined ? undefined : agent?.keys.find(one => isSame(one, publicKey));
    if (!key.ok && key.error.why === 'needs-ssh') return err(key.error.failure);
    if (agent !== undefined && inAgent !== undefined) {
      taken.add(inAgent);
      held.push(offerAgentKey(user, `key ${path} of the agent`, agent.agent, inAgent));
    } else if (key.ok) own.push(offerFile(user, path, key.value));
    else if (key.error.why === 'locked' && passphrases === 'asks') locked.push([path, key.error]);
    else if (named === 'by-inventory') return err(key.error.failure);
    else if (named === 'by-config') {
      if (key.error.why === 'missing') missing ??= { ...key.error.failure, cure: 'check IdentityFile in ssh_config' };
      else unusable ??= key.error.failure;
    }
  }
  const others =
    agent === undefined || agentKeys !== 'all'
      ? []
      : agent.keys.filter(key => !taken.has(key)).map(key => offerAgentKey(user, nameOf(key), agent.agent, key));
  return ok({ held, own, others, locked, unusable, missing });
}

function isSame(one: ParsedKey, other: ParsedKey): boolean {
  return one.getPublicSSH().equals(other.getPublicSSH());
}

/** As a person finds it in `ssh-add -l`. */
function nameOf({ comment, type }: ParsedKey): string {
  const printable = printableLine(comment, 80);
  return `key ${printable === '' ? type : printable} of the agent`;
}

function remember<Value>(known: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
