import { stat } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import { err, ok, type Result } from '../../../model/result.ts';
import { ownUid } from '../../../process/own-account.ts';
import { largestKey, largestSecret, readWithin } from '../../../process/read-within.ts';
import type { ConnectFailure } from '../../transport.ts';
import { signQuickly } from './sign-quickly.ts';

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
  /** By which an agent's key is known to be this one, where the file tells. */
  readonly publicKey?: ParsedKey;
}

export async function readKeyFile(path: string, ssh2: Ssh2): Promise<KeyFile> {
  const [key, publicKey] = await Promise.all([readPrivate(path, ssh2), readPublic(`${path}.pub`, ssh2)]);
  const own = publicKey ?? (key.ok ? key.value : key.error.publicKey);
  return { path, key, ...(own === undefined ? {} : { publicKey: own }) };
}

async function readPublic(path: string, ssh2: Ssh2): Promise<ParsedKey | undefined> {
  const text = await readWithin(path, largestKey).catch(() => undefined);
  return text === undefined ? undefined : parsePublic(text, ssh2);
}

function parsePublic(text: Buffer | string, { utils }: Ssh2): ParsedKey | undefined {
  const key = utils.parseKey(text);
  return key instanceof Error ? undefined : key;
}

/** The public half of a locked key: OpenSSH's own format has it in the clear (PROTOCOL.key). */
function publicHalf(content: Buffer, ssh2: Ssh2): ParsedKey | undefined {
  const armoured = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(content.toString('latin1'))?.[1];
  const bytes = Buffer.from(armoured ?? '', 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.toString('latin1', 0, magic.length) !== magic) return undefined;
  let at = magic.length;
  const next = (): Buffer => {
    const length = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0;
    const field = bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return field;
  };
  // Cipher, key derivation, its options; then the number of keys, of which there is one.
  for (let field = 0; field < 3; field++) next();
  at += 4;
  const blob = next();
  const type = blob.toString('latin1', 4, 4 + (blob.length >= 4 ? blob.readUInt32BE(0) : 0));
  return blob.length === 0 ? undefined : parsePublic(`${type} ${blob.toString('base64')}`, ssh2);
}

async function readPrivate(path: string, ssh2: Ssh2): Promise<Result<ParsedKey, UnusableKey>> {
  const unusable = (why: UnusableKey['why'], cause: string, cure: string): Result<never, UnusableKey> =>
    err({ why, failure: { kind: 'key-unreadable', cause, cure } });
  let content: Buffer;
  let openTo: string | undefined;
  try {
    [content, openTo] = await Promise.all([readWithin(path, largestKey), tooOpen(path)]);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? unusable('missing', `there is no private key ${path}`, 'check ansible_ssh_private_key_file')
      : unusable('unreadable', `cannot read the private key: ${message}`, 'check ansible_ssh_private_key_file');
  }
  // A certificate beside a key is meant to be used, and ssh2 knows none.
  if (await exists(`${path}-cert.pub`)) return err(needsSsh(`${path} has a certificate`));
  const key = parsePrivate(content, undefined, ssh2);
  const isPrivate = key.ok ? key.value.isPrivateKey() : /encrypted/i.test(key.error);
  if (isPrivate && openTo !== undefined) {
    const cause = `permissions ${openTo} for ${path} are too open: others can read this private key, and ssh ignores it`;
    const failure: ConnectFailure = { kind: 'key-unreadable', cause, cure: `chmod 600 ${path}` };
    const publicKey = key.ok ? key.value : publicHalf(content, ssh2);
    return err({ why: 'unreadable', failure, ...(publicKey === undefined ? {} : { publicKey }) });
  }
  if (key.ok) {
    if (key.value.isPrivateKey()) return key;
    // A public key is of use as the name of a key that the agent holds.
    const cause = `${path} is a public key, and the agent does not hold its private half`;
    const cure = 'name the private one in ansible_ssh_private_key_file, or ssh-add it';
    return err({ why: 'unreadable', failure: { kind: 'key-unreadable', cause, cure }, publicKey: key.value });
  }
  if (/encrypted/i.test(key.error)) {
    const cause = `the private key ${path} has a passphrase, and the agent does not hold it`;
    const locked: UnusableKey = {
      why: 'locked',
      failure: { kind: 'key-unreadable', cause, cure: `ssh-add ${path}, or --ask to be asked for it` },
      content,
    };
    const publicKey = publicHalf(content, ssh2);
    return err(publicKey === undefined ? locked : { ...locked, publicKey });
  }
  if (/\bsk-/.test(key.error)) return err(needsSsh(`${path} is a FIDO key`));
  return unusable('unreadable', `${path} is no private key that can be used: ${key.error}`, 'ssh-keygen -t ed25519');
}

/** The mode of a file of ours that others may read, as chmod writes it; ssh does not look at those of other owners. */
async function tooOpen(path: string): Promise<string | undefined> {
  const { mode, uid } = await stat(path);
  return uid === ownUid() && (mode & 0o077) !== 0 ? (mode & 0o777).toString(8).padStart(4, '0') : undefined;
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
  return ok(signQuickly(Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed));
}

function needsSsh(cause: string): UnusableKey {
  return { why: 'needs-ssh', failure: { kind: 'needs-openssh', cause } };
}

async function exists(path: string): Promise<boolean> {
  return readWithin(path, largestSecret).then(
    () => true,
    () => false,
  );
}
