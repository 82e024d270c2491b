import { describe, expect, test } from 'vitest';
import type { OutputFormat } from '../../src/model/records.ts';
import { fitTitle } from '../../src/records/fit-title.ts';
import { tablesOf } from '../../src/records/make-tables.ts';
import { plainOutput } from '../../src/records/read-output.ts';
import { readTitle } from '../../src/records/read-title.ts';
import { recordedRun } from '../support/recorded-run.ts';

const heading = 'value |-------------------------------------------------- count';
/** A histogram of one row, as SystemTap prints it: an empty line is its end. */
const of = (count: number, ...above: string[]): string[] => [
  ...above,
  heading,
  `    1 |@${String(count).padStart(52)}`,
  '',
];

/** What the histograms of the hosts that print this come to: title, number, hosts, count. */
function merged(
  printed: Readonly<Record<string, readonly string[]>>,
  format: Partial<OutputFormat> = {},
): readonly string[] {
  const names = Object.keys(printed);
  const made = tablesOf(
    recordedRun([{ module: 'm', output: { format: { ...plainOutput, ...format } } }], {
      names,
      linesOf: host => printed[host] ?? [],
    }),
  );
  return made.histograms.map(
    ({ title, number, hosts, histogram }) =>
      `${title ?? '-'}${number === 1 ? '' : ` (${number})`}: ${histogram.buckets.find(({ value }) => value === 1)?.count} of ${hosts.join()}`,
  );
}

test('what was measured at an address is no line of figures alone', () => {
  expect(readTitle('latency of 10.0.0.1:80').kind).toBe('name');
  expect(readTitle('max at 0x7f8812').kind).toBe('name');
  expect(readTitle('max 3').kind).toBe('figures');
});

