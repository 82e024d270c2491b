import { expect, test } from 'vitest';
import { scaleValue, unitOf } from '../../../src/report/layout/measured-unit.ts';

test.each([
  ['read latency (us)', '\u00b5s'],
  ['syscall write latency (ns):', 'ns'],
  ['Distribution of latencies (in microseconds)', '\u00b5s'],
  ['I/O size [bytes]', 'bytes'],
  ['task # on processor (us):', '\u00b5s'],
  ['max_ms', 'ms'],
  ['read_bytes', 'bytes'],
  ['bytes', 'bytes'],
  ['sizes in kB', 'kB'],
  ['read sizes', undefined],
  ['is in use', undefined],
  ['of cpu (0)', undefined],
  ['status', undefined],
])('%s is in %s', (words, unit) => {
  expect(unitOf(words)).toBe(unit);
});

test.each([
  [999, 'ns', undefined],
  [1048576, '\u00b5s', '1.05 s'],
  [-4096, 'ns', '-4.1 \u00b5s'],
  [90_000, 'ms', '90 s'],
  [600, 's', undefined],
  [1800, 's', '30 min'],
  [86_400, 's', '24 h'],
  [32_768, 'bytes', '33 kB'],
  ['9223372036854775807', 'bytes', '9223 PB'],
  [2048, 'kB', '2 MB'],
  [5000, '%', undefined],
  [5000, undefined, undefined],
] as const)('%s %s is %s', (value, unit, text) => {
  expect(scaleValue(value, unit)).toBe(text);
});
