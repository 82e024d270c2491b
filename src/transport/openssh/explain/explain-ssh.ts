import type { SshConnection } from '../../../model/host.ts';
import { stageCures, timedOutAt } from '../../connect-stage.ts';
import { cureOfBastion } from '../../cure-of-bastion.ts';
import { endpoint } from '../../ssh/client/endpoint.ts';
import type { ConnectFailure } from '../../transport.ts';
import { explainHostKey } from './explain-host-key.ts';
import { explainLogin } from './explain-login.ts';
import type { SshLog } from './parse-ssh-log.ts';

/** The same words as for a connection without ssh, where ssh says as much. */
export function timedOut(connection: SshConnection, talk: SshLog, limitMs: number): ConnectFailure {
  return timedOutAt(talk.stage, whereTo(connection, talk), limitMs);
}

/** Why `ssh` ended before it had logged in. */
export function explainSsh(connection: SshConnection, talk: SshLog, program: string): ConnectFailure {
  const where = whereTo(connection, talk);
  if (talk.isMissing) {
    return {
      kind: 'protocol',
      cause: `${program} is not installed here`,
      cure: 'install the OpenSSH client, or connect without it: ansible_connection: ssh',
    };
  }
  const said = talk.words.join('\n');
  const isOnTheWay = talk.hasProxy && /\b(?:UNKNOWN port 65535|unknown port \d+)\b/.test(said);
  if (!isOnTheWay) return explain(connection, talk, said, where, 'host') ?? unexplained(where, lastWord(talk.words));
  return explainWay(connection, talk, where);
}

/** What failed is not the host, but what should have led to it. */
function explainWay(connection: SshConnection, talk: SshLog, where: string): ConnectFailure {
  const words = talk.words.filter(word => !/(?:UNKNOWN|unknown) port \d+/.test(word));
  // That nothing came through is said by our ssh, after all others.
  const last = words.findLastIndex(word => /^(?:kex|ssh)_exchange_identification:/.test(word));
  const itsWords = words.filter((_word, index) => index !== last);
  const said = itsWords.join('\n');
  const refusal = /open failed: (?:connect failed: )?(.*)$/m.exec(said)?.[1];
  if (refusal !== undefined) {
    return {
      kind: kindOfErrno(refusal),
      cause: `the jump host cannot reach ${where}: ${refusal}`,
      cure: 'try it from there; is AllowTcpForwarding on in its sshd_config?',
    };
  }
  const inner = explain(connection, talk, said, talk.server === undefined ? where : endpoint(talk.server), 'bastion');
  const failed = `the way to ${where} failed`;
  const byHand = `check ProxyCommand and ProxyJump; try: ssh -v ${connection.address}`;
  if (inner !== undefined) {
    const cure = inner.cure === undefined ? {} : { cure: cureOfBastion(inner.cure) };
    return { ...inner, ...cure, cause: `${failed}: ${inner.cause}` };
  }
  const word = lastWord(itsWords);
  return { kind: 'protocol', cause: `${failed}: ${word || 'ProxyCommand ended without a word'}`, cure: byHand };
}

function explain(
  connection: SshConnection,
  talk: SshLog,
  said: string,
  where: string,
  of: 'host' | 'bastion',
): ConnectFailure | undefined {
  return (
    explainSettings(said) ??
    explainReach(said, where, talk) ??
    explainHostKey(connection, talk, said, where, of) ??
    explainHandshake(talk, said, where) ??
    explainLogin(connection, talk, said, where)
  );
}

