import { expect, test } from 'vitest';
import { describeLosses } from '../../../src/engine/supervisor/describe-losses.ts';

test('nothing lost, nothing said', () => {
  expect(describeLosses(['WARNING: cannot find module x debuginfo'], {})).toEqual([]);
});

/** The texts of SystemTap 1.8 to 5.1. */
test.each([
  [
    'WARNING: There were 12 transport failures. Try stap -s to increase the buffer size from 0.',
    undefined,
    '12 transport failures: output was lost; set buffer_mb: 32 (it was 16), or print less',
  ],
  [
    'WARNING: There were 1 transport failures.',
    8,
    '1 transport failure: output was lost; set buffer_mb: 16 (it was 8), or print less',
  ],
  [
    'WARNING: There were 3 transport failures.',
    3000,
    '3 transport failures: output was lost; set buffer_mb: 4095 (it was 3000), or print less',
  ],
  ['WARNING: There were 3 transport failures.', 4095, '3 transport failures: output was lost; print less at once'],
  [
    'WARNING: Number of errors: 0, skipped probes: 5',
    undefined,
    '5 skipped probes: the output is incomplete; SystemTap says why with stap_options: { defines: { STP_TIMING: 1 } }',
  ],
  [
    "WARNING: Number of errors: 0, skipped probes: 9\nWARNING: Skipped due to global 'reads' lock timeout: 2\nWARNING: Skipped due to reentrancy: 7",
    undefined,
    "9 skipped probes (2 for global 'reads' lock timeout, 7 for reentrancy): the output is incomplete; probe fewer or rarer events, or do less in each; stap_options: { defines: { MAXTRYLOCK: 1000 } } waits ten times as long for a global",
  ],
  [
    'WARNING: Number of errors: 0, skipped probes: 0\nWARNING: Number of errors: 0, skipped probes: 7\nWARNING: Skipped due to missed kretprobe/1 on \'kernel.function("vfs_read@fs/read_write.c:450").return\': 3\nWARNING: Skipped due to missed kretprobe/2 on \'kernel.function("f@a.c:1").return\': 4',
    undefined,
    '7 skipped probes (7 for missed kretprobe): the output is incomplete; probe fewer or rarer events, or do less in each; stap_options: { defines: { KRETACTIVE: 1000 } }, or .maxactive(1000) behind .return, follows more calls at once',
  ],
  [
    'WARNING: Number of errors: 2, skipped probes: 0',
    undefined,
    '2 errors in its probes: the output is incomplete; see what it printed',
  ],
  [
    "WARNING: Missing unwind data for a module, rerun with 'stap -d libc.so.6'\nWARNING: Missing unwind data for a module, rerun with 'stap -d kernel'\nWARNING: Missing unwind data for a module, rerun with 'stap -d libc.so.6'",
    undefined,
    'backtraces end in libc.so.6, kernel, of which the module has no unwind data; name it in unwind, a program or a library by its path',
  ],
  [
    "WARNING: Missing unwind data for a module, rerun with 'stap -d (unknown; retry with -DDEBUG_UNWIND)'",
    undefined,
    'backtraces end in a program that is not known, of which the module has no unwind data; name it in unwind, a program or a library by its path',
  ],
])('%j', (text, bufferMb, note) => {
  expect(describeLosses(text.split('\n'), bufferMb === undefined ? {} : { bufferMb })).toEqual([note]);
});
