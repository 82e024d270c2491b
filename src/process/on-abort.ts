import { setMaxListeners } from 'node:events';

/**
 * Calls back once when the signal fires, and not if it has fired already; returns what takes the callback away again.
 * A run's signal has a listener for each host and command, which is no leak and shall not be warned of as one.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
}
