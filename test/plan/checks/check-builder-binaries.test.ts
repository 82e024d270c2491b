import { expect, test } from 'vitest';
import type { BuildHostFacts } from '../../../src/facts/host-facts.ts';
import type { BinaryPolicy } from '../../../src/model/binary.ts';
import { checkBuilderBinaries } from '../../../src/plan/checks/check-builder-binaries.ts';
import { presentBinary } from '../rig.ts';

const db = presentBinary('/usr/bin/db', '8b14', { bytes: 300_000_000 });
const lib = presentBinary('/usr/lib/libdb.so', '459f', { bytes: 1000 });
const has = (...own: NonNullable<BuildHostFacts['binaries']>): Pick<BuildHostFacts, 'binaries'> => ({ binaries: own });
const own = (file: typeof db, more = {}) => ({
  path: file.path,
  state: 'present' as const,
  buildId: file.buildId,
  ...more,
});
const roomy: BinaryPolicy = { how: 'fetch', mostBytes: 1_000_000_000 };

function rows(facts: Pick<BuildHostFacts, 'binaries'>, policy?: BinaryPolicy, files = [db, lib]): readonly string[] {
  return checkBuilderBinaries(files, facts, policy).map(
    ({ check, status, found, cure }) => `${check} ${status}: ${found}${cure === undefined ? '' : ` → ${cure}`}`,
  );
}

test('no row where nothing is probed', () => {
  expect(rows(has(), roomy, [])).toEqual([]);
});

test('its own files, with the same build-ids', () => {
  expect(rows(has(own(db), own(lib)))).toEqual([
    'binaries ok: it has /usr/bin/db 8b1400000000, /usr/lib/libdb.so 459f00000000',
  ]);
});

test('what it lacks is copied, or asked about', () => {
  const another = own(db, { buildId: lib.buildId });
  expect(rows(has(another, own(lib)), roomy)).toEqual([
    'binaries ok: it has /usr/lib/libdb.so 459f00000000; it has no /usr/bin/db 8b1400000000: it is copied there from a target, unless that was done before',
  ]);
  const none = has({ path: db.path, state: 'missing' }, { path: lib.path, state: 'missing' });
  expect(rows(none, { ...roomy, how: 'ask' })).toEqual([
    'binaries ok: it has no /usr/bin/db 8b1400000000, /usr/lib/libdb.so 459f00000000: you are asked before they are copied there from a target',
  ]);
});

test('what it cannot get is a warning', () => {
  const none = has({ path: db.path, state: 'missing' }, own(lib));
  expect(rows(none)).toEqual([
    'binaries warning: it has no /usr/bin/db 8b1400000000, and its 300MB are more than max_binary, 200MB: unless it was copied before, builds for it fail here → install the package of the targets here, or set max_binary: 300MB in the play',
  ]);
  expect(rows(none, { ...roomy, how: 'never' })).toEqual([
    'binaries warning: it has no /usr/bin/db 8b1400000000, and the play says binaries: never: unless it was copied before, builds for it fail here → install the package of the targets here, or set binaries: fetch in the play',
  ]);
});

test.each([
  ['was not asked', {}],
  ['has no od', has({ path: db.path, state: 'no-od' }, { path: lib.path, state: 'no-od' })],
])('a build host that %s', (_, facts) => {
  expect(rows(facts)).toEqual([
    'binaries unknown: whether it has /usr/bin/db 8b1400000000, /usr/lib/libdb.so 459f00000000, the build will show',
  ]);
});
