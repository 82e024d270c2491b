import type { Become, BecomeMethod } from '../../model/host.ts';
import { printableLine } from '../../model/printable-text.ts';
import type { ExecFailure } from '../transport.ts';
import type { Refusal } from './await-become.ts';

/** How a cause ends where there is nothing to answer with. */
export const asksForPassword = 'asks for a password';

/** What sudo, su or doas did in place of running a command, as a cause and what mends it. */
export function explainBecome(become: Become, refusal: Refusal): ExecFailure {
  const { cause, cure } = explain(become, refusal);
  return {
    kind: 'become',
    cause: `cannot become ${become.user}: ${cause}`,
    ...(cure === undefined ? {} : { cure }),
  };
}

interface Explanation {
  readonly cause: string;
  readonly cure?: string;
}

interface Case {
  readonly pattern: RegExp;
  readonly method?: BecomeMethod;
  explain(become: Become, said: string): Explanation;
}

function explain(become: Become, { kind, said, printed, question = '' }: Refusal): Explanation {
  const { method, program, password } = become;
  const name = program ?? method;
  const word = tellingLine(said, method) || lastLineOf(printed);
  if (kind === 'not-begun') {
    const cause = `the login shell ended before ${name} was called${word === '' ? '' : `: ${word}`}`;
    return { cause, cure: 'look at the shell of the login user, and at the files that it reads' };
  }
  if (kind === 'missing') {
    if (program !== undefined) return { cause: `there is no program ${program}`, cure: 'check ansible_become_exe' };
    return { cause: `${method} is not installed`, cure: `install ${method}, or connect as that user` };
  }
  const text = `${said}\n${printed}`;
  const known = cases.find(one => (one.method ?? method) === method && one.pattern.test(text));
  if (known !== undefined) return known.explain(become, word);
  if (question !== '' && !/-asks$|password|passphrase/i.test(question)) {
    const cause = `${name} asks for more than a password: "${lastLineOf(question)}"`;
    return { cause, cure: `let this user become ${become.user} without it, for instance by NOPASSWD in sudoers` };
  }
  if (kind === 'asks-again') return wrongPassword(become);
  if (kind === 'asks' && password === undefined) return noPassword(become);
  if (word !== '') return { cause: word };
  const cause = `${name} ended without a word`;
  if (method !== 'su') return { cause };
  return { cause, cure: `look at the shell of ${become.user}: one like /bin/false lets nobody in; sudo needs none` };
}