/** It did not even begin. */
function explainSettings(said: string): ConnectFailure | undefined {
  const bad =
    /^.*(?:Bad configuration option|Bad owner or permissions|Can't open user config file|unsupported option|Bad SSH2 |[Mm]issing argument|keyword .* extra arguments|Bad number|[Uu]nknown option|invalid characters|Bad port).*$/m
      .exec(said)?.[0]
      .replace(/\.$/, '');
  if (bad === undefined) return undefined;
  return {
    kind: 'protocol',
    cause: `ssh does not understand what it was given: ${bad}`,
    cure: 'check ssh_config, ansible_host, ansible_port and ansible_ssh_args',
  };
}

function explainReach(said: string, where: string, talk: SshLog): ConnectFailure | undefined {
  const name = /Could not resolve hostname (\S+?):/.exec(said)?.[1];
  if (name !== undefined) {
    return {
      kind: 'name-not-found',
      cause: `the name ${name} cannot be resolved`,
      cure: stageCures['looking up the name'],
    };
  }
  const errno = /^ssh: connect to (?:host|address) .*?: ([A-Z].*)$/m.exec(said)?.[1];
  if (errno !== undefined) {
    const kind = kindOfErrno(errno);
    const { cause, cure } = reaches[kind] ?? { cause: `cannot connect to WHERE: ${errno}`, cure: undefined };
    return { kind, cause: cause.replace('WHERE', where), ...(cure === undefined ? {} : { cure }) };
  }
  if (/Connection timed out during banner exchange|^Connection to \S+ port \d+ timed out/m.test(said)) {
    return { kind: 'timed-out', cause: `${where} does not answer (${talk.stage})`, cure: stageCures[talk.stage] };
  }
  return undefined;
}

const reaches: Readonly<Partial<Record<ConnectFailure['kind'], { readonly cause: string; readonly cure: string }>>> = {
  refused: { cause: 'WHERE refuses connections', cure: 'is sshd running there, and is ansible_port right?' },
  'no-route': { cause: 'there is no route to WHERE', cure: 'check the network, and ansible_host' },
  'timed-out': { cause: 'WHERE does not answer (TCP connection)', cure: stageCures['TCP connection'] },
};

/** By what strerror(3) says. */
function kindOfErrno(text: string): ConnectFailure['kind'] {
  if (text.startsWith('Connection refused')) return 'refused';
  if (/^(?:No route to host|Network is unreachable)/.test(text)) return 'no-route';
  if (/^(?:Connection|Operation) timed out/.test(text)) return 'timed-out';
  return /^Name or service not known|^Temporary failure in name/.test(text) ? 'name-not-found' : 'protocol';
}

function explainHandshake({ stage, banner }: SshLog, said: string, where: string): ConnectFailure | undefined {
  const negotiation = /^Unable to negotiate with .*? port \d+: (.*)$/m.exec(said)?.[1];
  if (negotiation !== undefined) {
    return {
      kind: 'protocol',
      cause: `${where} has no algorithm in common with us: ${negotiation}`,
      cure: 'its sshd is too old, or set up too strictly: see Ciphers, KexAlgorithms and HostKeyAlgorithms there',
    };
  }
  if (stage === 'authentication') return undefined;
  // sshd's own words before its banner: at MaxStartups, and for a banned address (PerSourcePenalties).
  const isSshd = banner === undefined || /^(?:Exceeded MaxStartups|Not allowed at this time)/.test(banner);
  if (!isSshd) {
    return {
      kind: 'protocol',
      cause: `${where} is no SSH server: it says "${banner}"`,
      cure: 'is ansible_port that of an SSH server?',
    };
  }
  if (!/^Connection (?:closed|reset) by|exchange_identification:/m.test(said)) return undefined;
  return {
    kind: 'dropped',
    cause: `${where} closed the connection before the SSH handshake${banner === undefined ? '' : ` (${banner})`}`,
    cure: 'sshd may be full (MaxStartups), or have banned this address',
  };
}

function unexplained(where: string, word: string): ConnectFailure {
  return {
    kind: 'protocol',
    cause: `ssh does not connect to ${where}: ${word || 'it ended without a word'}`,
    cure: "sshd's log there may say more; try: ssh -v",
  };
}

function whereTo({ address, port }: SshConnection, { server, hasProxy }: SshLog): string {
  return endpoint({ address, port: port ?? (hasProxy ? undefined : server?.port) ?? 22 });
}

function lastWord(words: readonly string[]): string {
  return words.at(-1) ?? '';
}
