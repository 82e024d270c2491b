import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { placeAt } from '../../../src/model/source.ts';
import { formatDiagnostics } from '../../../src/report/texts/diagnostics.ts';

const plain = { colour: 'plain' } as const;

/** The place of the first `[…]` in the text, which is written without the brackets. */
function marked(text: string, path = 'playbooks/io.yml') {
  const start = text.indexOf('[[');
  const end = text.indexOf(']]') - 2;
  return placeAt({ path, text: text.replace('[[', '').replace(']]', '') }, start, end);
}

const unknownGroup: Diagnostic = {
  severity: 'error',
  code: 'unknown-group',
  message: 'no group "wbe" in the inventory',
  cure: 'did you mean "web"?',
  place: marked('- name: Who reads\n  build_hosts: b\n\n  hosts: [[wbe]]\n'),
};

describe('formatDiagnostics', () => {
  test('shows the line and what is meant in it', () => {
    expect(formatDiagnostics([unknownGroup], plain)).toMatchInlineSnapshot(`
      "playbooks/io.yml:4:10 error unknown-group: no group "wbe" in the inventory; did you mean "web"?
          hosts: wbe
                 ~~~
      "
    `);
  });

  test('without a place it is a sentence', () => {
    const finding: Diagnostic = { severity: 'warning', code: 'no-host-matched', message: 'the inventory is empty' };
    expect(formatDiagnostics([finding], plain)).toBe('warning no-host-matched: the inventory is empty\n');
  });

  test('of thousands, the first ones and a count', () => {
    const said = formatDiagnostics(
      Array.from({ length: 10_000 }, () => unknownGroup),
      plain,
    );
    expect(said.split('\n')).toHaveLength(200 * 3 + 2);
    expect(said.endsWith('… and 9800 more like these; mend the first ones, and look again\n')).toBe(true);
  });

  test('what is only told is no warning, and gives way to errors and warnings where they are too many', () => {
    const info: Diagnostic = { severity: 'info', code: 'program-unsure', message: 'the build shows it' };
    expect(formatDiagnostics([info], plain)).toBe('info program-unsure: the build shows it\n');
    expect(formatDiagnostics([info], { colour: 'colour' })).toContain('\u001b[36minfo');
    const warning: Diagnostic = { ...info, severity: 'warning' };
    const many = [...Array.from({ length: 200 }, () => info), warning, { ...warning, severity: 'error' as const }];
    expect(formatDiagnostics(many, plain).split('\n').slice(0, 3)).toEqual([
      'error program-unsure: the build shows it',
      'warning program-unsure: the build shows it',
      'info program-unsure: the build shows it',
    ]);
  });

  test('of a line of 1 MB, what stands round the place', () => {
    const place = marked(`[${'é, '.repeat(200_000)}[[wbe]]${', é'.repeat(200_000)}]`);
    const said = formatDiagnostics(
      Array.from({ length: 200 }, () => ({ ...unknownGroup, place })),
      plain,
    );
    const [, line = '', squiggle = ''] = said.split('\n');
    expect(line).toMatch(/^ {4}…[é, ]{30,}wbe[é, ]{30,}…$/);
    expect(line.indexOf('wbe')).toBe(squiggle.indexOf('~~~'));
  });

  test('related places follow as notes', () => {
    const place = marked('a: 1\n[[a]]: 2\n');
    const first = marked('[[a]]: 1\na: 2\n');
    const finding: Diagnostic = {
      severity: 'error',
      code: 'duplicate-key',
      message: '"a" stands twice',
      place,
      related: [{ place: first, note: 'first here' }],
    };
    expect(formatDiagnostics([finding], plain)).toMatchInlineSnapshot(`
      "playbooks/io.yml:2:1 error duplicate-key: "a" stands twice
          a: 2
          ~
      playbooks/io.yml:1:1 note: first here
          a: 1
          ~
      "
    `);
  });

  test.each([
    ['tabs', '\tif (\t[[x]])', '    if (    x)', '            ~'],
    ['wide characters', '名前: [[値段]] # 🎉', '    名前: 値段 # 🎉', '          ~~~~'],
    ['joined emoji', '👩‍👩‍👧 [[x]]', '    👩‍👩‍👧 x', '       ~'],
    ['accents', 'e\u0301te\u0301 [[x]]', '    e\u0301te\u0301 x', '        ~'],
    ['its own indent', '      [[x]]: 1', '    x: 1', '    ~'],
    ['half of an indent', '  [[    ]]x: 1', '        x: 1', '    ~~~~'],
  ])('the squiggle stands under the range behind %s', (_, text, source, squiggle) => {
    const printed = formatDiagnostics([{ ...unknownGroup, place: marked(text) }], plain);
    expect(printed.split('\n').slice(1, 3)).toEqual([source, squiggle]);
  });

  test('controls are shown, not sent', () => {
    const place = marked('name: "\x1b[2J\u202e[[x]]\x7f"');
    const [, source, squiggle] = formatDiagnostics([{ ...unknownGroup, message: 'a\x1b[2Jb', place }], plain).split(
      '\n',
    );
    expect(source).toBe('    name: "␛[2J<U+202E>x␡"');
    expect(squiggle).toBe(`    ${' '.repeat(19)}~`);
  });

  test('an empty range and one past the end still mark a column', () => {
    const text = 'hosts:';
    const place = placeAt({ path: 'a.yml', text }, text.length, text.length);
    expect(formatDiagnostics([{ ...unknownGroup, place }], plain)).toMatchInlineSnapshot(`
      "a.yml:1:7 error unknown-group: no group "wbe" in the inventory; did you mean "web"?
          hosts:
                ~
      "
    `);
  });

  test('a very long line is cut round the range', () => {
    const place = marked(`${'a'.repeat(5_000)}[[needle]]${'b'.repeat(5_000)}`);
    const [, source = '', squiggle = ''] = formatDiagnostics([{ ...unknownGroup, place }], plain).split('\n');
    expect(source.length).toBeLessThan(120);
    expect(source.slice(squiggle.indexOf('~'), squiggle.lastIndexOf('~') + 1)).toBe('needle');
    expect(source).toMatch(/^ {4}…a+needleb+…$/);
  });

  test('a range that is longer than what is shown is marked as far as it goes', () => {
    const place = marked(`x: [[${'a'.repeat(5_000)}]]`);
    const [, source = '', squiggle = ''] = formatDiagnostics([{ ...unknownGroup, place }], plain).split('\n');
    expect(source.length).toBeLessThan(120);
    expect(squiggle.trim()).toMatch(/^~+$/);
    expect(squiggle.length).toBeLessThanOrEqual(source.length);
  });

  test('in colour', () => {
    expect(formatDiagnostics([unknownGroup], { colour: 'colour' })).toBe(
      '\x1b[1mplaybooks/io.yml:4:10\x1b[22m \x1b[31merror\x1b[39m \x1b[2munknown-group:\x1b[22m ' +
        'no group "wbe" in the inventory; did you mean "web"?\n' +
        '    hosts: wbe\n' +
        '           \x1b[31m~~~\x1b[39m\n',
    );
  });
});
