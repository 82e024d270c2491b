import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Writes a key pair to PATH and PATH.pub, by OpenSSH: now and then ssh2 makes one that it cannot read itself. */
export async function makeKey(path: string, type: 'ed25519' | 'ecdsa' | 'rsa', passphrase = ''): Promise<void> {
  await promisify(execFile)('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', path]);
}