/** The first that fits counts. Texts of sudo 1.8 and 1.9, util-linux, shadow, coreutils and busybox su, opendoas, PAM. */
const cases: readonly Case[] = [
  {
    pattern: /required to change your password|password (?:has |is )?expired|expired password/i,
    explain: become => ({
      cause: `the password of ${whoseAccount(become)} has expired`,
      cure: 'set a new one there with passwd',
    }),
  },
  {
    pattern: /account (?:is|has been|was) (?:temporarily )?locked/i,
    explain: become => ({ cause: `the account of ${whoseAccount(become)} is locked`, cure: 'see faillock there' }),
  },
  {
    pattern: /account (?:has |is )?expired|account validation failure/i,
    explain: become => ({
      cause: `the account of ${whoseAccount(become)} has expired or is locked`,
      cure: `see chage -l ${become.method === 'su' ? become.user : 'and passwd -S'} there`,
    }),
  },
  {
    pattern: /timed out reading password/i,
    explain: () => ({ cause: 'sudo waited too long for the password', cure: 'raise passwd_timeout in sudoers' }),
  },
  {
    pattern: /must be run from a terminal|standard in must be a tty/i,
    method: 'su',
    explain: (_, said) => ({ cause: said, cure: 'use ansible_become_method: sudo, which needs no terminal' }),
  },
  {
    pattern: /must have a tty/i,
    explain: (_, said) => ({ cause: said, cure: 'set Defaults !requiretty for this user in sudoers' }),
  },
  {
    pattern: /authentication required|authorization required|a tty is required|authentication failed/i,
    method: 'doas',
    explain: () => ({
      cause: 'doas asks for a password on a terminal',
      cure: 'allow it with nopass in /etc/doas.conf',
    }),
  },
  {
    pattern: /try again|incorrect password|no password was provided|authentication failure/i,
    explain: wrongPassword,
  },
  { pattern: /password is required|terminal is required|no tty present/i, explain: noPassword },
  {
    pattern: /unknown user|unknown id|no passwd entry|user \S+ does not exist/i,
    explain: () => ({ cause: 'there is no such user', cure: 'check ansible_become_user' }),
  },
  {
    pattern: /is not allowed to execute/i,
    // The line goes on with the whole command.
    explain: ({ user }) => ({
      cause: `sudoers does not let this user run sh as ${user}`,
      cure: `allow this user to run sh as ${user} in sudoers`,
    }),
  },
  {
    pattern: /not in the sudoers|\bis not allowed to\b|\bmay not run sudo\b/i,
    explain: ({ user }, said) => ({ cause: said, cure: `allow this user to run sh as ${user} in sudoers` }),
  },
  {
    pattern: /no new privileges/i,
    explain: () => ({
      cause: 'the "no new privileges" flag is set there, with which nobody becomes another user',
      cure: 'see NoNewPrivileges of the service or container that logs in',
    }),
  },
  {
    pattern: /permission denied/i,
    method: 'su',
    explain: (_, said) => ({ cause: said, cure: 'see who may use su in /etc/pam.d/su (pam_wheel)' }),
  },
  {
    pattern: /account is currently not available|nologin/i,
    explain: ({ method, user }) => ({
      cause: `the shell of ${user} lets nobody in`,
      cure:
        method === 'su'
          ? 'use ansible_become_method: sudo, which needs no login shell'
          : 'leave -i out of ansible_become_flags',
    }),
  },
  {
    pattern: /not permitted/i,
    method: 'doas',
    explain: ({ user }) => ({
      cause: 'doas does not allow it',
      cure: `add a rule for this user to /etc/doas.conf: permit nopass … as ${user}`,
    }),
  },
  {
    pattern: /doas is not enabled/i,
    method: 'doas',
    explain: ({ user }) => ({
      cause: 'doas has no /etc/doas.conf',
      cure: `write one with a rule for this user: permit nopass … as ${user}`,
    }),
  },
  {
    pattern: /syntax error|not owned by root|is writable by/i,
    method: 'doas',
    explain: (_, said) => ({ cause: said, cure: 'mend /etc/doas.conf' }),
  },
];

function wrongPassword({ method, program = method, user }: Become): Explanation {
  const cause = `${program} refuses the password`;
  if (method !== 'su') return { cause, cure: 'check ansible_become_password, or ask for it with -K' };
  return {
    cause,
    cure: `su wants that of ${user}, whose account may be locked, too: check ansible_become_password or -K`,
  };
}

function noPassword({ method, program = method, user, password }: Become): Explanation {
  const cause = `${program} ${asksForPassword}`;
  if (password !== undefined) return { cause: `${cause} in a way that it cannot be given` };
  if (method === 'su') return { cause, cure: `give that of ${user} (-K, ansible_become_password), or use sudo` };
  return { cause, cure: 'give it (-K, ansible_become_password), or allow NOPASSWD in sudoers' };
}

/** Whose password is asked for: su wants that of the user to become. */
function whoseAccount({ method, user }: Become): string {
  return method === 'su' ? user : 'the login user';
}

/** The last line in the program's own name; a library's or a hint may stand behind it. */
function tellingLine(text: string, method: BecomeMethod): string {
  const own = text.split('\n').filter(line => line.startsWith(`${method}: `));
  return lastLineOf(own.join('\n')) || lastLineOf(text);
}

/** The last line that says something, without its full stop: text from a remote host, so bounded and made printable. */
export function lastLineOf(text: string): string {
  const lines = text.split('\n').map(line => printableLine(line, 300));
  return (lines.findLast(line => line !== '') ?? '').replace(/\.$/, '');
}
