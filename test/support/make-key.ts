import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Writes a key pair to PATH and PATH.pub, in place of what is there, by OpenSSH: now and then ssh2 makes one that it cannot read itself. */
export async function makeKey(path: string, type: 'ed25519' | 'ecdsa' | 'rsa', passphrase = ''): Promise<void> {
  // Else ssh-keygen asks whether it may overwrite, and waits.
  for (const old of [path, `${path}.pub`]) await rm(old, { force: true });
  await promisify(execFile)('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', path]);
}
