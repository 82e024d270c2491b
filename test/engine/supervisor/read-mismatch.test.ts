import { expect, test } from 'vitest';
import { readMismatch } from '../../../src/engine/supervisor/read-mismatch.ts';

const ids = 'address 0x55d0c9a3a380, expected 459f0a actual 8b14ff';

test('what SystemTap 4.1 and later say of a process', () => {
  const said = `WARNING: Build-id mismatch [man warning::buildid]: "/opt/a "b" c" pid 217 ${ids}`;
  expect(readMismatch(said)).toEqual({ path: '/opt/a "b" c', pid: 217, expected: '459f0a', actual: '8b14ff' });
  // Of memory that could not be read nothing is told.
  expect(readMismatch(said.replace('8b14ff', ''))).toEqual({ path: '/opt/a "b" c', pid: 217, expected: '459f0a' });
});

test.each([
  'ERROR: Build-id mismatch [man error::buildid]: "/opt/victim" byte 0 (0x45 vs 0x8b) address 0x55d0c9a3a380 rc 0',
  'WARNING: Build-id mismatch [man error::buildid]: "/opt/victim" byte 0 (0x45 vs 0x8b) rc 0',
  'ERROR: Build-id mismatch: "/opt/victim" vs. "victim" byte 0 (0x45 vs 0x8b) address 0x55d0c9a3a380 rc 0',
])('what older ones say: %s', said => {
  expect(readMismatch(said)).toEqual({ path: '/opt/victim' });
});

test.each([
  ['of the kernel', `WARNING: Build-id mismatch [man warning::buildid]: "kernel" pid 0 ${ids}`],
  [
    'of a file of the kernel',
    `WARNING: Build-id mismatch [man warning::buildid]: "/usr/lib/debug/boot/vmlinux-6.1.0-9" pid 0 ${ids}`,
  ],
  [
    'of a module',
    `WARNING: Build-id mismatch [man warning::buildid]: "/lib/modules/6.1.0/kernel/fs/ext4/ext4.ko.xz" pid 0 ${ids}`,
  ],
  [
    'of a module, older',
    'ERROR: Build-id mismatch: "ext4" vs. "ext4.ko" byte 0 (0x45 vs 0x8b) address 0xffffffffc0000000 rc 0',
  ],
  [
    'of the kernel, older',
    'ERROR: Build-id mismatch [man error::buildid]: "/boot/vmlinux-6.1.0-9" byte 0 (0x45 vs 0x8b) address 0x1 rc 0',
  ],
  [
    'within another line',
    `WARNING: it said: WARNING: Build-id mismatch [man warning::buildid]: "/opt/victim" pid 217 ${ids}`,
  ],
  ['of nothing', 'WARNING: Build-id mismatch'],
])('not %s', (_what, said) => {
  expect(readMismatch(said)).toBeUndefined();
});
