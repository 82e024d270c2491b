import { fstatSync } from 'node:fs';

/**
 * node writes to terminals so that the whole process stands still where one does not take it: after Ctrl-S, in tmux's
 * copy mode, behind a network that stalls. The hosts would be left to their leases. What cannot be written at once is
 * held in memory instead. node has no public name for it (`setBlocking` of the handle); without it all is as before.
 */
export function neverBlock(stream: NodeJS.WriteStream): void {
  if (!stream.isTTY) return;
  const { _handle: handle } = stream as { _handle?: { setBlocking?(how: boolean): number } };
  handle?.setBlocking?.(false);
}

/** Whether what is written to both is seen on one screen. */
export function isSameTerminal(one: typeof process.stdout, other: typeof process.stderr): boolean {
  if (!one.isTTY || !other.isTTY) return false;
  const devices = [one, other].map(({ fd }) => fstatSync(fd).rdev);
  return devices[0] === devices[1] || devices.includes(ownTerminal);
}

/** /dev/tty: another name of the terminal that a process has. */
const ownTerminal = 0x500;
