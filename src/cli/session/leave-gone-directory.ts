import { ownConsole } from '../own-console.ts';
/**
 * Goes to `/` where the current directory has been removed: whoever asks for it, which every program that reads a path does, would
 * end with an error of node's. Says so, since relative paths mean something else there.
 */
export function leaveGoneDirectory(): void {
  try {
    process.cwd();
  } catch {
    process.chdir('/');
    ownConsole.say('warning: the current directory has been removed; paths are taken from /\n');
  }
}
