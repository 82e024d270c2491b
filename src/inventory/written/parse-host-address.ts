import { isIPv4, isIPv6 } from 'node:net';

export interface HostAddress {
  readonly name: string;
  readonly port?: number;
}

const bracketedWithPort = /^\[(.+)\]:(\d+)$/;
const nameWithPort = /^((?:[^:[\]]|\[[^\]]*\])*):(\d+)$/;
const range = /\[(?:[a-z]:[a-z]|[0-9a-f]+:[0-9a-f]+)(?::\d+)?\]/gi;
const hostname = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?)*$/u;

/**
 * Splits `name`, `name:port`, `[address]:port`, all with or without ranges, as Ansible does. Undefined if the rest is neither a
 * host's name nor an address. A colon in a bare IPv6 address begins no port.
 */
export function parseHostAddress(text: string): HostAddress | undefined {
  const match = bracketedWithPort.exec(text) ?? nameWithPort.exec(text);
  const name = match?.[1] ?? text;
  // Only the shape is checked, so one digit stands for each range.
  const shape = name.replace(range, '1');
  if (!isIPv4(shape) && !isIPv6(shape) && !hostname.test(shape)) return undefined;
  return match === null ? { name } : { name, port: Number(match[2]) };
}
