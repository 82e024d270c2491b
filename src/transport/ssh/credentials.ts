import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { SshConnection } from '../../model/host.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { ConnectFailure } from '../transport.ts';

/** What is offered to a server, in this order: servers ban those who fail too often. */
export interface Credentials {
  readonly user: string;
  readonly keys: readonly PrivateKey[];
  /** The agent's socket, `$SSH_AUTH_SOCK`. */
  readonly agent: string | undefined;
}

export interface PrivateKey {
  readonly path: string;
  readonly content: Buffer;
}

/** The keys of a host: the one that its inventory names and no other; else the agent's and ssh's default files. */
export async function readCredentials(
  { user = userInfo().username, privateKeyFile }: SshConnection,
  ssh2: typeof import('ssh2'),
): Promise<Result<Credentials, ConnectFailure>> {
  const agent = process.env['SSH_AUTH_SOCK'];
  if (privateKeyFile !== undefined) {
    const key = await readKey(privateKeyFile, ssh2);
    return key.ok ? ok({ user, keys: [key.value], agent: undefined }) : key;
  }
  const keys: PrivateKey[] = [];
  for (const name of ['id_ed25519', 'id_ecdsa', 'id_rsa']) {
    // A default key that is absent or locked is passed over, as ssh does without a terminal.
    const key = await readKey(join(homedir(), '.ssh', name), ssh2);
    if (key.ok) keys.push(key.value);
  }
  return ok({ user, keys, agent });
}

async function readKey(path: string, { utils }: typeof import('ssh2')): Promise<Result<PrivateKey, ConnectFailure>> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return err({
      kind: 'key-unreadable',
      cause: code === 'ENOENT' ? `there is no private key ${path}` : `cannot read the private key ${path}: ${message}`,
      cure: 'check ansible_ssh_private_key_file',
    });
  }
  const parsed = utils.parseKey(content);
  if (!(parsed instanceof Error)) return ok({ path, content });
  const locked = /encrypted|passphrase/i.test(parsed.message);
  return err({
    kind: 'key-unreadable',
    cause: locked
      ? `the private key ${path} has a passphrase`
      : `${path} is no private key that can be used: ${parsed.message}`,
    cure: locked
      ? `put it into the agent (ssh-add ${path}) and leave ansible_ssh_private_key_file away`
      : 'make one with: ssh-keygen -t ed25519',
  });
}
