import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import { err, ok, type Result } from '../../model/result.ts';
import type { ConnectFailure } from '../transport.ts';

type Ssh2 = typeof import('ssh2');

/** A private key file, and what is beside it. */
export interface KeyFile {
  readonly path: string;
  readonly key: Result<ParsedKey, UnusableKey>;
  /** What `PATH.pub` says, by which an agent's key is known to be this one. */
  readonly publicKey?: ParsedKey;
}

export interface UnusableKey {
  readonly why: 'missing' | 'locked' | 'unreadable' | 'needs-ssh';
  readonly failure: ConnectFailure;
  readonly content?: Buffer;
}

export async function readKeyFile(path: string, ssh2: Ssh2): Promise<KeyFile> {
  const [key, publicKey] = await Promise.all([readPrivate(path, ssh2), readPublic(path, ssh2)]);
  const own = publicKey ?? (key.ok ? key.value : undefined);
  return { path, key, ...(own === undefined ? {} : { publicKey: own }) };
}

async function readPublic(path: string, { utils }: Ssh2): Promise<ParsedKey | undefined> {
  const text = await readFile(`${path}.pub`).catch(() => undefined);
  const key = text === undefined ? undefined : utils.parseKey(text);
  return key === undefined || key instanceof Error ? undefined : key;
}

async function readPrivate(path: string, ssh2: Ssh2): Promise<Result<ParsedKey, UnusableKey>> {
  const unusable = (why: UnusableKey['why'], cause: string, cure: string): Result<never, UnusableKey> =>
    err({ why, failure: { kind: 'key-unreadable', cause, cure } });
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? unusable('missing', `there is no private key ${path}`, 'check ansible_ssh_private_key_file')
      : unusable('unreadable', `cannot read the private key: ${message}`, 'check ansible_ssh_private_key_file');
  }
  // A certificate beside a key is meant to be used, and ssh2 knows none.
  if (await exists(`${path}-cert.pub`)) return err(needsSsh(`${path} has a certificate`));
  const key = parsePrivate(content, undefined, ssh2);
  if (key.ok) {
    if (key.value.isPrivateKey()) return key;
    return unusable('unreadable', `${path} is a public key`, 'name the private one in ansible_ssh_private_key_file');
  }
  if (/encrypted/i.test(key.error)) {
    const cause = `the private key ${path} has a passphrase, and the agent does not hold it`;
    const locked: UnusableKey = {
      why: 'locked',
      failure: { kind: 'key-unreadable', cause, cure: `ssh-add ${path}, or --ask to be asked for it` },
      content,
    };
    return err(locked);
  }
  if (/\bsk-/.test(key.error)) return err(needsSsh(`${path} is a FIDO key`));
  return unusable('unreadable', `${path} is no private key that can be used: ${key.error}`, 'ssh-keygen -t ed25519');
}

/** The failure is what ssh2 says. */
export function parsePrivate(
  content: Buffer,
  passphrase: string | undefined,
  { utils }: Ssh2,
): Result<ParsedKey, string> {
  const parsed = utils.parseKey(content, passphrase);
  if (parsed instanceof Error) return err(parsed.message);
  // The types say that it is one key; for some formats it is an array of one.
  return ok(Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed);
}

function needsSsh(cause: string): UnusableKey {
  return { why: 'needs-ssh', failure: { kind: 'needs-openssh', cause } };
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
