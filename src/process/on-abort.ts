import { setMaxListeners } from 'node:events';

/**
 * Calls back once when the signal fires, but not if it already has; returns a function that removes the callback. A run's
 * signal has a listener for each host and command: Node's warning of a leak is turned off for it.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
}
