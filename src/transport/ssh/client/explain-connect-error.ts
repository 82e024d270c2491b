import { printableLine } from '../../../model/printable-text.ts';
import { outOfFiles } from '../../../process/out-of-files.ts';
import { failOutOfFiles } from '../../claim-descriptors.ts';
import { type ConnectStage, stageCures, timedOutAt } from '../../connect-stage.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure } from '../../transport.ts';
import { endpoint } from './endpoint.ts';

/** What was tried to prove who we are, and what the server said to it. */
export interface AuthenticationLog {
  readonly user: string;
  /** In the order in which they were offered, as a person calls them. */
  readonly offered: string[];
  /** The methods that the server would have gone on with, after the last refusal. */
  accepts: readonly string[];
  /** Whether it took one of ours and wanted another one besides. */
  wantsMore: boolean;
}

export function timedOut(settings: SshServer, limitMs: number, stage: ConnectStage): ConnectFailure {
  return timedOutAt(stage, endpoint(settings), limitMs);
}

/** What an error of the socket means to a person (`errno` of connect(2), codes of getaddrinfo(3)). */
export function explainSocketError(error: NodeJS.ErrnoException, settings: SshServer): ConnectFailure {
  const where = endpoint(settings);
  const isOut = outOfFiles(error);
  if (isOut !== undefined) return failOutOfFiles(isOut, where);
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        kind: 'name-not-found',
        cause: `the name ${settings.address} cannot be resolved`,
        cure: stageCures['looking up the name'],
      };
    case 'ECONNREFUSED':
      return {
        kind: 'refused',
        cause: `${where} refuses connections`,
        cure: 'is sshd running there, and is ansible_port right?',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { kind: 'no-route', cause: `there is no route to ${where}`, cure: 'check the network, and ansible_host' };
    case 'ETIMEDOUT':
      return {
        kind: 'timed-out',
        cause: `${where} does not answer (TCP connection)`,
        cure: stageCures['TCP connection'],
      };
    default:
      return { kind: 'protocol', cause: `cannot connect to ${where}: ${error.message}` };
  }
}

/**
 * What an end of the connection before it was ready means. `error` is undefined if there was no word with it; `said` is
 * the beginning of what the server sent, `SSH-2.0-…` if it is an SSH server that wants to talk (RFC 4253, 4.2).
 */
export function explainLoginError(
  error: (Error & { readonly level?: string; readonly code?: unknown }) | undefined,
  settings: SshServer,
  stage: 'SSH handshake' | 'authentication',
  log: AuthenticationLog,
  said: string,
): ConnectFailure {
  const where = endpoint(settings);
  if (error?.level === 'client-authentication') return explainRefusal(where, log);
  // With it may come what the server says, as long as a packet.
  const message = printableLine(error?.message ?? '', 500);
  const isGone = error === undefined || error.code === 'ECONNRESET' || /^connection lost/i.test(error.message);
  if (stage === 'authentication') {
    // sshd hangs up after MaxAuthTries, saying so in a disconnect message.
    const why = isGone ? 'closed the connection' : `ended the connection (${message})`;
    return {
      kind: 'authentication',
      cause: `${where} ${why} while ${log.user} was logging in (${offers(log)})`,
      cure: "see sshd's log there; with many keys in the agent, name the right one in ansible_ssh_private_key_file",
    };
  }
  const word = firstLine(said);
  // sshd's own words before its banner: at MaxStartups, and for a banned address (PerSourcePenalties).
  const isSshd =
    word === '' || word.startsWith('SSH-') || /^(?:Exceeded MaxStartups|Not allowed at this time)/.test(word);
  if (isSshd && (isGone || error === undefined)) {
    const why = word === '' || word.startsWith('SSH-') ? '' : ` (${word})`;
    return {
      kind: 'dropped',
      cause: `${where} closed the connection before the SSH handshake${why}`,
      cure: 'sshd may be full (MaxStartups), or have banned this address',
    };
  }
  if (!isSshd || error === undefined) {
    return {
      kind: 'protocol',
      cause: `${where} is no SSH server: it says "${word}"`,
      cure: 'is ansible_port that of an SSH server?',
    };
  }
  if (/no matching/i.test(error.message)) {
    return { kind: 'needs-openssh', cause: `${where} has no algorithm in common with ssh2 (${message})` };
  }
  return {
    kind: 'protocol',
    cause: `the SSH handshake with ${where} failed: ${message}`,
    cure: "sshd's log there may say more",
  };
}

/** Of bounded length and without control characters: anybody may have sent it. */
function firstLine(text: string): string {
  return (/[^\r\n]*/.exec(text)?.[0] ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
}

function explainRefusal(where: string, log: AuthenticationLog): ConnectFailure {
  if (log.wantsMore) {
    return {
      kind: 'authentication',
      cause: `${where} wants more than a key from ${log.user}: ${log.accepts.join(', ')}`,
      cure: 'allow this user to log in with a key alone (AuthenticationMethods in sshd_config)',
    };
  }
  if (log.offered.length === 0) {
    return {
      kind: 'authentication',
      cause: `there is no key to log in with as ${log.user} at ${where}`,
      cure: 'set ansible_ssh_private_key_file, or put a key into the agent: ssh-add',
    };
  }
  const takes = log.accepts.length === 0 ? '' : `; it takes: ${log.accepts.join(', ')}`;
  return {
    kind: 'authentication',
    cause: `${where} refuses user ${log.user} (${offers(log)}${takes})`,
    cure: log.offered.every(name => name.startsWith('the password'))
      ? 'check ansible_user and ansible_password'
      : `check ansible_user, and that the key is in ~${log.user}/.ssh/authorized_keys there`,
  };
}

function offers({ offered }: AuthenticationLog): string {
  return offered.length === 0 ? 'nothing was offered' : `offered: ${offered.join(', ')}`;
}
