import { ownConsole } from '../own-console.ts';
/**
 * Changes to `/` if the current directory has been removed: otherwise node throws when any path is resolved. Prints a warning,
 * since relative paths mean something else there.
 */
export function leaveGoneDirectory(): void {
  try {
    process.cwd();
  } catch {
    process.chdir('/');
    ownConsole.say('warning: the current directory has been removed; paths are taken from /\n');
  }
}
