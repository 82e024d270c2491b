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

/** The texts of SystemTap's translator and runtime, 4.8 to 5.6. */
test.each([
  ["MAXACTION exceeded near operator '++' at s.stp:2:49", 'MAXACTION: 10000'],
  ['MAXACTION exceeded near keyword at s.stp:1:1', 'MAXACTION: 10000'],
  ["Array overflow, check MAXMAPENTRIES near identifier 'a' at s.stp:2:20", 'MAXMAPENTRIES: 20000'],
  ["Array overflow, check size limit (100) near identifier 'a' at s.stp:2:20", 'a%['],
  ["aggregation overflow in a near operator '<<<' at s.stp:2:20", 'MAXMAPENTRIES: 20000'],
  ["MAXNESTING exceeded near identifier 'f' at s.stp:1:15 (called from identifier 'f' at s.stp:2:1)", 'MAXNESTING: 50'],
  ['probe overhead exceeded threshold', 'STP_OVERLOAD_THRESHOLD: 1000000000'],
  [
    'probe overhead (612345678 cycles) exceeded threshold (500000000 cycles) in last 1000000000 cycles',
    'STP_OVERLOAD_THRESHOLD: 1000000000',
  ],
  ['Skipped too many probes, check MAXSKIPPED or try again with stap -t for more details.', 'MAXSKIPPED: 10000'],
  ['buffer size exceeded, consider .maxsize(8192). near identifier', '.maxsize(8192)'],
  ["global variable 'a' allocation failed", 'declare smaller arrays'],
  ["empty aggregate near operator '@avg' at s.stp:1:40", '@count'],
])('a limit of the module, and how to raise it: %s', (line, cure) => {
  const explained = explainStaprun(`ERROR: ${line}\nWARNING: Number of errors: 1, skipped probes: 0`, '6.1.0-9', 1);
  expect(explained.cure).toContain(cure);
  // Where it was stands with it.
  const [, where = ''] = /( near .+)$/.exec(line) ?? [];
  expect(explained.cause.endsWith(where)).toBe(true);
});

test('no permission', () => {
  expect(explainStaprun('', '6.1.0-9', 255)).toEqual({
    cause: 'staprun may not be run by this user',
    cure: 'connect as root, or set ansible_become: true',
  });
});

/** A shell's code for it is 128 and the signal's number; it may have printed something before. */
test.each([
  ['', 137, 'staprun was killed by signal 9 (KILL)', 'for want of memory'],
  ['WARNING: Number of errors: 0, skipped probes: 3', 137, 'staprun was killed by signal 9 (KILL)', 'ask who did'],
  ['', 143, 'staprun was killed by signal 15 (TERM)', 'ask who did'],
  ['', 139, 'staprun was killed by signal 11 (SEGV)', 'it crashed'],
  ['', 129, 'staprun was killed by signal 1 (HUP)', 'ask who did'],
  ['ERROR: boom', 137, 'boom', undefined],
])('%j, killed: code %i', (text, code, cause, cure) => {
  const explained = explainStaprun(text, '6.1.0-9', code);
  expect(explained.cause).toBe(cause);
  if (cure === undefined) expect(explained.cure).toBeUndefined();
  else expect(explained.cure).toContain(cure);
});
