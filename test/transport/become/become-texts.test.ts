import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Become } from '../../../src/model/host.ts';
import { Secret } from '../../../src/model/secret.ts';
import { startAs } from '../../../src/transport/become/become.ts';
import { startProcess } from '../../../src/transport/local/start-process.ts';
import type { RemoteProcess } from '../../../src/transport/transport.ts';

/** What programs say that cannot be made to say it on every machine: a script stands in for each. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-become-texts-'));
});
afterAll(() => rm(folder, { recursive: true }));

const start = async (become: Partial<Become>, script: string) => {
  const program = join(folder, 'program');
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  const never = new AbortController().signal;
  return startAs(
    { method: 'su', user: 'postgres', password: new Secret('pw'), ...become, program },
    ['id'],
    (argv, signal) => startProcess(argv, signal, never),
    never,
    30_000,
  );
};

describe('the line for', () => {
  it.each([
    {
      what: "an old su's wish for a terminal",
      become: {},
      script: 'echo "su: must be run from a terminal" >&2; exit 1',
      line: 'su: must be run from a terminal; use ansible_become_method: sudo, which needs no terminal',
    },
    {
      what: 'an older one',
      become: {},
      script: 'echo "standard in must be a tty" >&2; exit 1',
      line: 'standard in must be a tty; use ansible_become_method: sudo, which needs no terminal',
    },
    {
      what: 'a su that is for some users only',
      become: {},
      script: 'printf "Password: " >&2; read -r x; echo "su: Permission denied" >&2; exit 1',
      line: 'su: Permission denied; see who may use su in /etc/pam.d/su (pam_wheel)',
    },
    {
      what: 'an account that was locked by too many tries',
      become: { method: 'sudo' as const },
      script:
        'echo "The account is locked due to 3 failed logins." >&2; echo "sudo: 1 incorrect password attempt" >&2; exit 1',
      line: 'the account of the login user is locked; see faillock there',
    },
    {
      what: "a sudo's insult that reads like a rule",
      become: { method: 'sudo' as const },
      script:
        'echo "I am very sorry, but I\'m not allowed to argue unless you\'ve paid" >&2; echo "sudo: 1 incorrect password attempt" >&2; exit 1',
      line: 'PROGRAM refuses the password; check ansible_become_password, or ask for it with -K',
    },
    {
      what: 'a sudo that waited too long',
      become: { method: 'sudo' as const },
      script: 'echo "sudo: timed out reading password" >&2; exit 1',
      line: 'sudo waited too long for the password; raise passwd_timeout in sudoers',
    },
    {
      what: "the doas of OpenBSD's own kind",
      become: { method: 'doas' as const },
      script: 'echo "doas: a tty is required" >&2; exit 1',
      line: 'doas asks for a password on a terminal; allow it with nopass in /etc/doas.conf',
    },
    {
      what: 'a second factor',
      become: {},
      script: 'printf "Password: " >&2; read -r x; printf "Verification code: " >&2; sleep 60',
      line: 'PROGRAM asks for more than a password: "Verification code:"; let this user become postgres without it, for instance by NOPASSWD in sudoers',
    },
    {
      what: 'a second factor alone',
      become: { method: 'sudo' as const },
      script: 'printf "One-time code: " >&2; sleep 60',
      line: 'PROGRAM asks for more than a password: "One-time code:"; let this user become postgres without it, for instance by NOPASSWD in sudoers',
    },
    {
      what: 'a question behind a greeting',
      become: {},
      script:
        'echo hello >&2; printf "LDAP Password: " >&2; read -r x; [ "$x" != pw ] || echo "su: Authentication failure" >&2',
      line: 'PROGRAM refuses the password; su wants that of postgres, whose account may be locked, too: check ansible_become_password or -K',
    },
    {
      what: 'control characters and a long line',
      become: {},
      script: String.raw`printf 'su: \033[31m%400s\n' x >&2; exit 1`,
      line: `su: ${' '.repeat(295)}…; undefined`,
    },
    {
      what: 'silence',
      become: { method: 'sudo' as const },
      script: 'exit 1',
      line: 'PROGRAM ended without a word; undefined',
    },
  ])('$what', async ({ become, script, line }) => {
    const started = await start(become, script);
    if (started.ok) throw new Error('it runs');
    const { kind, cause, cure } = started.error;
    expect(kind).toBe('become');
    expect(`${cause}; ${cure}`.replaceAll(join(folder, 'program'), 'PROGRAM')).toBe(`cannot become postgres: ${line}`);
  });
});

it('keeps the outputs of a command whole whose files print what looks like a question', async () => {
  const script =
    'printf "Password: " >&2; read -r x; echo Welcome; printf "Password: "; while [ $1 != -c ]; do shift; done; sh -c "$2"';
  const started = await start({}, script);
  if (!started.ok) throw new Error(started.error.cause);
  const { stdout, stderr, exit } = started.value;
  expect([await textOf(stdout), await textOf(stderr), await exit]).toEqual([
    expect.stringMatching(/^uid=/),
    '',
    { kind: 'code', code: 0 },
  ]);
});

async function textOf(stream: RemoteProcess['stdout']): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
