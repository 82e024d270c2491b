import { expect, test } from 'vitest';
import { readStapVersion } from '../../../src/module/stap/read-stap-version.ts';

test.each([
  ['\x7fELF\0io\x005.1/0.192\0%s: systemtap: %s', '5.1'],
  ['\x004.9.1/0.170\0', '4.9.1'],
  ['\0/usr/lib/5.1/0.192\0', undefined],
  ['', undefined],
])('%j was made by SystemTap %s', (text, version) => {
  expect(readStapVersion(Buffer.from(text, 'latin1'))).toBe(version);
});
