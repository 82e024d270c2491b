import { ownHome } from './own-account.ts';

/** A path with its leading `~` filled in; that of another user, `~name`, stays as it is. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? `${ownHome()}${path.slice(1)}` : path;
}
