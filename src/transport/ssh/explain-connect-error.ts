import type { ConnectFailure } from '../transport.ts';

/** How far a connection has come: named when it comes no further. */
export type ConnectStage = 'name or address' | 'TCP connection' | 'SSH handshake' | 'authentication';

/** What an error of ssh2 or of the socket means to a person. `where` is `address:port`. */
export function explainConnectError(
  error: Error & { readonly level?: string; readonly code?: string },
  where: string,
  stage: ConnectStage,
  user: string,
  offered: readonly string[],
): ConnectFailure {
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        kind: 'name-not-found',
        cause: `the name ${where.replace(/:\d+$/, '')} cannot be resolved`,
        cure: 'set ansible_host to an address, or mend DNS',
      };
    case 'ECONNREFUSED':
      return {
        kind: 'refused',
        cause: `${where} refuses connections`,
        cure: 'is sshd running there, and is ansible_port right?',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { kind: 'no-route', cause: `there is no route to ${where}`, cure: 'check the network and ansible_host' };
    case 'ETIMEDOUT':
      return {
        kind: 'timed-out',
        cause: `${where} does not answer (TCP connection)`,
        cure: 'check the network and firewalls',
      };
    default:
      break;
  }
  if (error.level === 'client-authentication') {
    const what = offered.length === 0 ? 'there was no key to offer' : `offered: ${offered.join(', ')}`;
    return {
      kind: 'authentication',
      cause: `${where} refuses user ${user} (${what})`,
      cure: 'check ansible_user and ansible_ssh_private_key_file, and authorized_keys there',
    };
  }
  if (
    stage === 'SSH handshake' &&
    (error.code === 'ECONNRESET' || /lost before handshake|closed/i.test(error.message))
  ) {
    return {
      kind: 'dropped',
      cause: `${where} closed the connection before the SSH handshake`,
      cure: 'sshd may be full (MaxStartups) or this address banned; is it an SSH server?',
    };
  }
  return { kind: 'protocol', cause: `${where}: ${error.message} (${stage})` };
}
