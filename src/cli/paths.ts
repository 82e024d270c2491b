import { isAbsolute, join } from 'node:path';
import { ownHome } from '../process/own-account.ts';

/** tapbook's own folders follow the XDG Base Directory Specification: a relative value counts as unset. */
export function cacheDirectory(): string {
  return join(xdg('XDG_CACHE_HOME', '.cache'), 'tapbook');
}

export function stateDirectory(): string {
  return join(xdg('XDG_STATE_HOME', '.local/state'), 'tapbook');
}

/** The folder of the locks that keep two runs apart. */
export function lockDirectory(): string {
  return join(stateDirectory(), 'locks');
}

function xdg(name: string, fallback: string): string {
  const value = process.env[name];
  return value !== undefined && isAbsolute(value) ? value : join(ownHome(), fallback);
}
