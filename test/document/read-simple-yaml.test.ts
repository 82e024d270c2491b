import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSimpleYaml } from '../../src/document/read-simple-yaml.ts';
import { readByLibrary } from '../../src/document/read-yaml.ts';

/** Lines of YAML, most of them simple, put together at random: many documents are valid, many are not quite. */
const from = (weight: number, ...texts: string[]) => ({ weight, arbitrary: fc.constantFrom(...texts) });
const key = fc.oneof(
  from(30, 'a', 'b', 'c', 'd', 'all', 'hosts', 'vars', 'web-1', 'x.y', '10', 'yes', '1.5', '2001', 'null', 'db_2', 'E'),
  from(1, '"q"', 'a b', 'a#b', '<<', '- a', '?', '&x a', 'a:b', '!t a', '', '__proto__', '-a', '.a', '[a]'),
);
const value = fc.oneof(
  from(16, '', '', '', '1', '010', '08', '1:30', 'yes', 'No', 'null', '1e3', '.5', '-5', '+1', '--a', 'a b', '"a b"'),
  from(
    10,
    "'c'",
    "''",
    '{}',
    '[]',
    'a:b',
    'http://x:80/',
    '10.0.0.1:22',
    '2001-12-14',
    '2001-12-14 1:02:03',
    '-a',
    '...',
  ),
  from(
    10,
    'a, b',
    '0x1f',
    '1_000',
    'a  b',
    "a'b",
    'a"b',
    'a\\b',
    '1 2',
    'a[0]',
    '/x',
    '"#"',
    'x=y',
    'a|b',
    'a*',
    'o]',
    '.inf',
  ),
  from(
    2,
    '-',
    '---',
    '"a" b',
    `"it's"`,
    '"\\n"',
    "'it''s'",
    '{a: 1}',
    '[1]',
    '{',
    '"',
    'a: b',
    'a:',
    'a #b',
    'a#b',
    '# c',
  ),
  from(
    2,
    '&x',
    '*x',
    '!t x',
    '|',
    '>',
    '@x',
    '`x',
    '%x',
    '?',
    '? a',
    '- a',
    '{{ x }}',
    'x: y',
    '!',
    '<<',
    '=',
    '.',
    '~',
    '12345678901234567890',
  ),
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);
const behind = fc.oneof(from(12, ''), from(1, ' ', ' # comment', '#x', '   '));
const entry = fc.tuple(key, value, behind).map(([k, v, b]) => `${k}:${v === '' ? '' : ` ${v}`}${b}`);
const item = fc.tuple(value, behind).map(([v, b]) => `- ${v}${b}`);
const odd = fc.constantFrom('', '# comment', '  # c', '---', '...', '  text', 'a', '\t', ' ', 'é: ü');
/** Mostly as deep as the line before, or one step deeper or less deep. */
const step = fc.oneof(from(8, '='), from(4, '+'), from(3, '-'), from(1, '?'));
const line = fc.tuple(
  step,
  fc.oneof({ weight: 12, arbitrary: entry }, { weight: 3, arbitrary: item }, { weight: 1, arbitrary: odd }),
);
const document = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 8 }), fc.constantFrom('\n', ''))
  .map(([lines, end]) => {
    let depth = 0;
    const texts = lines.map(([way, text]) => {
      if (way === '+' || way === '?') depth += way === '+' ? 2 : 1;
      if (way === '-') depth = Math.max(0, depth - 2);
      return `${' '.repeat(depth)}${text}`;
    });
    return texts.join('\n') + end;
  });

describe('readSimpleYaml', () => {
  test('says what the library says, or nothing', () => {
    let read = 0;
    fc.assert(
      fc.property(document, text => {
        const simple = readSimpleYaml(text);
        if (simple === undefined) return;
        read++;
        const library = readByLibrary({ path: 'p.yml', text }, 'inventory');
        expect(library.ok ? library.value.value : library.error).toEqual(simple);
        // In the order of the document too.
        expect(JSON.stringify(simple)).toBe(library.ok ? JSON.stringify(library.value.value) : '');
      }),
      { numRuns: 30_000 },
    );
    expect(read).toBeGreaterThan(1_000);
  });

  test.each<[text: string, value: unknown]>([
    ['a: 1\nb: two words # c\n', { a: 1, b: 'two words' }],
    [
      '---\n# c\nall:\n  hosts:\n    h1:\n    h2:\n      a: yes\n  vars: {}\n',
      { all: { hosts: { h1: null, h2: { a: true } }, vars: {} } },
    ],
    ['a:\n- x\n- 2\nb:\n  - "y"\n', { a: ['x', 2], b: ['y'] }],
    ['url: http://x:80/ # c', { url: 'http://x:80/' }],
  ])('%j is simple', (text, value) => {
    expect(readSimpleYaml(text)).toEqual(value);
  });
});
