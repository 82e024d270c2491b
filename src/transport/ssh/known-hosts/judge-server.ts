import { err, ok, type Result } from '../../../model/result.ts';
import { shellLine } from '../../shell/shell-quote.ts';
import type { HostKeyPolicy } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure } from '../../transport.ts';
import { fingerprint, hostKeyType, judgeHostKey } from './known-hosts.ts';
import type { KnownHost } from './read-known-hosts.ts';

/** `new` and `changed`: the policy takes the key, although it is not the one that we know. */
export type Judgement = 'known' | 'new' | 'changed';

/** Whether the key that a server has shown is to be taken; if not, how that is said and what would mend it. */
export function judgeServer(
  key: Buffer,
  { name, unknown, changed }: HostKeyPolicy,
  { lines, anyPort }: KnownHost,
  trustHost: string,
): Result<Judgement, ConnectFailure> {
  const verdict = judgeHostKey(lines, anyPort, key);
  const shown = describeKey(key);
  const trust = shellLine(['tapbook', 'trust', trustHost]);
  switch (verdict.kind) {
    case 'known':
      return ok('known');
    case 'unknown':
      if (unknown === 'accepted') return ok('new');
      return err({
        kind: 'host-key-unknown',
        cause: `the host key of ${name} is not known: ${shown}`,
        cure: `if that is its fingerprint: ${trust}`,
      });
    case 'authority-only':
      return err({
        kind: 'needs-openssh',
        cause: `${name} is known by a certificate authority (${verdict.line.file}:${verdict.line.line})`,
      });
    case 'revoked':
      return err({
        kind: 'host-key-changed',
        cause: `the host key of ${name} is revoked in ${verdict.line.file}:${verdict.line.line}: ${shown}`,
        cure: 'do not connect; ask who revoked it',
      });
    case 'changed': {
      if (changed === 'accepted') return ok('changed');
      const { expected } = verdict;
      const old = `${expected.type} ${fingerprint(Buffer.from(expected.key, 'base64'))}`;

      return err({
        kind: 'host-key-changed',
        cause: `the host key of ${name} has changed: known is ${old} (${expected.file}:${expected.line}), shown was ${shown}`,
        cure: `find out why; if it is right: ${shellLine(['ssh-keygen', '-f', expected.file, '-R', name])} && ${trust}`,
      });
    }
    default:
      return verdict satisfies never;
  }
}

/** As `ssh-keygen -l` has it: `ssh-ed25519 SHA256:…`. */
export function describeKey(key: Buffer): string {
  return `${hostKeyType(key)} ${fingerprint(key)}`;
}