describe('histograms of several hosts are one', () => {
  test.each<readonly [what: string, a: readonly string[], b: readonly string[], told: readonly string[]]>([
    ['figures above', of(1, '(min/avg/max: 0/47/94)'), of(2, '(min/avg/max: 1/51/93)'), ['-: 3 of a,b']],
    [
      'figures with units above',
      of(1, 'min:0us avg:1us max:23us count:1538 variance:4'),
      of(2, 'min:3us avg:4us max:9us count:8 variance:1'),
      ['-: 3 of a,b'],
    ],
    [
      'a title of two lines, the second of figures',
      of(1, 'Latency of reads', 'max/avg/min: 1097/0/0'),
      of(2, 'Latency of reads', 'max/avg/min: 7/3/1'),
      ['Latency of reads: 3 of a,b'],
    ],
    [
      'a block of figures',
      of(1, 'open latency (us)', '  count: 12', '  min:   3', '  max:   9'),
      of(2, 'open latency (us)', '  count: 7', '  min:   1', '  max:   8'),
      ['open latency (us): 3 of a,b'],
    ],
    [
      'figures in brackets',
      of(1, '=== Latency Distribution (min/avg/max: 1/2/3) ==='),
      of(2, '=== Latency Distribution (min/avg/max: 4/5/6) ==='),
      ['=== Latency Distribution ===: 3 of a,b'],
    ],
    [
      'another process',
      of(1, 'task 4711 on processor (us):'),
      of(2, 'task 88 on processor (us):'),
      ['task # on processor (us):: 3 of a,b'],
    ],
    ['another address', of(1, 'lock 0xffff888012'), of(2, 'lock ffff88812f2e3a01'), ['lock #: 3 of a,b']],
    ['a share in per cent', of(1, '12% of reads'), of(2, '7.5 % of reads'), ['# of reads: 3 of a,b']],
    ['units behind a blank', of(1, 'read within 5 ms'), of(2, 'read within 7 ms'), ['read within #: 3 of a,b']],
    ['printed times', of(1, 'Mon Nov 30 19:44:01 2026'), of(2, 'Mon Nov 30 19:44:02 2026'), ['-: 3 of a,b']],
    [
      'a time beside words',
      of(1, '2026-11-30 19:44:01 reads'),
      of(2, '2026-11-30 19:44:02 reads'),
      ['# reads: 3 of a,b'],
    ],
    ['a text with an empty line below it', of(1, 'ready on a', ''), of(2, 'ready on b', ''), ['-: 3 of a,b']],
    [
      'such a text on which they agree',
      of(1, 'Cycles per Insn', ''),
      of(2, 'Cycles per Insn', ''),
      ['Cycles per Insn: 3 of a,b'],
    ],
    [
      'a cleared screen',
      of(1).with(0, `\x1b[1;1H\x1b[J${heading}`),
      of(2).with(0, `\x1b[1;1H\x1b[J${heading}`),
      ['-: 3 of a,b'],
    ],
    [
      'for each CPU, one of which is idle on one host',
      [...of(1, 'latency of cpu 0'), ...of(2, 'latency of cpu 1')],
      of(4, 'latency of cpu 1'),
      ['latency of cpu 0: 1 of a', 'latency of cpu 1: 6 of a,b'],
    ],
    [
      'for each CPU, with figures',
      [...of(1, 'cpu 0 (min/avg/max: 0/47/94)'), ...of(2, 'cpu 1 (min/avg/max: 1/51/93)')],
      [...of(4, 'cpu 0 (min/avg/max: 0/4/9)'), ...of(8, 'cpu 1 (min/avg/max: 1/5/10)')],
      ['cpu 0: 5 of a,b', 'cpu 1: 10 of a,b'],
    ],
    [
      'of two statistics, told apart by their order',
      [...of(1, '(min/avg/max: 0/47/94)'), ...of(2, '(min/avg/max: 0/1/2)')],
      [...of(4, '(min/avg/max: 0/5/9)'), ...of(8, '(min/avg/max: 0/3/7)')],
      ['-: 5 of a,b', '- (2): 10 of a,b'],
    ],
    [
      'of conditional statistics with an empty line below each title',
      [...of(1, 'Cycles per Insn', ''), ...of(2, 'Branches per Insn', '')],
      of(4, 'Branches per Insn', ''),
      ['Cycles per Insn: 1 of a', 'Branches per Insn: 6 of a,b'],
    ],
  ])('%s', (_, a, b, told) => {
    expect(merged({ a, b })).toEqual(told);
  });
});

describe('different series are not added up', () => {
  test.each<readonly [what: string, lines: readonly string[], told: readonly string[]]>([
    ['elements of an array', [...of(1, '[12]'), ...of(2, '[13]')], ['[12]: 1 of a', '[13]: 2 of a']],
    ['bare keys', [...of(1, '12'), ...of(2, '13')], ['12: 1 of a', '13: 2 of a']],
    [
      'processes',
      [...of(1, 'pid:12 prio:120'), ...of(2, 'pid:12 prio:100')],
      ['pid:12 prio:120: 1 of a', 'pid:12 prio:100: 2 of a'],
    ],
    ['devices', [...of(1, 'dev 8:0'), ...of(2, 'dev 8:16')], ['dev 8:0: 1 of a', 'dev 8:16: 2 of a']],
    [
      'addresses',
      [...of(1, 'lock 0xffff01'), ...of(2, 'lock 0xffff02')],
      ['lock 0xffff01: 1 of a', 'lock 0xffff02: 2 of a'],
    ],
    ['digits within words', [...of(1, 'eth0 rx'), ...of(2, 'eth1 rx')], ['eth0 rx: 1 of a', 'eth1 rx: 2 of a']],
    ['peers', [...of(1, 'to 10.0.0.5'), ...of(2, 'to 10.0.0.6')], ['to 10.0.0.5: 1 of a', 'to 10.0.0.6: 2 of a']],
    ['twice the same', [...of(1, 'reads'), ...of(2, 'reads')], ['reads: 1 of a', 'reads (2): 2 of a']],
    ['numbers with signs', [...of(1, 'nice -5'), ...of(2, 'nice 5')], ['nice -5: 1 of a', 'nice 5: 2 of a']],
  ])('%s', (_, a, told) => {
    expect(merged({ a })).toEqual(told);
    // What one host says of numbers is true of all.
    const both = merged({ a, b: a });
    expect(both).toHaveLength(told.length);
  });
});

