import { expect, test } from 'vitest';
import type { BinaryProbes } from '../../../src/model/binary-probes.ts';
import { err, ok } from '../../../src/model/result.ts';
import type { WantedProbe } from '../../../src/model/wanted-probe.ts';
import { checkMarkers } from '../../../src/plan/checks/check-markers.ts';
import { place } from '../rig.ts';

const path = '/usr/lib/postgresql/17/bin/postgres';
const mark = (name: string, more: Partial<WantedProbe> = {}): WantedProbe => ({
  ...{ path, kind: 'mark', name, presence: 'certain', place },
  ...more,
});
const named = (name: string, more: Partial<WantedProbe> = {}) => mark(name, { kind: 'function', ...more });
const postgres: BinaryProbes = {
  bytes: 10_000_000,
  markers: ['query__start', 'query__done', 'sort__start'].map(name => {
    return { provider: 'postgresql', name, arguments: [], places: 1 };
  }),
  functions: ['BeginCommand', 'ExecProcNode'],
  debugInfo: { dwarf: 'none', miniDebugInfo: false },
};

function rows(wanted: readonly WantedProbe[], file: Partial<BinaryProbes> = {}): readonly string[] {
  return checkMarkers([{ path, wanted, probes: ok({ ...postgres, ...file }) }]).map(
    ({ check, status, found, cure }) => `${check} ${status}: ${found}${cure === undefined ? '' : ` → ${cure}`}`,
  );
}

test('all is there: how many, each once', () => {
  expect(rows([mark('query__start'), mark('query__start'), mark('sort-*'), named('ExecProcNode')])).toEqual([
    `markers ok: ${path}: it has the 2 marks and 1 function that scripts name`,
  ]);
});

test('no row where nothing has to be there', () => {
  expect(checkMarkers([])).toEqual([]);
  expect(rows([])).toEqual([]);
  expect(rows([mark('nothing', { presence: 'possible' })])).toEqual([]);
});

test('a mark that is not there fails, with the name that may have been meant', () => {
  expect(rows([mark('query_start'), mark('query__done')])).toEqual([
    `markers failed: ${path} has no mark "query_start" → did you mean "query__start"?`,
  ]);
  expect(rows([mark('query__start', { provider: 'mysql' })])).toEqual([
    `markers failed: ${path} has no mark "query__start" of provider "mysql" → tapbook probes ${path} lists what there is`,
  ]);
  expect(rows([mark('query_start'), mark('sort_start'), mark('wal')])).toEqual([
    `markers failed: ${path} has no mark "query_start", mark "sort_start", mark "wal" → "query_start": did you mean "query__start"? "sort_start": did you mean "sort__start"?`,
  ]);
});

test('many are counted', () => {
  const many = Array.from({ length: 40 }, (_, index) => mark(`no_such_${index}`));
  expect(rows(many)[0]).toContain('mark "no_such_4", 35 more → tapbook probes');
});

test('a function that only debuginfo may know is a warning', () => {
  expect(rows([named('BeginComand'), named('static_one')])).toEqual([
    `markers warning: ${path} has no function "BeginComand", unless its debuginfo knows it → did you mean "BeginCommand"?`,
    `markers warning: ${path} has no function "static_one" in its table of symbols: only its debuginfo may know it → install its debuginfo where it is built (Debian: a -dbgsym package; RHEL: debuginfo-install), or set stap_options.debuginfod; tapbook probes ${path} lists what there is`,
  ]);
});

test.each<[string, Partial<BinaryProbes>]>([
  ['has debuginfo of its own', { debugInfo: { dwarf: 'own', miniDebugInfo: false } }],
  ['has a compressed table of symbols', { debugInfo: { dwarf: 'none', miniDebugInfo: true } }],
  ['has mangled names', { functions: ['BeginCommand', '_ZN1a1bEv'] }],
])('nothing is held against functions of a file that %s', (_, file) => {
  expect(rows([named('BeginCommand'), named('inlined')], file)).toEqual([
    `markers ok: ${path}: it has the 1 function that scripts name; only debuginfo tells whether it has a function`,
  ]);
});

test('a file that cannot be read stays unknown, and hostile names stay on their line', () => {
  const failure = { stage: 'probe', cause: `${path}: it is cut short` } as const;
  expect(checkMarkers([{ path, wanted: [mark('a')], probes: err(failure) }])).toEqual([
    { check: 'markers', status: 'unknown', found: `${path}: it is cut short` },
  ]);
  expect(rows([mark('query\u001b[2J\nx')])[0]).not.toMatch(/[\u001b\n]/);
});
