import { expect, test } from 'vitest';
import { probedFilesOf } from '../../../src/engine/prepare/probed-files-of.ts';
import { bind, makeRule, makeScript } from '../../plan/rig.ts';

const text = 'probe process(@1).mark("m"), pg.start {}';
const source = { path: 'pg.stp', text };
const alias = { path: 'pg.stp', text: 'probe pg.start = process("/opt/pg/postgres").mark("query__start") {}' };
const other = { path: 'other.stp', text: 'probe pg.start = process("/opt/old/postgres").mark("query__start") {}' };

test('reads a script once for the same arguments, with the tapsets of every kernel', () => {
  const script = makeScript({ source, stapOptions: { tapsets: [{ directory: 'a', files: [alias] }] } });
  const kernels = [makeRule('*', { stapOptions: { tapsets: [{ directory: 'b', files: [other] }] } })];
  const pathsFor = (arg: string): readonly string[] =>
    probedFilesOf(bind(script, { args: [arg] }), { kernels }).paths.map(({ path }) => path);
  expect(pathsFor('/bin/a')).toEqual(['/bin/a', '/opt/pg/postgres', '/opt/old/postgres']);
  expect(pathsFor('/bin/b')).toContain('/bin/b');
  const again = probedFilesOf(bind(script, { args: ['/bin/a'] }), { kernels });
  expect(again).toBe(probedFilesOf(bind(script, { args: ['/bin/a'] }), { kernels }));
});

test('nothing is known of a script that could not be read', () => {
  const script = makeScript({ source, unknown: ['source'] });
  expect(probedFilesOf(bind(script), { kernels: [] })).toEqual({ paths: [], buildIds: [], unsure: [] });
});