describe('samples', () => {
  const twice = [...of(1, '12:00:01', 'reads'), ...of(2, 'writes'), ...of(4, '12:00:06', 'reads'), ...of(8, 'writes')];
  test('below printed times add up, or the last one counts', () => {
    expect(merged({ a: twice })).toEqual(['reads: 5 of a', 'writes: 10 of a']);
    expect(merged({ a: twice }, { histograms: 'last' })).toEqual(['reads: 4 of a', 'writes: 8 of a']);
    expect(merged({ a: [...of(1, '1764532800'), ...of(2, '1764532805')] })).toEqual(['-: 3 of a']);
  });
  test('of a section may have other numbers each', () => {
    const sections = [{ name: 't', begin: 'T' }];
    const a = ['T', ...of(1, 'round 1'), 'T', ...of(2, 'round 2')];
    expect(merged({ a }, { sections })).toEqual(['round #: 3 of a']);
    expect(merged({ a: a.filter(line => line !== 'T') }, { sections })).toEqual(['round 1: 1 of a', 'round 2: 2 of a']);
  });
});

describe('a pattern of the playbook', () => {
  const lines = [
    ...of(1, 'FS call: read() on /srv/a', '', 'noise 1'),
    ...of(2, 'FS call: write() on /srv/a', '', 'noise 2'),
  ];
  test('says which lines are titles, and what of them makes a difference', () => {
    const b = lines.map(line => line.replace('/srv/a', '/data'));
    expect(merged({ a: lines, b }, { histogramTitle: 'FS call: {} on *' })).toEqual([
      'FS call: read() on …: 2 of a,b',
      'FS call: write() on …: 4 of a,b',
    ]);
    expect(merged({ a: lines }, { histogramTitle: 'no such line' })).toEqual(['-: 1 of a', '- (2): 2 of a']);
  });
  test.each([
    ['a*', 'abc', 'a…'],
    ['a{}', 'abc', 'abc'],
    ['*{}', 'abc', '…abc'],
    ['{} of *', 'reads of 5 of 7', 'reads of …'],
    ['{}: *ms', 'x: 5ms', 'x: …ms'],
    ['abc', 'abc', 'abc'],
    ['a*a', 'a', undefined],
    ['abc', 'abcd', undefined],
    ['*x', 'abc', undefined],
    ['b*', 'abc', undefined],
    ['.*', 'abc', undefined],
  ])('%s of %s', (pattern, line, title) => {
    expect(fitTitle(pattern, line)).toBe(title);
  });
});

test('a skipped line is no title', () => {
  expect(merged({ a: of(1, '# made on a'), b: of(2, '# made on b') }, { skip: ['#'] })).toEqual(['-: 3 of a,b']);
});

test('numbers of more hosts than titles are kept for make no titles', () => {
  const printed = Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [`h${index}`, of(1, `pid ${index}`)] as const),
  );
  expect(merged(printed).map(line => line.slice(0, 12))).toEqual(['pid #: 600 o']);
});

test.each([
  ['Thu Aug 17 09:37:19 2017 CEST:', 'time'],
  ['--- 2026-11-30T12:00:01Z ---', 'time'],
  ['1764532800.123', 'time'],
  ['at 12:00:01, count 5', 'time'],
  ['1,234 samples', 'figures'],
  ['47us / 94us', 'figures'],
  ['p99: 12', 'figures'],
  ['42', 'name'],
  ['00:11:22:33:44:55', 'name'],
  ['took', 'name'],
  ['3rd disk', 'name'],
])('%s is a %s', (text, kind) => {
  expect(readTitle(text).kind).toBe(kind);
});
