import { expect, test } from 'vitest';
import type { BinaryProbes } from '../../src/model/binary-probes.ts';
import { findMissingProbes, type WantedProbe } from '../../src/model/wanted-probe.ts';

const place = { file: 'a.stp', line: 1, column: 1, endColumn: 2, text: '' };
const mark = (name: string, more: Partial<WantedProbe> = {}): WantedProbe => ({
  ...{ path: '/bin/p', kind: 'mark', name, presence: 'certain', place },
  ...more,
});
const probes: Pick<BinaryProbes, 'markers' | 'functions' | 'debugInfo'> = {
  markers: ['query__start', 'query__done', 'sort__start'].map(name => {
    return { provider: 'postgresql', name, arguments: [], places: 1 };
  }),
  functions: ['BeginCommand', 'ExecProcNode'],
  debugInfo: { dwarf: 'none', miniDebugInfo: false },
};
const missing = (wanted: WantedProbe, file = probes) => findMissingProbes([wanted], file).map(({ nearest }) => nearest);

test('marks, with wildcards and their provider', () => {
  expect(missing(mark('query__start'))).toEqual([]);
  expect(missing(mark('query-start'))).toEqual([]);
  expect(missing(mark('query*'))).toEqual([]);
  expect(missing(mark('*', { provider: 'postgres*' }))).toEqual([]);
  expect(missing(mark('query_start'))).toEqual(['query__start']);
  expect(missing(mark('wal__insert'))).toEqual([undefined]);
  expect(missing(mark('query__start', { provider: 'mysql' }))).toEqual([undefined]);
  expect(missing(mark('query_start', { presence: 'possible' }))).toEqual([]);
});

test('functions only where a name is near, and none can be hidden', () => {
  const named = (name: string) => mark(name, { kind: 'function' });
  expect(missing(named('BeginCommand'))).toEqual([]);
  expect(missing(named('BeginComand'))).toEqual(['BeginCommand']);
  expect(missing(named('static_one_of_its_own'))).toEqual([]);
  for (const other of ['BeginComand@tcop/dest.c:12', 'ns::BeginComand', '*@dest.c']) {
    expect(missing(named(other))).toEqual([]);
  }
  expect(missing(named('BeginComand'), { ...probes, debugInfo: { dwarf: 'own', miniDebugInfo: false } })).toEqual([]);
  expect(missing(named('BeginComand'), { ...probes, debugInfo: { dwarf: 'none', miniDebugInfo: true } })).toEqual([]);
  expect(missing(named('BeginComand'), { ...probes, functions: ['BeginCommand', '_ZN1a1bEv'] })).toEqual([]);
});
