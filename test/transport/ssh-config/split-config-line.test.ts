import { expect, test } from 'vitest';
import { splitConfigLine } from '../../../src/transport/ssh-config/split-config-line.ts';

// Only blanks and tabs stand between words.
test.each(['\f', '\v', '\r', '\u00a0', '\u2028'])('%j is a part of a word, and ends nothing', char => {
  expect(splitConfigLine(`IdentityFile /a${char}b "c d"`)).toEqual({
    ok: true,
    value: { keyword: 'identityfile', words: [`/a${char}b`, 'c d'] },
  });
});
