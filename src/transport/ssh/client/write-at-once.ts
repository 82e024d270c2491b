import type { Socket } from 'node:net';

/**
 * Has all that is written to a socket in one go sent in one call: ssh2 writes a packet in three pieces, each of which would
 * be a call and a TCP segment of its own. Nothing is held back past the end of what runs at the moment.
 */
export function writeAtOnce(socket: Socket): Socket {
  let isHeld = false;
  const hold = (): void => {
    if (isHeld) return;
    isHeld = true;
    socket.cork();
    process.nextTick(() => {
      isHeld = false;
      socket.uncork();
    });
  };
  const write = socket.write;
  socket.write = (...args: readonly unknown[]): boolean => {
    hold();
    return Reflect.apply(write, socket, args) as boolean;
  };
  return socket;
}
