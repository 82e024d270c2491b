import type { SshConnection } from '../../../model/host.ts';
import { shellLine } from '../../shell/shell-quote.ts';
import type { ConnectFailure } from '../../transport.ts';
import type { SshLog } from './parse-ssh-log.ts';

/** Why ssh does not trust the server's key; undefined if that is not why it ended. */
export function explainHostKey(
  connection: SshConnection,
  { hostKey = 'a key', server, via, hasProxy }: SshLog,
  said: string,
  where: string,
  of: 'host' | 'bastion',
): ConnectFailure | undefined {
  if (!/^Host key verification failed|you have requested strict checking/m.test(said)) return undefined;
  const { address, port } = server ?? { address: connection.address, port: connection.port ?? 22 };
  const name = port === 22 ? address : `[${address}]:${port}`;
  // What the inventory says of known_hosts is not for a bastion.
  const file = (of === 'bastion' ? undefined : connection.knownHostsFile) ?? '~/.ssh/known_hosts';
  // ssh-keyscan does not go through another host: there it is run on the last one before.
  const scan = (into: string): string => {
    if (of === 'host' && hasProxy && via === undefined) return shellLine(['ssh', connection.address]);
    return `${via === undefined ? '' : `ssh ${via} `}${shellLine(['ssh-keyscan', '-p', String(port), address])} >> ${into}`;
  };
  if (/REVOKED HOST KEY|was revoked|marked as revoked/.test(said)) {
    return {
      kind: 'host-key-changed',
      cause: `the host key of ${name} is revoked in known_hosts: ${hostKey}`,
      cure: 'do not connect; ask who revoked it',
    };
  }
  const offending = /^Offending (\S+) key in (.+):(\d+)$/m.exec(said);
  if (offending !== null) {
    const [, type, changed = file, line] = offending;
    return {
      kind: 'host-key-changed',
      cause: `the host key of ${name} has changed: known is another ${type} key (${changed}:${line}), shown was ${hostKey}`,
      cure: `find out why; if it is right: ${shellLine(['ssh-keygen', '-f', changed, '-R', name])} && ${scan(changed)}`,
    };
  }
  const why =
    /^Certificate invalid: (.*)$/m.exec(said)?.[1] ?? /^(.*certificate.*(?:expired|not valid).*)$/im.exec(said)?.[1];
  if (why !== undefined) {
    return {
      kind: 'host-key-unknown',
      cause: `the host certificate of ${where} is not valid: ${why}`,
      cure: 'have a new one signed, or set HostKeyAlgorithms',
    };
  }
  return {
    kind: 'host-key-unknown',
    cause: `the host key of ${name} is not known: ${hostKey}`,
    cure: `if that is its fingerprint: ${scan(file)}`,
  };
}
