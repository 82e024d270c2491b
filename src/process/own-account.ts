import { homedir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

/**
 * The home of the current user: $HOME if it is a path, else the account's, else `/`, as for a login without one. So it exists
 * under `env -i`, and for a user id of a container without an account.
 */
export function ownHome(): string {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : userInfo().homedir;
  } catch {
    return '/';
  }
}

/** The home that the account has, whatever $HOME says; for a user id without an account, `ownHome`. */
export function accountHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return ownHome();
  }
}

/**
 * The name of the current user; the user id of an account without a name. Looked up once: every host needs it, and the
 * answer may come from a directory service.
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

/**
 * The users whose files count as one's own, as git has it (safe.directory): this one, and for root under sudo the one who has called
 * it, who may run anything as root anyway.
 */
export function ownUids(): readonly number[] {
  const uid = ownUid();
  const caller = process.env['SUDO_UID'] ?? '';
  return uid === 0 && /^\d{1,9}$/.test(caller) ? [uid, Number(caller)] : [uid];
}
