import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { expandRunLimit } from '../../../src/cli/arguments/expand-run-limit.ts';
import { applyAt, idAt, keepRun } from '../../support/kept-runs.ts';
import { hosts, plan } from '../../support/sample-run.ts';

let folder = '';
let ids: readonly string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-limit-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
  const when = [new Date('2026-11-20T10:00:00Z'), new Date('2026-11-21T10:00:00Z')];
  ids = when.map(at => idAt(at));
  for (const [index, at] of when.entries()) {
    await keepRun(join(folder, 'tapbook'), idAt(at), applyAt(plan(hosts('db1')), `plays/book${index}.yml`, at));
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const failedOf = (id = '') => `@${join(folder, 'tapbook/runs', id, 'failed.hosts')}`;

test('a run is named as everywhere', () => {
  expect(expandRunLimit('@last')).toBe(failedOf(ids[1]));
  expect(expandRunLimit('@-2')).toBe(failedOf(ids[0]));
  expect(expandRunLimit('@last:book0')).toBe(failedOf(ids[0]));
  expect(expandRunLimit('@20261120')).toBe(failedOf(ids[0]));
  expect(expandRunLimit(`@${ids[1]}`)).toBe(failedOf(ids[1]));
  expect(expandRunLimit(`db*, @last,!db2`)).toBe(`db*,${failedOf(ids[1])},!db2`);
});

test('patterns and files are left as they are, also a file that has the name of a run', async () => {
  await mkdir(join(folder, 'run'));
  await writeFile(join(folder, '20261120'), 'db7\n');
  expect(expandRunLimit('last')).toBe('last');
  expect(expandRunLimit('@some/file')).toBe('@some/file');
  expect(expandRunLimit(`@${folder}/run`)).toBe(`@${folder}/run/failed.hosts`);
  expect(expandRunLimit(`@${folder}/20261120`)).toBe(`@${folder}/20261120`);
});

test.each([
  ['@-9', 'there are only 2 runs'],
  ['@last:nope', 'no run of a playbook "nope"'],
  ['@19990101', 'no run "19990101"'],
])('%s is no run', (limit, message) => {
  expect(() => expandRunLimit(limit)).toThrow(message);
});

test.each(['x'.repeat(300), 'x/'.repeat(5_000)])('a name that no file can have is left to whoever reads it', name => {
  expect(expandRunLimit(`@${name}`)).toBe(`@${name}`);
});
