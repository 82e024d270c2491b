import { describe, expect, it } from 'vitest';
import { readExtraVars } from '../../../src/engine/sources/read-extra-vars.ts';
import { createConfinement } from '../../../src/process/confinement.ts';

const confinement = createConfinement('read');

/** A number that JavaScript would write otherwise. */
const marked = (text: string) => ({ __tapbook_scalar: text });

describe('-e', () => {
  it.each([
    ['a=1', { a: '1' }],
    ["ansible_port=2301 ansible_user='root'", { ansible_port: '2301', ansible_user: 'root' }],
    [' a=1   b=2 ', { a: '1', b: '2' }],
    ['a=1\nb=2', { a: '1', b: '2' }],
    ['a=1 a=2', { a: '2' }],
    ['a=1\tb=2', { a: '1\tb=2' }],
    ['a=', { a: '' }],
    [`a="x  y" b='it is "it"'`, { a: 'x  y', b: 'it is "it"' }],
    [`a=x'y z'`, { a: `x'y z'` }],
    ['a={{ b }} c={{ d | default("x y") }}-{{ e }}', { a: '{{ b }}', c: '{{ d | default("x y") }}-{{ e }}' }],
    ['a={% if b %} c', undefined],
    ['a=b=c', { a: 'b=c' }],
    [String.raw`a="1\n2" b=\u00e9\x41`, { a: '1\n2', b: 'éA' }],
    [String.raw`a=it\'s`, { a: "it's" }],
    ['a=1 \\\nb=2', { a: '1', b: '2' }],
    ["a='1", undefined],
    ['a=hello world', undefined],
    ['2a=1', undefined],
    ['{"a": true, "b": null, "c": 1, "d": 1.5}', { a: true, b: null, c: 1, d: 1.5 }],
    ['{"a": 2.0}', { a: marked('2.0') }],
    ['{"a": 1e5}', { a: marked('100000.0') }],
    ['{a: 1e5}', { a: '1e5' }],
    ['{a: 010, b: yes, c: 2.0}', { a: 8, b: true, c: marked('2.0') }],
    ['{"a": 12345678901234567890}', { a: marked('12345678901234567890') }],
    ['{a: 2024-01-01}', { a: '2024-01-01' }],
    ['{"a": {"b": [2.0]}}', { a: { b: [marked('2.0')] } }],
  ])('reads %j', async (text, expected) => {
    const read = await readExtraVars([text], confinement);
    expect(read.ok ? read.value.vars : undefined).toEqual(expected);
  });

  it('warns of a key that stands twice, and takes the last one', async () => {
    const read = await readExtraVars(['a=0', '{a: 1, b: {c: 2, c: 3}}', 'd=4'], confinement);
    const said = 'duplicate-key: this key stands twice in the same mapping: the last one counts';
    expect(read.ok && read.value.vars).toEqual({ a: 1, b: { c: 3 }, d: '4' });
    expect(
      read.ok && read.value.warnings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
    ).toEqual([`warning ${said}`]);
  });

  it('says what it cannot read, all at once, and how it is written', async () => {
    const read = await readExtraVars(['a=hello world x=1', `b='1`, 'c={{ d'], confinement);
    expect(read.ok ? [] : read.error.map(({ message, cure }) => `${message}; ${cure}`)).toEqual([
      `cannot read "world"; write -e name=value, and quote a value with blanks: -e "name='a b'"`,
      `cannot read "b='1": the quote ' is never closed; quote the value as a whole`,
      'cannot read "c={{ d": a template is never closed; quote the value as a whole',
    ]);
  });
});
