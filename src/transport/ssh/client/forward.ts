import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { printableLine } from '../../../model/printable-text.ts';
import type { Result } from '../../../model/result.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure } from '../../transport.ts';
import { askForChannel } from './ask-for-channel.ts';
import { endpoint } from './endpoint.ts';
import { timedOut } from './explain-connect-error.ts';

export interface Bastion {
  readonly client: Client;
  readonly server: SshServer;
}

/** Has a bastion connect to a server, as `ssh -W` does. Throws only the reason of `signal`. */
export function forward(
  { client, server: bastion }: Bastion,
  server: SshServer,
  { signal, limitMs, shownMs }: { readonly signal: AbortSignal; readonly limitMs: number; readonly shownMs: number },
): Promise<Result<Duplex, ConnectFailure>> {
  return askForChannel(client, {
    ask: answer => client.forwardOut('127.0.0.1', 0, server.address, server.port, answer),
    use: channel => channel,
    refused: error => explainRefusal(error, bastion, server),
    tooLate: () => timedOut(server, shownMs, 'TCP connection'),
    lost: () => ({ kind: 'dropped', cause: `${endpoint(bastion)} closed the connection` }),
    limitMs,
    signal,
  });
}

/** By the reason that the bastion gives (RFC 4254, 5.1), and by sshd's words for it. */
function explainRefusal(
  error: Error & { readonly reason?: unknown },
  bastion: SshServer,
  server: SshServer,
): ConnectFailure {
  const said = printableLine(error.message.replace(/^\(SSH\) Channel open failure: /, ''), 200);
  const where = endpoint(server);
  const cause = `the bastion ${endpoint(bastion)} cannot connect to ${where}: ${said}`;
  if (error.reason === 'ADMINISTRATIVELY_PROHIBITED' || error.reason === 1) {
    return {
      kind: 'refused',
      cause: `the bastion ${endpoint(bastion)} forwards no connection to ${where}: ${said}`,
      cure: 'see AllowTcpForwarding and PermitOpen in its sshd_config',
    };
  }
  if (error.reason === 'RESOURCE_SHORTAGE' || error.reason === 4) return { kind: 'dropped', cause };
  if (/refused/i.test(said))
    return { kind: 'refused', cause, cure: 'is sshd running there, and is ansible_port right?' };
  if (/timed out/i.test(said))
    return { kind: 'timed-out', cause, cure: 'is the host up? check ansible_host, and firewalls' };
  if (/not known|resol|nodename/i.test(said)) {
    return { kind: 'name-not-found', cause, cure: 'the bastion looks the name up: set ansible_host to an address' };
  }
  return { kind: 'no-route', cause, cure: 'try it from the bastion' };
}
