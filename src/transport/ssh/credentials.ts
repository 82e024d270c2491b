import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { err, ok, type Result } from '../../model/result.ts';
import type { ConnectFailure } from '../transport.ts';
import { agentWithOneKey } from './agent-with-one-key.ts';
import type { SshServer } from './ssh-server.ts';

type Ssh2 = typeof import('ssh2');

/** What is offered to a server: the agent's keys, then those in files. Servers ban those who fail too often. */
export interface Credentials {
  readonly user: string;
  readonly agent?: { readonly name: string; readonly agent: BaseAgent };
  readonly keys: readonly PrivateKey[];
}

interface PrivateKey {
  readonly path: string;
  readonly key: ParsedKey;
}

/**
 * The keys for a host: the one that its inventory names and no other; else the agent's and ssh's default files. A key
 * with a passphrase is used through the agent. Each file is read once in the life of this reader.
 */
export function createCredentialsReader(): (
  host: SshServer,
  ssh2: Ssh2,
) => Promise<Result<Credentials, ConnectFailure>> {
  const read = new Map<string, Promise<Result<PrivateKey, UnusableKey>>>();
  const readOnce = (path: string, ssh2: Ssh2): Promise<Result<PrivateKey, UnusableKey>> => {
    const reading = read.get(path) ?? readKey(path, ssh2);
    read.set(path, reading);
    return reading;
  };
  return async ({ user = userInfo().username, privateKeyFile }, ssh2) => {
    const agentSocket = process.env['SSH_AUTH_SOCK'];
    if (privateKeyFile !== undefined) {
      const key = await readOnce(privateKeyFile, ssh2);
      if (key.ok) return ok({ user, keys: [key.value] });
      const { isLocked, failure } = key.error;
      const agent = isLocked && agentSocket ? await agentWithOneKey(agentSocket, privateKeyFile, ssh2) : undefined;
      return agent === undefined ? err(failure) : ok({ user, agent, keys: [] });
    }
    // A default key that is absent or locked is passed over, as ssh does without a terminal.
    const found = await Promise.all(defaultKeys().map(path => readOnce(path, ssh2)));
    const keys = found.flatMap(key => (key.ok ? [key.value] : []));
    if (!agentSocket) return ok({ user, keys });
    return ok({ user, agent: { name: 'the keys of the agent', agent: ssh2.createAgent(agentSocket) }, keys });
  };
}

function defaultKeys(): readonly string[] {
  return ['id_ed25519', 'id_ecdsa', 'id_rsa'].map(name => join(homedir(), '.ssh', name));
}

interface UnusableKey {
  readonly isLocked: boolean;
  readonly failure: ConnectFailure;
}

async function readKey(path: string, { utils }: Ssh2): Promise<Result<PrivateKey, UnusableKey>> {
  const unusable = (isLocked: boolean, cause: string, cure: string): Result<never, UnusableKey> =>
    err({ isLocked, failure: { kind: 'key-unreadable', cause, cure } });
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const cause = code === 'ENOENT' ? `there is no private key ${path}` : `cannot read the private key: ${message}`;
    return unusable(false, cause, 'check ansible_ssh_private_key_file');
  }
  const parsed = utils.parseKey(content);
  if (parsed instanceof Error) {
    return /encrypted/i.test(parsed.message)
      ? unusable(true, `the private key ${path} has a passphrase, and the agent does not hold it`, `ssh-add ${path}`)
      : unusable(false, `${path} is no private key that can be used: ${parsed.message}`, 'ssh-keygen -t ed25519');
  }
  // The types say that it is one key; for some formats it is an array of one.
  const key = Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed;
  if (key.isPrivateKey()) return ok({ path, key });
  return unusable(false, `${path} is a public key`, 'name the private one in ansible_ssh_private_key_file');
}
