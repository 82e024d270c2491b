import { homedir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

/**
 * The HOME of whoever runs this: $HOME where it is a path, else what the account says, else `/`, as a login without one has it.
 * Under `env -i`, and for a user id of a container that has no account, it is there all the same.
 */
export function ownHome(): string {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : userInfo().homedir;
  } catch {
    return '/';
  }
}

/**
 * The name of whoever runs this; the number of an account that has none. Asked once: it may be a directory service that has to
 * be asked, and every host wants to know.
 */
export function ownUser(): string {
  known ??= readUser();
  return known;
}

let known: string | undefined;

function readUser(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['LOGNAME'] ?? process.env['USER'] ?? String(ownUid());
  }
}

/** The number of that account. */
export function ownUid(): number {
  return process.getuid?.() ?? 0;
}
