import { expect, test } from 'vitest';
import type { CommandTree } from '../../../src/cli/completion/command-tree.ts';
import { findWanted } from '../../../src/cli/completion/find-wanted.ts';

/** No more of commander than completion looks at. */
function tree(name: string, parts: Partial<CommandTree>): CommandTree {
  return {
    name: () => name,
    description: () => '',
    commands: [],
    options: [],
    registeredArguments: [],
    createHelp: () => ({ visibleCommands: ({ commands }) => commands, visibleOptions: ({ options }) => options }),
    ...parts,
  };
}

const limit = { long: '--limit', short: '-l', description: '', required: true, optional: false };
const quiet = { long: '--quiet', short: '-q', description: '', required: false, optional: false };
const apply = tree('apply', { options: [limit, quiet] });
const program = tree('tapbook', { commands: [apply] });

test.each([
  [['ap'], { kind: 'command', command: program }],
  [['apply', '--li'], { kind: 'option', command: apply }],
  [['apply', '--limit', 'd'], { kind: 'value', command: apply, option: limit, prefix: '' }],
  [['apply', '--limit=d'], { kind: 'value', command: apply, option: limit, prefix: '--limit=' }],
  [['apply', '-q', 'site'], { kind: 'argument', command: apply, index: 0 }],
  [['apply', '--', '-x', ''], { kind: 'argument', command: apply, index: 1 }],
])('%j', (words, wanted) => {
  expect(findWanted(program, words).wanted).toEqual(wanted);
});

test('values that stand on the line are told by their long names', () => {
  const { options, args, current } = findWanted(program, ['apply', 'a.yml', '-ldb', '--limit', 'web', '--limit=x']);
  expect([[...options], args, current]).toEqual([[['--limit', ['db', 'web']]], ['a.yml'], 'x']);
});
