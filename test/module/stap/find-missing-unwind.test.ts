import { expect, test } from 'vitest';
import { findMissingUnwind } from '../../../src/module/stap/find-missing-unwind.ts';

const log = `WARNING: missing unwind/symbol data for module '/usr/sbin/mysqld'
WARNING: missing unwind/symbol data for module 'kernel'
WARNING: missing unwind/symbol data for module '/srv/db/usr/bin/x' [man warning::symbols]
WARNING: something else
`;

test('what was asked for and is not there', () => {
  const missing = (unwind: readonly string[], sysroot?: string): readonly string[] =>
    findMissingUnwind(log, sysroot === undefined ? { unwind } : { unwind, sysroot });
  expect(missing(['/usr/sbin/mysqld', 'ext4', 'kernel'])).toEqual(['/usr/sbin/mysqld', 'kernel']);
  // stap looks for the kernel by itself, too.
  expect(missing(['ext4'])).toEqual([]);
  expect(missing(['/usr/bin/x'])).toEqual([]);
  expect(missing(['/usr/bin/x'], '/srv/db')).toEqual(['/usr/bin/x']);
  expect(findMissingUnwind(log, {})).toEqual([]);
});
