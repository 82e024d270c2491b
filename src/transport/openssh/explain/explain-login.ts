import type { SshConnection } from '../../../model/host.ts';
import type { ConnectFailure } from '../../transport.ts';
import type { SshLog } from './parse-ssh-log.ts';

/** Why the server lets nobody in with what was offered; undefined if that is not why ssh ended. */
export function explainLogin(
  { privateKeyFile, user: inventoryUser }: SshConnection,
  talk: SshLog,
  said: string,
  where: string,
): ConnectFailure | undefined {
  const user = talk.user ?? inventoryUser ?? 'the user';
  const offers = talk.offered.length === 0 ? 'nothing was offered' : `offered: ${talk.offered.join(', ')}`;
  const isRefused = /Permission denied|No more authentication methods/.test(said);
  if (!isRefused && talk.stage === 'authentication') {
    const word = /^(?:Received disconnect from .*? port \d+:\d+|Disconnecting .*?): (.+)$/m.exec(said)?.[1];
    if (word === undefined && !/^Connection (?:closed|reset) by/m.test(said)) return undefined;
    return {
      kind: 'authentication',
      cause: `${where} ${word === undefined ? 'closed the connection' : `ended the connection (${word})`} while ${user} was logging in (${offers})`,
      cure: "see sshd's log there; with many keys in the agent, name the right one in ansible_ssh_private_key_file",
    };
  }
  if (!isRefused) return undefined;
  if (talk.wantsMore) {
    return {
      kind: 'authentication',
      cause: `${where} wants more than a key from ${user}: ${talk.accepts.join(', ')}`,
      cure: 'allow this user to log in with a key alone (AuthenticationMethods in sshd_config)',
    };
  }
  const unusable = explainKey(said, talk, privateKeyFile);
  if (unusable !== undefined) return unusable;
  if (talk.offered.length === 0) {
    return {
      kind: 'authentication',
      cause: `there is no key to log in with as ${user} at ${where}`,
      cure: 'set ansible_ssh_private_key_file, or put a key into the agent: ssh-add',
    };
  }
  const takes = talk.accepts.length === 0 ? '' : `; it takes: ${talk.accepts.join(', ')}`;
  return {
    kind: 'authentication',
    cause: `${where} refuses user ${user} (${offers}${takes})`,
    cure: cureOfRefusal(user, talk.offered),
  };
}

function cureOfRefusal(user: string, offered: readonly string[]): string {
  const certificate = /^certificate (.*?)(?: of the agent)?$/.exec(offered.find(isCertificate) ?? '')?.[1];
  if (certificate !== undefined) {
    const file = certificate.endsWith('.pub') ? certificate : `${certificate}-cert.pub`;
    return `is the certificate still valid, and for that user? ssh-keygen -L -f ${file}`;
  }
  if (offered.includes('the password')) return 'check ansible_user and ansible_password';
  return `check ansible_user, and that the key is in ~${user}/.ssh/authorized_keys there`;
}

function isCertificate(offer: string): boolean {
  return offer.startsWith('certificate ');
}

/** A key that ssh would have offered and cannot use. */
function explainKey(
  said: string,
  { accepted, accepts }: SshLog,
  privateKeyFile: string | undefined,
): ConnectFailure | undefined {
  const unusable = (cause: string, cure: string): ConnectFailure => ({ kind: 'key-unreadable', cause, cure });
  const absent =
    /^(?:Warning: Identity file (.+) not accessible|no such identity: (.+)): No such file or directory/m.exec(said);
  if (absent !== null) {
    return unusable(`there is no private key ${absent[1] ?? absent[2]}`, 'check ansible_ssh_private_key_file');
  }
  const load = /^Load key "(.+)": (.+)$/m.exec(said);
  // Taken, and then not used, without a word: ssh would have had to ask for its passphrase.
  if (load === null && accepted !== undefined && accepts.includes('publickey')) {
    return unusable(
      `the private key ${accepted} has a passphrase, and the agent does not hold it`,
      `ssh-add ${accepted}`,
    );
  }
  if (load === null || privateKeyFile === undefined) return undefined;
  const [, path, why] = load;
  if (why?.startsWith('bad permissions')) {
    return unusable(`the private key ${path} can be read by others, so ssh does not use it`, `chmod 600 ${path}`);
  }
  return unusable(`${path} is no private key that can be used: ${why}`, 'ssh-keygen -t ed25519');
}
