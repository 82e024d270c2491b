import { expect, test } from 'vitest';
import type { HostName } from '../../src/model/ids.ts';
import { markFloat, markInteger, markWritten } from '../../src/model/python-scalars.ts';
import { createHostVariables } from '../../src/template/host-variables.ts';

const vars = { gone: null, big: markInteger(2n ** 64n), float: markFloat(2), half: 0.5, list: [1, null, markFloat(2)] };

function fill(text: string): unknown {
  const host = { name: 'n' as HostName, groups: [], vars };
  const filled = createHostVariables(host, { playVars: {}, extraVars: {} }, new Map()).fill(text);
  return filled.ok ? filled.value : filled.error.message;
}

test.each([
  ['x-{{ no | default: 2.0 }}', 'x-2.0'],
  ['x-{{no|default:2.0}}-{{ no | default: 3.10 }}', 'x-2.0-3.10'],
  ['x-{{ no | default: 1e3 }}', 'x-1e3'],
  ['x-{{ no | default: -1.5E-07 }}', 'x--1.5E-07'],
  ['x-{{ no | default: 010 }}', 'x-010'],
  ['x-{{ no | default: 12345678901234567890 }}', 'x-12345678901234567890'],
  ['x-{{ no | default: 9007199254740992 }}', 'x-9007199254740992'],
  ['x-{{ no | default: "1e3" }}-{{ 1e3 }}-1e3', 'x-1e3-1e3-1e3'],
  ['x-{{ 2.0 }}{{ 7 }}', 'x-2.07'],
  ['x-{{ 2.0 | append: "a" }}', 'x-2.0a'],
  ['x-{{ list[2] }}', 'x-2.0'],
  ['{{ no | default: 2.0 }}', markWritten('2.0')],
  ['{{ no | default: 20 }}', 20],
])('a number in a template stays as it is written: %s', (text, expected) => {
  expect(fill(text)).toEqual(expected);
});

test.each([
  ['x-{{ gone }}', 'x-'],
  ['{{ gone }}:{{ gone }}', ':'],
  ['x-{{ list[1] }}-', 'x--'],
  ['{{ gone }}', null],
  ["{{ list | join: ',' }}", '1,None,2.0'],
  ['x-{{ list }}', '{{ list }} is a list and cannot stand in a text'],
])('nothing stands for null in a text, as in Ansible: %s', (text, expected) => {
  expect(fill(text)).toEqual(expected);
});

test.each([
  ['x-{{ float | plus: 1 }}', 'x-3'],
  ['x-{{ half | times: 4 }}', 'x-2'],
  ['x-{{ 7 | plus: "1" }}', 'x-8'],
  ['x-{{ big | plus: 1 }}', 'x-18446744073709551617'],
  ['x-{{ 18446744073709551616 | minus: big }}', 'x-0'],
  ['x-{{ big | divided_by: 2 }}', 'x-9223372036854775808'],
  ['x-{{ 10 | divided_by: 4 }}', 'x-2.5'],
  ['x-{{ big | modulo: 10 }}', 'x-6'],
  ['x-{{ big | at_least: 1 }}', 'x-18446744073709551616'],
  ['x-{{ float | at_most: 3 }}', 'x-2'],
  ['x-{{ big | round }}', 'x-18446744073709551616'],
  ['x-{{ 2.6 | round }}', 'x-3'],
  ['x-{{ 2.66 | round: 1 }}', 'x-2.7'],
])('what is calculated of whole numbers is exact: %s', (text, expected) => {
  expect(fill(text)).toEqual(expected);
});
