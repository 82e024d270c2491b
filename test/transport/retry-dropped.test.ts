import { expect, it } from 'vitest';
import { err } from '../../src/model/result.ts';
import { retryDropped } from '../../src/transport/retry-dropped.ts';
import { connectOptions } from '../support/connect-options.ts';

it.each([
  // The first pause takes a tenth of a second at the least.
  ['a host that hangs up is not tried again past the limit for connecting', 50, 'dropped', 1],
  ['a host that fails otherwise is not tried again', 20_000, 'refused', 1],
] as const)('%s', async (_name, connect, kind, tries) => {
  const limits: number[] = [];
  const result = await retryDropped(connectOptions({ connect }), async limit => {
    limits.push(limit);
    return err({ kind, cause: 'it fails' });
  });
  expect(result).toEqual(err({ kind, cause: 'it fails' }));
  expect(limits).toEqual(Array.from({ length: tries }, () => connect));
});
