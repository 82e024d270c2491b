import { fstatSync } from 'node:fs';

/**
 * Makes writes to a terminal wait in memory. By default node blocks the whole process while a terminal takes nothing: after
 * Ctrl-S, in tmux's copy mode, behind a network that stalls. The hosts would be left to their leases. node has no public
 * name for this (`setBlocking` of the handle); without it the stream stays as it is.
 */
export function unblockTerminal(stream: NodeJS.WriteStream): void {
  if (!stream.isTTY) return;
  const { _handle: handle } = stream as { _handle?: { setBlocking?(how: boolean): number } };
  handle?.setBlocking?.(false);
}

/** Whether both streams write to the same screen. */
export function isSameTerminal(one: typeof process.stdout, other: typeof process.stderr): boolean {
  if (!one.isTTY || !other.isTTY) return false;
  const devices = [one, other].map(({ fd }) => fstatSync(fd).rdev);
  return devices[0] === devices[1] || devices.includes(ownTerminal);
}

/** /dev/tty: another name of the terminal that a process has. */
const ownTerminal = 0x500;
