import type { AuthMethod, KeyboardInteractiveAuthMethod, NextAuthHandler } from 'ssh2';
import { expect, test } from 'vitest';
import type { AuthenticationLog } from '../../../../src/transport/ssh/client/explain-connect-error.ts';
import { explainLoginError } from '../../../../src/transport/ssh/client/explain-connect-error.ts';
import { offerKeys } from '../../../../src/transport/ssh/keys/offer-keys.ts';
import { offerPassword } from '../../../../src/transport/ssh/keys/offers.ts';
import type { SshServer } from '../../../../src/transport/ssh-config/ssh-server.ts';

/** What a server asks for and says without end. */

const prompts = (count: number) => Array.from({ length: count }, () => ({ prompt: 'x'.repeat(1000), echo: false }));

function answersTo(...rounds: readonly number[]): readonly (readonly string[])[] {
  const [, { use } = { use: undefined }] = offerPassword('ops', 's3cret');
  const { prompt } = use as KeyboardInteractiveAuthMethod;
  return rounds.map(count => {
    let answers: readonly string[] = [];
    prompt('', '', '', prompts(count), given => {
      answers = given;
    });
    return answers;
  });
}

test.each([
  ['one question', [1], [['s3cret']]],
  ['a second time', [1, 1], [['s3cret'], []]],
  ['nothing, and then one', [0, 1], [[], ['s3cret']]],
  ['more than any server does', [33], [[]]],
  ['a hundred thousand', [100_000, 100_000], [[], []]],
])('asked %s', (_what, rounds, answers) => {
  expect(answersTo(...rounds)).toEqual(answers);
});

test('the methods that a server takes are told up to ten, each with a length', () => {
  const log: AuthenticationLog = { user: 'ops', offered: [], accepts: [], wantsMore: false };
  const handler = offerKeys({ user: 'ops', offers: [] }, log, () => 'all');
  const methods = Array.from({ length: 10_000 }, (_, at) => `method${at}\u001b[31m${'x'.repeat(1000)}`);
  handler(methods as unknown as AuthMethod[] as never, false, (() => undefined) as unknown as NextAuthHandler);
  expect(log.accepts).toHaveLength(10);
  expect(log.accepts.every(method => /^method\dx{56}…$/.test(method))).toBe(true);
});

test.each(['SSH handshake', 'authentication'] as const)('what it says as it hangs up is cut: %s', stage => {
  const log: AuthenticationLog = { user: 'ops', offered: [], accepts: [], wantsMore: false };
  const server = { address: 'db1', port: 22 } as unknown as SshServer;
  const failure = explainLoginError(new Error(`no\n${'word '.repeat(10_000)}`), server, stage, log, 'SSH-2.0-x');
  expect(failure.cause.length).toBeLessThan(700);
  expect(failure.cause).toContain('no word word');
});
