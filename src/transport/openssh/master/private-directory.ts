import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/** The path of a socket may have 104 bytes on some systems, and ssh adds 17 for a while. */
const maxBaseBytes = 60;

/**
 * Makes a directory that only we can enter, with a short path: where the system keeps such things, else in /tmp.
 * Rejects if it cannot be made.
 */
export async function makePrivateDirectory(): Promise<string> {
  const own = process.env['XDG_RUNTIME_DIR'];
  if (own?.startsWith('/') && Buffer.byteLength(own) <= maxBaseBytes) {
    // After `sudo` it may name that of somebody else.
    const made = await mkdtemp(join(own, 'tapbook-ssh-')).catch(() => undefined);
    if (made !== undefined) return made;
  }
  return mkdtemp('/tmp/tapbook-ssh-');
}
