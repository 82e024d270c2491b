import { printableLine } from '../../../model/printable-text.ts';
import type { ConnectStage } from '../../connect-stage.ts';

/** What `ssh -v` has said, as far as it says why something failed. */
export interface SshLog {
  stage: ConnectStage;
  /** Another program makes the way there: ProxyCommand, or ProxyJump. Its words stand among those of ssh. */
  hasProxy: boolean;
  /** The server spoken with last: of several `ssh` on the way, the farthest. */
  server: { readonly address: string; readonly port: number } | undefined;
  user: string | undefined;
  /** The one through which that server is reached, as `ssh` would be given it: `-p 2222 ops@bastion`. */
  via: string | undefined;
  /** Whether a server on the way, or the host itself, has shown another key than the known one. */
  hasChangedKey: boolean;
  /** Type and fingerprint of the key that it has shown. */
  hostKey: string | undefined;
  /** The first line of a server that is none for SSH, or takes nobody now. */
  banner: string | undefined;
  /** What was offered to log in with, in its order, as a person calls it. */
  offered: string[];
  /** The key that the server would take, if only it were used. */
  accepted: string | undefined;
  /** The methods with which the server would have gone on, after the last refusal. */
  accepts: readonly string[];
  /** Whether it took one of ours and wanted another one besides. */
  wantsMore: boolean;
  /** What is no debugging: warnings and errors, the last ones. */
  words: string[];
  /** There is no such program. */
  isMissing: boolean;
}

/** More of its words than these are none that tell anything. */
const maxWords = 40;
const maxWordLength = 400;
const maxOffers = 20;

export function newSshLog(): SshLog {
  return {
    stage: 'looking up the name',
    hasProxy: false,
    server: undefined,
    user: undefined,
    via: undefined,
    hasChangedKey: false,
    hostKey: undefined,
    banner: undefined,
    offered: [],
    accepted: undefined,
    accepts: [],
    wantsMore: false,
    words: [],
    isMissing: false,
  };
}

/** Takes in one line of its standard error. */
export function readLogLine(talk: SshLog, line: string): void {
  const said = printableLine(line, maxWordLength);
  const debug = /^debug[1-3]: (.*)$/.exec(said)?.[1];
  const text = debug ?? said;
  for (const [pattern, hear] of heard) {
    const match = pattern.exec(text);
    if (match !== null) {
      hear(talk, match);
      return;
    }
  }
  if (debug !== undefined || said === '' || /^OpenSSH_\d/.test(said)) return;
  if (said.includes('HOST IDENTIFICATION HAS CHANGED')) talk.hasChangedKey = true;
  talk.words.push(said);
  if (talk.words.length > maxWords) talk.words.shift();
}

type Hear = readonly [RegExp, (talk: SshLog, match: RegExpExecArray) => void];

const heard: readonly Hear[] = [
  [
    /^Executing proxy command: /,
    talk => {
      talk.hasProxy = true;
      talk.stage = 'SSH handshake';
    },
  ],
  [
    /^Connecting to (\S+) (?:\[\S*\] )?port (\d+)/,
    (talk, [, address = '', port]) => {
      talk.server = { address, port: Number(port) };
      talk.via = undefined;
      talk.stage = 'TCP connection';
    },
  ],
  [
    /^Connection established/,
    talk => {
      talk.stage = 'SSH handshake';
    },
  ],
  [
    /^Authenticating to (\S+):(\d+) as '(.*)'/,
    (talk, [, address = '', port, user = '']) => {
      const { server } = talk;
      const isNext = server !== undefined && (server.address !== address || server.port !== Number(port));
      Object.assign(talk, {
        via: isNext && talk.user !== undefined ? `-p ${server.port} ${talk.user}@${server.address}` : talk.via,
        server: { address, port: Number(port) },
        user,
        offered: [],
        accepted: undefined,
        accepts: [],
        wantsMore: false,
      });
      // What stands before it is another's way here, and went well.
      talk.stage = 'SSH handshake';
    },
  ],
  [
    /^Server host (?:key|certificate): (\S+) (SHA256:[A-Za-z0-9+/]+)/,
    (talk, [, type, print]) => {
      talk.hostKey = `${type} ${print}`;
    },
  ],
  [
    /^kex_exchange_identification: banner line 0: (.*)/,
    (talk, [, banner = '']) => {
      // ssh writes what is not printable as octal numbers.
      talk.banner = banner.replace(/\\\d{3}/g, '?').slice(0, 80);
    },
  ],
  [
    /^SSH2_MSG_NEWKEYS received/,
    talk => {
      talk.stage = 'authentication';
    },
  ],
  [
    /^Authentications that can continue: (.*)/,
    (talk, [, methods = '']) => {
      talk.accepts = methods.split(',').filter(method => method !== '');
    },
  ],
  [/^Offering public key: (.*)/, (talk, [, key = '']) => offer(talk, keyName(key))],
  [
    /^Server accepts key: (.*?) [A-Z0-9_-]+ SHA256:/,
    (talk, [, path]) => {
      talk.accepted = path;
    },
  ],
  [
    /^Next authentication method: (?!publickey)(\S+)/,
    (talk, [, method = '']) => offer(talk, methodNames[method] ?? method),
  ],
  [
    /^Authenticated using "\S+" with partial success/,
    talk => {
      talk.wantsMore = true;
    },
  ],
];

const methodNames: Readonly<Record<string, string>> = {
  password: 'the password',
  'keyboard-interactive': 'the password',
  'gssapi-with-mic': 'a Kerberos ticket',
  hostbased: 'the key of this machine',
};

function offer(talk: SshLog, name: string): void {
  if (!talk.offered.includes(name) && talk.offered.length < maxOffers) talk.offered.push(name);
}

/** `PATH TYPE SHA256:… explicit|agent …`; the type ends in `-CERT` for a certificate. */
function keyName(text: string): string {
  const match = /^(.*?)(?: ([A-Z0-9_-]+) SHA256:\S+)( .*)?$/.exec(text);
  const [, path = text, type = '', whence = ''] = match ?? [];
  const what = type.endsWith('-CERT') ? 'certificate' : 'key';
  return / agent\b/.test(whence) ? `${what} ${path} of the agent` : `${what} ${path}`;
}
