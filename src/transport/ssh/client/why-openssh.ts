import { existsSync } from 'node:fs';
import { ownUid } from '../../../process/own-account.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure } from '../../transport.ts';
import { findForeignKey } from '../keys/list-agent.ts';

/**
 * After a refusal: whether the system's `ssh` has something to offer that ssh2 has not, namely certificates and FIDO
 * keys of the agent, and Kerberos. Else the refusal as it is.
 */
export async function whyOpenssh(
  failure: ConnectFailure,
  { keys }: SshServer,
  signal: AbortSignal,
): Promise<ConnectFailure> {
  if (failure.kind !== 'authentication') return failure;
  const foreign = keys.agentSocket === undefined ? undefined : await findForeignKey(keys.agentSocket, signal);
  if (foreign !== undefined) return { kind: 'needs-openssh', cause: `the agent holds ${foreign}` };
  if (failure.cause.includes('gssapi-with-mic') && hasKerberosTicket()) {
    return { kind: 'needs-openssh', cause: 'the server takes Kerberos tickets (GSSAPI)' };
  }
  return failure;
}

function hasKerberosTicket(): boolean {
  const named = process.env['KRB5CCNAME'];
  if (named !== undefined && !named.startsWith('FILE:') && !named.startsWith('/')) return true;
  return existsSync(named?.replace(/^FILE:/, '') ?? `/tmp/krb5cc_${ownUid()}`);
}
