import type { ConnectFailure } from './transport.ts';

/** How far a connection has come: named when it comes no further. */
export type ConnectStage = 'looking up the name' | 'TCP connection' | 'SSH handshake' | 'authentication';

export const stageCures: Readonly<Record<ConnectStage, string>> = {
  'looking up the name': 'set ansible_host to an address, or mend DNS',
  'TCP connection': 'is the host up? check ansible_host, and firewalls',
  'SSH handshake': 'is that an SSH server, and is the host overloaded? try: ssh -v, or --connect-timeout 1m',
  authentication: 'sshd may wait for DNS, PAM or a directory; see its log, or try --connect-timeout 1m',
};

/** The limit, in milliseconds, went by at a stage; `where` is the server, as a person writes it. */
export function timedOutAt(stage: ConnectStage, where: string, limitMs: number): ConnectFailure {
  return {
    kind: 'timed-out',
    cause: `${where} did not answer within ${limitMs / 1000} s (${stage})`,
    cure: stageCures[stage],
  };
}
