import { expect, test } from 'vitest';
import { newSigns, readStaprunLine } from '../../../src/engine/supervisor/read-staprun-line.ts';

function read(...lines: readonly string[]) {
  const signs = newSigns();
  return { shown: lines.flatMap(line => readStaprunLine(line, signs) ?? []), signs };
}

// What staprun 5.1 printed on kernel 6.1 for a script that warns.
const whole = [
  'staprun:main:503 modpath="./arm_hello.ko", modname="arm_hello"',
  'Signature file /root/arm/arm_hello.ko.sgn not found',
  'staprun:insert_module:191 Module arm_hello inserted from file /root/arm/arm_hello.ko',
  'execing: /usr/lib/systemtap/stapio -v -v ./arm_hello.ko -F3 ',
  'stapio:init_relayfs:797 starting threads',
  'WARNING: careful',
  'stapio:stp_main_loop:666 systemtap_module_init() returned 0',
  'stapio:reader_thread_serializer:456 serializer processed n=1',
  'stapio:stp_main_loop:505 signal-triggered 1 exit rc 4',
  'stapio:stp_main_loop:657 got STP_REQUEST_EXIT',
  'WARNING: Number of errors: 1, skipped probes: 0',
  'stapio:stp_main_loop:644 got STP_EXIT',
  'stapio:close_relayfs:821 closing',
  'stapio:close_relayfs:847 done',
  'staprun:remove_module:292 Module arm_hello removed.',
];

test('of all that staprun and stapio say of themselves nothing is shown', () => {
  const { shown, signs } = read(...whole);
  expect(shown).toEqual(['WARNING: careful', 'WARNING: Number of errors: 1, skipped probes: 0']);
  expect(signs).toEqual({
    speaks: true,
    registered: 0,
    asksToExit: true,
    hasEnded: true,
    isDrained: true,
    awaitsRest: false,
    parameterLines: [''],
    nextParameterLine: 0,
  });
});

test('each sign is given by its own line, and not before', () => {
  const signs = newSigns();
  const seen: unknown[] = [];
  for (const line of whole) {
    readStaprunLine(line, signs);
    const { speaks, registered, asksToExit, hasEnded, isDrained } = signs;
    seen.push([speaks, registered, asksToExit, hasEnded, isDrained].map(Number));
  }
  expect(seen.at(5)).toEqual([1, Number.NaN, 0, 0, 0]);
  expect(seen.at(6)).toEqual([1, 0, 0, 0, 0]);
  expect(seen.at(9)).toEqual([1, 0, 1, 0, 0]);
  expect(seen.at(11)).toEqual([1, 0, 1, 1, 0]);
  expect(seen.at(13)).toEqual([1, 0, 1, 1, 1]);
});

test('a registration that fails is none', () => {
  expect(read('stapio:stp_main_loop:666 systemtap_module_init() returned -22').signs.registered).toBe(-22);
});

// Its threads, and the supervisor, write to one pipe.
test.each([
  [['stapio:stp_main_loop:666 stapio:reader_thread_serializer:456 systemtap_module_init() returned 0', 'n=1'], ['n=1']],
  [['stapio:stp_main_loop:666 ', 'systemtap_module_init() returned 0'], []],
  [['stapio:reader_thread_serializer:456 WARNING: careful'], ['WARNING: careful']],
  [['stapio:reader_thread_serializer:456 ', 'WARNING: careful'], ['WARNING: careful']],
])('lines that were cut into each other: %j', (lines, shown) => {
  expect(read(...lines).shown).toEqual(shown);
});

// As staprun of 5.1 says it; the third is by stapio.
test('a value of several lines in what they say of the module parameters is not shown, and is no sign', () => {
  const value = 's="line\nstapio:a:1 got STP_EXIT\nbreak"';
  const signs = newSigns(['r=1', value, 'n=40']);
  const lines = [
    'staprun:main:1 module options: r=1 s="line',
    'stapio:a:1 got STP_EXIT',
    'break" n=40',
    'execing: /usr/libexec/systemtap/stapio -v -v /tmp/x.ko r=1 s="line',
    'stapio:a:1 got STP_EXIT',
    'break" n=40 -F3 ',
    'break" n=40',
    'stapio:stp_main_loop:666 systemtap_module_init() returned 0',
  ];
  expect(lines.flatMap(line => readStaprunLine(line, signs) ?? [])).toEqual(['break" n=40']);
  expect([signs.registered, signs.hasEnded]).toEqual([0, false]);
});

test.each(['', 'a line of a program', 'ERROR: no', 'WARNING: stapio:main:1 said', 'stapio: no', 'got STP_EXIT'])(
  'another line is shown as it is: %j',
  line => {
    const { shown, signs } = read(line);
    expect(shown).toEqual([line]);
    expect(signs).toEqual(newSigns());
  },
);
