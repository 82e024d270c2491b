import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../../../src/transport/shell/shell-quote.ts';

describe('shellQuote', () => {
  it('leaves plain words alone and quotes the others', () => {
    expect(shellQuote(['staprun', '/tmp/a.ko', 'interval=5', '', 'a b', '$HOME'])).toBe(
      "exec staprun /tmp/a.ko 'interval=5' '' 'a b' '$HOME'",
    );
  });

  it('hides from the login shell what shells read differently', () => {
    expect(shellQuote(['echo', "it's", 'a\nb'])).toBe(
      `exec sh -c 'eval "exec $(printf %b "$1")"' sh 'echo \\0047it\\0047\\0134\\0047\\0047s\\0047 \\0047a\\0012b\\0047'`,
    );
  });

  it('refuses a NUL byte', () => {
    expect(() => shellQuote(['echo', 'a\0b'])).toThrow('an argument cannot hold a NUL byte');
  });
});

/** Every shell that could be a login shell; those that are not installed here are passed over. */
const shells: readonly (readonly [string, ...string[]])[] = [
  ['sh'],
  ['dash'],
  ['bash'],
  ['busybox', 'sh'],
  ['mksh'],
  ['zsh'],
  ['tcsh', '-f'],
  ['fish', '--no-config'],
];

const awkward = fc.constantFrom(
  ...["'", '"', '\\', '\\\\', "\\'", '!', '!!', '\n', '\r\n', '\t', '$(id)', '`id`', '$x', '*', '~', '%s', '\\0101'],
  ...['-n', '--', '=', '#', ';', '&', '|', '<', '>', '(', '{a,b}', '[a]', '^', '\x1b', '\x7f', 'é', '日本', '😀', ' '],
);
const argument = fc
  .array(fc.oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 6 })
  // A NUL byte is refused.
  .map(parts => parts.join('').replaceAll('\0', ''));

describe.each(shells)('read by %s', (shell, ...options) => {
  const isHere = spawnSync(shell, [...options, '-c', 'exit 0']).status === 0;

  it.skipIf(!isHere)('every argument arrives as it is', () => {
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 5 }), args => {
        const line = shellQuote(['printf', '%s\\0', ...args]);
        const { stdout, status } = spawnSync(shell, [...options, '-c', line], { encoding: 'utf8' });
        expect(status).toBe(0);
        expect(stdout).toBe(`${args.join('\0')}\0`);
      }),
      { numRuns: 60 },
    );
  });

  it.skipIf(!isHere)('the end of the command is that of the line', () => {
    const run = (argv: readonly [string, ...string[]]) => spawnSync(shell, [...options, '-c', shellQuote(argv)]);
    expect(run(['sh', '-c', 'exit 7']).status).toBe(7);
    expect(run(['sh', '-c', "echo 'a!' >&2; exit 8"]).status).toBe(8);
    expect(run(['sh', '-c', 'kill -TERM $$']).signal).toBe('SIGTERM');
  });
});
