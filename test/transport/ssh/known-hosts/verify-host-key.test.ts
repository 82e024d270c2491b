import { expect, test } from 'vitest';
import { err, ok } from '../../../../src/model/result.ts';
import { type HostKeyVerdict, verifyHostKey } from '../../../../src/transport/ssh/known-hosts/verify-host-key.ts';

const key = Buffer.from('key');

/** What is said of keys that are shown one after the other. */
async function verdicts(verdict: HostKeyVerdict, shown: readonly Buffer[], state: 'awaited' | 'over' = 'awaited') {
  let asked = 0;
  const verify = verifyHostKey(
    async () => {
      asked++;
      return verdict;
    },
    () => state,
    error => {
      throw error;
    },
  );
  const said: boolean[] = [];
  for (const one of shown) {
    verify(one, isGood => said.push(isGood));
    await Promise.resolve();
    await Promise.resolve();
  }
  return { said, asked };
}

test('the key is judged once; when keys are renewed it has to be the same', async () => {
  expect(await verdicts(ok('known'), [key, Buffer.from('key'), key])).toEqual({ said: [true, true, true], asked: 1 });
});

test('another key than at login ends the connection, and is not judged', async () => {
  expect(await verdicts(ok('known'), [key, Buffer.from('other')])).toEqual({ said: [true, false], asked: 1 });
});

test('a key that is refused, and one that nobody waits for any more', async () => {
  expect(await verdicts(err({ kind: 'host-key-changed', cause: 'x' }), [key])).toEqual({ said: [false], asked: 1 });
  expect(await verdicts(ok('known'), [key], 'over')).toEqual({ said: [], asked: 1 });
});

test('what is shown is kept as it was, though its buffer is used again', async () => {
  const buffer = Buffer.from('key');
  let isGood: boolean | undefined;
  const verify = verifyHostKey(
    async () => ok('known'),
    () => 'awaited',
    () => undefined,
  );
  verify(buffer, () => undefined);
  buffer.write('xxx');
  verify(Buffer.from('key'), answer => {
    isGood = answer;
  });
  expect(isGood).toBe(true);
});
