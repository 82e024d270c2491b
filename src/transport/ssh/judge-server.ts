import { err, ok, type Result } from '../../model/result.ts';
import type { ConnectFailure } from '../transport.ts';
import { fingerprint, hostKeyType, judgeHostKey } from './known-hosts.ts';
import type { KnownHost } from './read-known-hosts.ts';
import type { SshServer } from './ssh-server.ts';

/** Whether the key that a server has shown is the one we know; if not, how that is said and what would mend it. */
export function judgeServer(
  key: Buffer,
  { address, port }: SshServer,
  { name, lines, anyPort, file }: KnownHost,
): Result<undefined, ConnectFailure> {
  const verdict = judgeHostKey(lines, anyPort, key);
  const shown = `${hostKeyType(key)} ${fingerprint(key)}`;
  const scan = `ssh-keyscan -p ${port} ${address} >> ${file}`;
  switch (verdict.kind) {
    case 'known':
      return ok(undefined);
    case 'unknown':
      return err({
        kind: 'host-key-unknown',
        cause: `the host key of ${name} is not known: ${shown}`,
        cure: `if that is its fingerprint: ${scan}`,
      });
    case 'authority-only':
      return err({
        kind: 'host-key-unknown',
        cause: `the host key of ${name} is known only by a certificate authority (${verdict.line.file}:${verdict.line.line}), which is not supported: ${shown}`,
        cure: `if that is its fingerprint: ${scan}`,
      });
    case 'revoked':
      return err({
        kind: 'host-key-changed',
        cause: `the host key of ${name} is revoked in ${verdict.line.file}:${verdict.line.line}: ${shown}`,
        cure: 'do not connect; ask who revoked it',
      });
    case 'changed': {
      const { expected } = verdict;
      const old = `${expected.type} ${fingerprint(Buffer.from(expected.key, 'base64'))}`;
      return err({
        kind: 'host-key-changed',
        cause: `the host key of ${name} has changed: known is ${old} (${expected.file}:${expected.line}), shown was ${shown}`,
        cure: `find out why; if it is right: ssh-keygen -f ${expected.file} -R '${name}' && ${scan}`,
      });
    }
    default:
      return verdict satisfies never;
  }
}
