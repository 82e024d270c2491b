import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../src/document/parse-yaml.ts';
import { readYaml, type YamlTree } from '../../src/document/read-yaml.ts';
import { sayAll } from './say.ts';

function read(text: string, dialect: Dialect = 'playbook'): YamlTree {
  const tree = readYaml({ path: 'p.yml', text }, dialect);
  if (!tree.ok) throw new Error(sayAll(tree.error.diagnostics));
  return tree.value;
}

function refusal(text: string, dialect: Dialect = 'playbook'): string {
  const tree = readYaml({ path: 'p.yml', text }, dialect);
  return tree.ok ? `read: ${JSON.stringify(tree.value.value)}` : sayAll(tree.error.diagnostics);
}

describe('what is refused, each with its place and its cure', () => {
  test.each([
    [
      'nothing',
      '',
      '1:1-2 [] empty-document: the file holds no YAML; tapbook schema playbook describes what belongs into it',
    ],
    [
      'comments only',
      '# a\n# b\n',
      '1:1-2 [#] empty-document: the file holds no YAML; tapbook schema playbook describes what belongs into it',
    ],
    [
      'a key twice',
      '- a: 1\n  b: 2\n  a: 3\n',
      '3:3-4 [a] duplicate-key: this key stands twice in the same mapping; take one away (1:3 it is written here first)',
    ],
    [
      'a tab',
      '- a: 1\n\tb: 2\n',
      '2:2-3 [b] tab-indentation: a tab stands in the indentation; YAML indents with spaces only',
    ],
    ['an unknown tag', '- !role a\n', '1:3-8 [!role] unknown-tag: the tag !role is not known; write the plain value'],
    [
      'two documents',
      '- a\n---\n- b\n',
      '2:1-4 [---] several-documents: the file holds more than one YAML document; take away the line ---, or make a file of each',
    ],
    [
      'a bare template',
      '- a: {{ x }}\n',
      '1:6-13 [{{ x }}] unquoted-template: a template has to be quoted; write "{{ x }}"',
    ],
    [
      'a bare template with more',
      '- a: 1\n  b: {{ x }}.txt\n',
      '2:6-17 [{{ x }}.txt] unquoted-template: a template has to be quoted; write "{{ x }}.txt"',
    ],
    [
      'a bare template with quotes',
      '- a: {{ x | default: "y" }}\n',
      `1:6-28 [{{ x | default: "y" }}] unquoted-template: a template has to be quoted; write '{{ x | default: "y" }}'`,
    ],
    [
      'bare templates in a flow',
      '- { a: {{ x }}, b: 1 }\n',
      '1:8-15 [{{ x }}] unquoted-template: a template has to be quoted; write "{{ x }}"',
    ],
    ['a list as key', '? [a]\n: b\n', '1:3-4 [[] key-not-text: a key has to be a text; quote it'],
    [
      'an alias to nowhere',
      '- *x\n',
      '1:3-5 [*x] unknown-alias: the alias *x has no anchor &x before it; write the value out',
    ],
    [
      'an alias before its anchor',
      '- *x\n- &x 1\n',
      '1:3-5 [*x] unknown-alias: the alias *x has no anchor &x before it; write the value out',
    ],
    [
      'an alias in itself',
      '- &a [*a]\n',
      '1:7-9 [*a] circular-alias: the alias *a stands inside of what it stands for; write the value out',
    ],
    [
      'infinity',
      '- .inf\n',
      '1:3-7 [.inf] not-finite: .inf is no number that can be used; write a number, or quote the text',
    ],
    [
      'no number',
      '- .nan\n',
      '1:3-7 [.nan] not-finite: .nan is no number that can be used; write a number, or quote the text',
    ],
    [
      'a number that a double would round',
      '- 9007199254740993\n',
      '1:3-19 [9007199254740993] inexact-integer: 9007199254740993 is too large to be kept exactly; quote it: "9007199254740993"',
    ],
    [
      'a tag that does not fit',
      '- !!int 1.5\n- !!float x\n',
      `1:3-8 [!!int] unknown-tag: what follows is no value of the type int; write the plain value
2:3-10 [!!float] unknown-tag: what follows is no value of the type float; write the plain value`,
    ],
    [
      'bytes',
      '- !!binary aGk=\n',
      '1:12-16 [aGk=] not-json: this value is neither text, number nor boolean; write it without its tag',
    ],
    [
      'a set',
      '- !!set {a}\n',
      '1:9-12 [{a}] not-json: only plain lists and mappings can be used; write it without its tag',
    ],
    ['a NUL', '- a\0b\n', '1:4-5 [NUL] not-text: U+0000 has no place in a YAML document; save the file as UTF-8 text'],
    [
      'bytes that were no UTF-8',
      '- a\n- b\uFFFD\n',
      '2:4-5 [\uFFFD] not-text: U+FFFD has no place in a YAML document; save the file as UTF-8 text',
    ],
    [
      'a quote that stays open',
      '- "a\n- b\n',
      '3:1-2 [] yaml-syntax: something is not closed here; look for a missing quote, bracket or colon',
    ],
    [
      'a mapping in a line',
      '- a: b: c\n',
      '1:6-7 [b] yaml-syntax: a mapping cannot begin here; look at the indentation of the line below; quote a text that has ": " in it',
    ],
  ])('%s', (_, text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  test('all mistakes at once, one for each line', () => {
    expect(refusal('- a: {{ x }}\n- b: !odd 1\n- c: 1\n  c: 2\n  d: {{ y }}.txt\n')).toMatchInlineSnapshot(`
      "1:6-13 [{{ x }}] unquoted-template: a template has to be quoted; write "{{ x }}"
      2:6-10 [!odd] unknown-tag: the tag !odd is not known; write the plain value
      4:3-4 [c] duplicate-key: this key stands twice in the same mapping; take one away (3:3 it is written here first)
      5:6-17 [{{ y }}.txt] unquoted-template: a template has to be quoted; write "{{ y }}.txt""
    `);
  });

  test('no follow-ups of a slip that ends the document', () => {
    expect(refusal('- a: {{ x }} {{ y }}\n- b: 1\n- c: 1\n')).toMatchInlineSnapshot(
      `"1:6-13 [{{ x }}] unquoted-template: a template has to be quoted; write "{{ x }}""`,
    );
    expect(refusal('a: 1\n- b\n- c\n')).toMatchInlineSnapshot(
      `"2:1-2 [-] yaml-syntax: this does not fit to what stands before it; look at the indentation, and at the line above"`,
    );
    expect(refusal('- a: 1\n   b: 2\n')).toMatchInlineSnapshot(
      `"1:6-7 [1] yaml-syntax: a mapping cannot begin here; look at the indentation of the line below; quote a text that has ": " in it"`,
    );
  });

  test('a vault in an inventory, and what to do instead', () => {
    expect(refusal('password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n', 'inventory')).toMatchInlineSnapshot(
      `"read: {"password":{"__ansible_vault":"$ANSIBLE_VAULT;1.1;AES256\\n"}}"`,
    );
  });
});

describe('what would harm the parser is refused before it', () => {
  test('a file of megabytes', () => {
    expect(refusal('- a\n'.repeat(1_100_000))).toBe(
      '1:1-2 [-] too-large: the file is larger than 4 MB; is it really a YAML document?',
    );
  });

  test.each([
    ['brackets', '['.repeat(100_000), '1:201-202 [[]'],
    ['braces', `a: ${'{'.repeat(100_000)}`, '1:204-205 [{]'],
    ['dashes', '- '.repeat(100_000), '1:1-2 [-]'],
    ['indentation', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), '201:1-2 [ ]'],
  ])('too many levels of %s', (_, text, place) => {
    const expected = `${place} too-deep: it is nested deeper than 200 levels; is it really a YAML document?`;
    expect(refusal(text)).toBe(expected);
    expect(refusal(text, 'inventory')).toBe(expected);
  });

  test('brackets in texts and comments are no levels', () => {
    const text = `${'# [[[ {{{\n'.repeat(100)}- "${'['.repeat(500)}"\n`;
    expect(read(text).value).toEqual(['['.repeat(500)]);
  });

  test('aliases that multiply', () => {
    const names = [...'abcdefghijk'];
    const lines = names.map((name, at) => {
      const before = names[at - 1];
      return `${name}: &${name} [${Array(10)
        .fill(before === undefined ? 'x' : `*${before}`)
        .join(', ')}]`;
    });
    expect(refusal(lines.join('\n'))).toMatchInlineSnapshot(
      `"7:8-10 [*f] alias-bomb: what *f stands for multiplies beyond all measure; write the values out"`,
    );
  });

  test('an anchor that is used often is no attack', () => {
    const text = `- &defaults { a: 1 }\n${'- { <<: *defaults, b: 2 }\n'.repeat(500)}`;
    expect((read(text).value as unknown[])[500]).toEqual({ a: 1, b: 2 });
  });

  test('a thousand hosts are many, not deep', () => {
    const hosts = Array.from({ length: 1000 }, (_, at) => `    db${at}:\n      ansible_host: 10.0.0.1\n`);
    const { value } = read(`all:\n  hosts:\n${hosts.join('')}`, 'inventory');
    expect(Object.keys((value as { all: { hosts: object } }).all.hosts)).toHaveLength(1000);
  });
});

describe('what is read', () => {
  test('YAML 1.2 in a playbook: on, yes and dates are texts, 010 is ten', () => {
    expect(read('[on, yes, y, 2020-01-01, 010, 0o10, 0x1f, true, null, 1.10, 1:30]').value).toEqual([
      'on',
      'yes',
      'y',
      '2020-01-01',
      10,
      8,
      31,
      true,
      null,
      1.1,
      '1:30',
    ]);
  });

  test('a byte order mark and carriage returns leave the places as an editor shows them', () => {
    const tree = read('\uFEFFa: 1\r\nb:\r\n  c: two\r\n');
    expect(tree.value).toEqual({ a: 1, b: { c: 'two' } });
    expect(tree.place(['a'], 'key')).toEqual({ file: 'p.yml', line: 1, column: 1, endColumn: 2, text: 'a: 1' });
    expect(tree.place(['b', 'c'], 'value')).toEqual({
      file: 'p.yml',
      line: 3,
      column: 6,
      endColumn: 9,
      text: '  c: two',
    });
  });

  test('places of keys and values, through lists and aliases; the nearest parent of what is not there', () => {
    const tree = read('- &one { a: [1, 22] }\n- *one\n- b: |\n    text\n');
    const at = (...path: (string | number)[]) => {
      const { line, column, endColumn } = tree.place(path, 'value');
      return `${line}:${column}-${endColumn}`;
    };
    expect([at(0, 'a', 1), at(1), at(1, 'a', 1), at(2, 'b'), at(0, 'a', 7), at(9)]).toEqual([
      '1:17-19',
      '2:3-7',
      '1:17-19',
      '3:6-7',
      '1:13-20',
      '1:1-22',
    ]);
    expect(tree.place([2, 'b'], 'key').column).toBe(3);
  });

  test('a value as it was written', () => {
    const tree = read('release: 6.10\nlist: [0x10]\n');
    expect([tree.written(['release']), tree.written(['list', 0]), tree.written(['none'])]).toEqual([
      '6.10',
      '0x10',
      undefined,
    ]);
  });

  test('merge keys, with what is written winning', () => {
    expect(read('- &a { x: 1, y: 2 }\n- { <<: *a, y: 3 }\n').value).toEqual([
      { x: 1, y: 2 },
      { x: 1, y: 3 },
    ]);
  });

  test('keys are texts, even those that would be numbers or reach a prototype', () => {
    const { value } = read('1: a\non: b\n__proto__: c\n', 'inventory');
    expect(Object.entries(value as object)).toEqual([
      ['1', 'a'],
      ['on', 'b'],
      ['__proto__', 'c'],
    ]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('an inventory is read as Ansible reads it', () => {
  // What PyYAML 6.0 makes of each; where JSON has nothing for it, the text that was written.
  test.each<[string, unknown]>([
    ['y', 'y'],
    ['n', 'n'],
    ['yes', true],
    ['Yes', true],
    ['YES', true],
    ['yEs', 'yEs'],
    ['no', false],
    ['on', true],
    ['On', true],
    ['off', false],
    ['Off', false],
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['tRue', 'tRue'],
    ['false', false],
    ['010', 8],
    ['08', '08'],
    ['09.5', 9.5],
    ['0', 0],
    ['00', 0],
    ['-0', 0],
    ['+5', 5],
    ['-5', -5],
    ['0x1F', 31],
    ['0xg', '0xg'],
    ['0b101', 5],
    ['0o17', '0o17'],
    ['1_000', 1000],
    ['1__0', 10],
    ['_1', '_1'],
    ['1:30', 90],
    ['1:00:00', 3600],
    ['-1:30', -90],
    ['1:61', '1:61'],
    ['1:30.5', 90.5],
    ['1e3', '1e3'],
    ['1.0e3', '1.0e3'],
    ['1.0e+3', { __tapbook_scalar: '1000.0' }],
    ['1.', { __tapbook_scalar: '1.0' }],
    ['.5', 0.5],
    ['.', '.'],
    ['-.5', '-.5'],
    ['+.5', '+.5'],
    ['1.5', 1.5],
    ['6.10', 6.1],
    ['1.10', 1.1],
    ['~', null],
    ['null', null],
    ['Null', null],
    ['NULL', null],
    ['nUll', 'nUll'],
    ['2020-01-01', '2020-01-01'],
    ['2020-01-01T00:00:00Z', { __tapbook_scalar: '2020-01-01 00:00:00+00:00' }],
    ['2020-1-1 1:02:03.5 -5', { __tapbook_scalar: '2020-01-01 01:02:03.500000-05:00' }],
    ['2020-1-1', '2020-1-1'],
    ['.inf', { __tapbook_scalar: 'inf' }],
    ['-.inf', { __tapbook_scalar: '-inf' }],
    ['.nan', { __tapbook_scalar: 'nan' }],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', { __tapbook_scalar: '9007199254740993' }],
    ['-9007199254740993', { __tapbook_scalar: '-9007199254740993' }],
    ['12345678901234567890', { __tapbook_scalar: '12345678901234567890' }],
    ['1,000', '1,000'],
    ['0_8', '0_8'],
    ['0x_1', 1],
    ['1.5.2', '1.5.2'],
    ['07', 7],
    ['-010', -8],
    ['+010', 8],
    ['0b', '0b'],
    ['190:20:30', 685230],
    ['1e400', '1e400'],
    ['1.0e+400', { __tapbook_scalar: 'inf' }],
  ])('%s', (written, expected) => {
    expect(read(`a: ${written}\n`, 'inventory').value).toEqual({ a: expected });
  });

  test.each([
    ['quotes that go on at the margin', 'a: "b\nc"\nd: 1\n', { a: 'b c', d: 1 }],
    ['single quotes left of their key', "x:\n  a: 'b\n\n c'\n  d: 1\n", { x: { a: 'b\nc', d: 1 } }],
    ['a list left of its key', 'x:\n    a: [1,\n  2,\n3]\n    d: 1\n', { x: { a: [1, 2, 3], d: 1 } }],
    ['a mapping at the margin', 'a: {\nb: "c\nd", # e\nf: {g:\n1}\n}\nh: 1\n', { a: { b: 'c d', f: { g: 1 } }, h: 1 }],
    ['quotes in a list', '- "a\nb"\n- [c,\nd]\n- - \'e\nf\'\n  - g\n', ['a b', ['c', 'd'], ['e f', 'g']]],
    ['a comment right behind quotes', 'a: "b"# c\nd: [e]# f\n', { a: 'b', d: ['e'] }],
    ['a block text without a line end', 'a: |\n  b', { a: 'b' }],
    ['a kept block text without a line end', 'a: |+\n  b', { a: 'b' }],
    ['a folded block text without a line end', 'a: >\n  b\n  c', { a: 'b c' }],
    ['an unsafe block text without a line end', 'a: !unsafe |\n  b', { a: { __ansible_unsafe: 'b' } }],
    ['a block text before another without a line end', 'a: |\n  b\nc: d', { a: 'b\n', c: 'd' }],
    [
      'two merges: the last one wins',
      'a: &a {k: 1}\nb: &b {k: 2}\nc: {<<: *a, <<: *b}\n',
      { a: { k: 1 }, b: { k: 2 }, c: { k: 2 } },
    ],
    [
      'two merges: what is written wins over both',
      'a: &a {k: 1, i: 1}\nb: &b {k: 2, j: 2}\nc:\n  k: 3\n  <<: *a\n  <<: [*b, *a]\n',
      { a: { k: 1, i: 1 }, b: { k: 2, j: 2 }, c: { k: 3, i: 1, j: 2 } },
    ],
  ])('as PyYAML has it: %s', (_, text, expected) => {
    expect(read(text, 'inventory').value).toEqual(expected);
  });

  test('a playbook closes brackets below their key, and is strict otherwise', () => {
    expect(read('a: [\n  b\n]\nc: 1\n').value).toEqual({ a: ['b'], c: 1 });
    expect(refusal('a: "b\nc"\n')).toContain('yaml-syntax');
    expect(refusal('a: &a {k: 1}\nb: {<<: *a, <<: *a}\n')).toContain('duplicate-key');
  });

  test('places behind a text that goes on at the margin are right', () => {
    const tree = read('a: "b\nc"\nd: {e: 1,\nf: 2}\n', 'inventory');
    expect(tree.place(['d', 'f'], 'value')).toMatchObject({ line: 4, column: 4 });
  });

  test('!unsafe marks a text', () => {
    expect(read('a: !unsafe "{{ x }}"\n', 'inventory').value).toEqual({ a: { __ansible_unsafe: '{{ x }}' } });
  });

  test('a key without a value is null', () => {
    expect(read('all:\n  hosts:\n    db1:\n', 'inventory').value).toEqual({ all: { hosts: { db1: null } } });
  });
});

test('whatever the text is, the answer is a value or a list of findings with places in it', () => {
  const piece = fc.constantFrom(
    '- ',
    'a: ',
    '\n',
    '  ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '&a ',
    '*a',
    '!t ',
    '{{ x }}',
    '|',
    '#',
    '\t',
    '---\n',
    'é',
    '? ',
    '<<: ',
    '\r\n',
  );
  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(piece, { maxLength: 30 }).map(parts => parts.join('')),
  );
  fc.assert(
    fc.property(anyText, fc.constantFrom<Dialect>('playbook', 'inventory'), (text, dialect) => {
      const tree = readYaml({ path: 'p.yml', text }, dialect);
      if (tree.ok) {
        JSON.stringify(tree.value.value);
        return;
      }
      expect(tree.error.diagnostics.length).toBeGreaterThan(0);
      const lines = text.replace(/^\uFEFF/, '').split('\n');
      for (const { place } of tree.error.diagnostics) {
        expect(place?.text).toBe(lines[(place?.line ?? 0) - 1]?.replace(/\r$/, ''));
        expect(place?.column).toBeLessThan(place?.endColumn ?? 0);
      }
    }),
    { numRuns: 2000 },
  );
});

describe.each<Dialect>(['playbook', 'inventory'])('a large %s', dialect => {
  const count = 5_000;
  const many = (make: (index: number) => string): string => Array.from({ length: count }, (_, at) => make(at)).join('');
  const parse = (text: string) => readYaml({ path: 'p.yml', text }, dialect);
  const read = (text: string): unknown => {
    const tree = parse(text);
    return tree.ok ? tree.value.value : tree.error.diagnostics[0];
  };

  test.each([
    ['keys and comments', `f: &f 1\n${many(at => `# one\nk${at}: 1\n`)}`],
    ['keys in brackets', `{f: &f 1, ${many(at => `k${at}: 1, `)}}\n`],
    ['aliases of one', `f: &f 1\n${many(at => `k${at}: *f\n`)}`],
  ])('has many %s', (_, text) => {
    expect(Object.keys(read(text) as object)).toHaveLength(count + 1);
  });

  test('has many aliases and merges, each of another', () => {
    const value = read(many(at => `k${at}: &a${at} { x: ${at} }\nl${at}: { <<: *a${at}, y: *a${at} }\n`));
    const last = count - 1;
    expect(value).toMatchObject({ l0: { x: 0, y: { x: 0 } }, [`l${last}`]: { x: last, y: { x: last } } });
  });

  test.each([
    ['same: 1\n', 'duplicate-key', count - 1],
    ['- *unknown\n', 'unknown-alias', count],
    ['- !what x\n', 'unknown-tag', count],
  ])('has a fault in each line: %j', (line, code, faults) => {
    const tree = parse(many(() => line));
    const found = tree.ok ? [] : tree.error.diagnostics;
    expect(found.map(one => one.code)).toEqual(Array.from({ length: faults }, () => code));
  });

  test('the place of each key is found', () => {
    const tree = parse(`f: &f 1\n${many(at => `k${at}: 1\n`)}`);
    for (let at = 0; at < count; at++) expect(tree.ok && tree.value.place([`k${at}`], 'key').line).toBe(at + 2);
  });
});
