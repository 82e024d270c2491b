import { expect, test } from 'vitest';
import { explainStaprun } from '../../../src/engine/supervisor/explain-staprun.ts';

/** What staprun 5.1 printed on Debian's 6.1 kernels. */
test.each([
  [
    "ERROR: Couldn't insert module 'slp.ko': File exists\nRerun with staprun option '-R' to rename this module.",
    'a module of this name is loaded already',
  ],
  [
    "ERROR: Couldn't insert module 'x': Invalid module format",
    'the kernel does not take the module: it was not built for this 6.1.0-9',
  ],
  ["ERROR: Couldn't insert module 'hello.ko': Invalid parameters", 'the kernel refuses a value in globals'],
  [
    "ERROR: Couldn't insert module 'x.ko': Unknown symbol in module",
    'the module wants symbols that this kernel does not have',
  ],
  [
    "ERROR: Couldn't insert module 'x.ko': Key was rejected by service",
    'the kernel takes signed modules only (Secure Boot)',
  ],
  [
    "ERROR: Couldn't insert module 'x.ko': Operation not permitted",
    'the kernel refuses the module (lockdown, or a container without the right)',
  ],
  [
    "ERROR: Can't resolve uprobe_unregister!",
    'this SystemTap does not know kernel 6.1.0-9: it cannot find uprobe_unregister',
  ],
  ['ERROR: boom\nWARNING: Number of errors: 1, skipped probes: 0', 'boom'],
  ['sudo: a password is required', 'sudo: a password is required'],
  ['', 'staprun failed with code 1 and did not say why'],
])('%j', (text, cause) => {
  expect(explainStaprun(text, '6.1.0-9', 1).cause).toBe(cause);
});

test('no permission', () => {
  expect(explainStaprun('', '6.1.0-9', 255)).toEqual({
    cause: 'staprun may not be run by this user',
    cure: 'connect as root, or set ansible_become: true',
  });
});
