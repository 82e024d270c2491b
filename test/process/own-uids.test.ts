import { expect, test, vi } from 'vitest';
import { ownUids } from '../../src/process/own-account.ts';

test.each([
  ['root', 0, undefined, [0]],
  ['root by sudo', 0, '1000', [0, 1000]],
  ['another user, whatever sudo has said', 1000, '1001', [1000]],
  ['root, and no number', 0, '1000x', [0]],
])("the files of %s count as one's own", (_who, uid, caller, expected) => {
  const getuid = vi.spyOn(process, 'getuid').mockReturnValue(uid);
  vi.stubEnv('SUDO_UID', caller);
  try {
    expect(ownUids()).toEqual(expected);
  } finally {
    getuid.mockRestore();
    vi.unstubAllEnvs();
  }
});
