import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KernelRelease, Machine } from '../../src/model/ids.ts';
import { matchKernel } from '../../src/plan/match-kernel.ts';
import { makeRule } from './rig.ts';

function fits(glob: string, release: string): boolean {
  return matchKernel([makeRule(glob)], release as KernelRelease, 'x86_64' as Machine) !== 'no-match';
}

describe('globs', () => {
  test.each([
    ['6.1.0-*-cloud-amd64', '6.1.0-56-cloud-amd64', true],
    ['6.1.0-*-cloud-amd64', '6.1.0-56-amd64', false],
    ['6.1.0', '6.1.0-56', false],
    ['6.1.0', '6x1x0', false],
    ['6.?.0', '6.1.0', true],
    ['6.?.0', '6.12.0', false],
    ['6.[123].*', '6.2.9', true],
    ['6.[1-3].*', '6.4.9', false],
    ['6.[!4].*', '6.4.9', false],
    ['6.[!4].*', '6.5.9', true],
    ['*', '6.1', true],
    ['*+debug', '5.14.el9+debug', true],
    ['6.[', '6.[', true],
    ['[z-a]', '6', false],
    ['(6)', '6', false],
    ['', '6', false],
    ['2.6.18-*.el5', '2.6.18-348.12.1.el5', true],
  ])('%s on %s: %s', (glob, release, expected) => {
    expect(fits(glob, release)).toBe(expected);
  });

  test('a release without wildcards fits itself, and any glob can be asked', () => {
    const release = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._+~-]{0,20}$/);
    fc.assert(fc.property(release, text => fits(text, text) && fits(`${text}*`, text) && !fits(`${text}?`, text)));
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), release, (glob, text) => typeof fits(glob, text) === 'boolean'),
    );
  });
});

describe('rules', () => {
  const rules = [makeRule('6.1.*', { machine: 'aarch64' }), makeRule('6.1.*'), makeRule('*', { machine: 's390x' })];
  const match = (release: string, machine: string): number | 'no-match' => {
    const matched = matchKernel(rules, release as KernelRelease, machine as Machine);
    return matched === 'no-match' ? matched : matched.index;
  };

  test('the first that fits is taken', () => {
    expect(match('6.1.9', 'aarch64')).toBe(0);
    expect(match('6.1.9', 'x86_64')).toBe(1);
    expect(match('5.4', 's390x')).toBe(2);
    expect(match('5.4', 'x86_64')).toBe('no-match');
  });

  test('without any, every kernel is meant', () => {
    expect(matchKernel([], '5.4' as KernelRelease, 'x' as Machine)).toEqual({ index: -1, rule: undefined });
  });
});
