import type { ConnectOptions } from '../../src/transport/transport.ts';

/** Limits that no healthy connection on this machine comes near. */
export function connectOptions(
  options: { readonly signal?: AbortSignal; readonly connect?: number } = {},
): ConnectOptions {
  const { signal = new AbortController().signal, connect = 20_000 } = options;
  return { signal, limits: { connect, keepalive: 10_000, keepaliveCount: 3 } };
}
