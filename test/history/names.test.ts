import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostFileName } from '../../src/history/write/host-file-name.ts';
import { newRunId } from '../../src/history/write/new-run-id.ts';
import { parseHostName } from '../../src/model/ids.ts';
import { host } from '../support/sample-run.ts';

test.each([
  ['db01.prod.example', 'db01.prod.example'],
  ['..', '%2E.'],
  ['.ssh', '%2Essh'],
  ['a/b', 'a%2Fb'],
  ['a%2Fb', 'a%252Fb'],
  ['[2001:db8::1]:22', '%5B2001%3Adb8%3A%3A1%5D%3A22'],
  ['größe', 'gr%C3%B6%C3%9Fe'],
])('%s is kept in %s', (name, file) => {
  expect(hostFileName(host(name))).toBe(file);
});

const names = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 255 }),
  fc
    .array(fc.constantFrom('a', '.', '/', '%', '\ud800', '\udfff', 'é'), { minLength: 1, maxLength: 255 })
    .map(list => list.join('')),
);

test('different hosts have different files, and none is a path or too long', () => {
  fc.assert(
    fc.property(names, names, (left, right) => {
      fc.pre(parseHostName(left) !== undefined && parseHostName(right) !== undefined);
      const file = hostFileName(host(left));
      expect(file).toMatch(/^[A-Za-z0-9_%-][A-Za-z0-9_.%-]*$/);
      expect(file.length).toBeLessThanOrEqual(200);
      expect(file === hostFileName(host(right))).toBe(left === right);
    }),
  );
});

test('long names that begin alike stay apart', () => {
  const [left, right] = ['1', '2'].map(end => hostFileName(host(`${'é'.repeat(200)}${end}`)));
  expect(left).not.toBe(right);
  expect(left).toHaveLength(200);
});

test('run ids sort by time and differ within a second', () => {
  const now = new Date('2026-11-23T00:41:05.987Z');
  expect(newRunId(now)).toMatch(/^20261123T004105Z-[0-9a-f]{6}$/);
  expect(new Set(Array.from({ length: 20 }, () => newRunId(now))).size).toBe(20);
  expect(newRunId(now) < newRunId(new Date('2026-11-23T00:41:06Z'))).toBe(true);
});
