import { expect, test } from 'vitest';
import { loadPlaybook } from '../../src/playbook/load-playbook.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { sayAll } from '../document/say.ts';
import { load } from './rig.ts';

const confinement = createConfinement('read');

const files = { 'tools/show': '#!/bin/sh\nfor word in "$@"; do printf \'// [%s]\\n\' "$word"; done\n' };

/** What a playbook with this `expand` comes to: the script, or what is wrong. */
async function expanded(expand: string): Promise<string> {
  const script = `    - { name: a, duration: 1, expand: ${expand} }\n`;
  const { directory } = await load({ ...files, 'p.yml': `- hosts: db\n  scripts:\n${script}` });
  const loaded = await loadPlaybook(`${directory}/p.yml`, {
    confinement,
    expand: { signal: new AbortController().signal, commands: 'run' },
  });
  if (!loaded.ok) return sayAll(loaded.error.diagnostics).replaceAll(directory, 'HERE');
  return loaded.value.playbook.plays[0]?.scripts[0]?.source.text ?? 'no script';
}

const show = 'sh tools/show';
const oneByOne = (...words: readonly string[]): string => words.map(word => `// [${word}]\n`).join('');

test.each([
  [JSON.stringify(`${show} a 'b c' "d e" f\\ g`), oneByOne('a', 'b c', 'd e', 'f g')],
  [JSON.stringify(`${show} '$HOME' '|' ~ * 'a;' #`), oneByOne('$HOME', '|', '~', '*', 'a;', '#')],
  [`[sh, tools/show, 5, "$HOME", "a b", "", "|"]`, oneByOne('5', '$HOME', 'a b', '', '|')],
  // As in a file.
  [`[sh, -c, 'printf "// \\351\\n"']`, '// \uFFFD\n'],
  [`[sh, -c, 'echo "// $PWD"; echo oops >&2']`, expect.stringMatching(/^\/\/ .*tapbook-playbook-\w+\n$/)],
])('%s', async (expand, text) => {
  expect(await expanded(expand)).toEqual(text);
});

test.each([
  ['tools/nope', 'expand-failed: tools/nope cannot be started: it is not there; the path is relative to the playbook'],
  ['tools/show', 'expand-failed: tools/show cannot be started: permission denied; chmod +x it'],
  ['tapbook-nope', 'expand-failed: tapbook-nope cannot be started: it is not there'],
  [`[sh, -c, 'echo one >&2; echo two >&2; exit 3']`, 'sh ends with code 3; it says: one | two; run it by hand'],
  [`[sh, -c, 'kill -9 $$']`, 'expand-failed: sh was killed by SIGKILL'],
  [`[sh, -c, 'echo " "; echo why >&2']`, 'expand-failed: sh printed no script; it says: why'],
  ['"yes"', 'expand-failed: yes prints more than 1 MB; it has to print the script alone'],
  [`[sh, -c, 'printf "a\\0b"']`, 'not-text: sh printed a NUL byte'],
  [`[sh, -c, 'printf "\\377"']`, 'not-text: sh printed what is no UTF-8'],
  ['tools/show | cat', 'malformed: expand is run without a shell, and "|" means something to a shell only'],
  ['tools/show >out', 'and ">out" means'],
  ['tools/show 2>/dev/null', 'and "2>/dev/null" means'],
  ['"tools/show; ls"', 'and "tools/show;" means'],
  ['tools/show && ls', 'and "&&" means'],
  ['tools/show $HOME', 'and "$HOME" means'],
  ['"tools/show `id`"', 'and "`id`" means'],
  [`"tools/show '"`, "malformed: expand: the quote ' is never closed"],
  [`"' '"`, 'expand-failed:'],
  [`"''"`, 'malformed: expand names no program'],
  ['["", a]', 'malformed: expand names no program'],
  ['[]', 'empty: expand is empty'],
  ['""', 'empty: expand is empty'],
  ['[a, [b]]', 'wrong-type: expand[1] is a list'],
  ['{ command: a }', 'wrong-type: expand is a mapping, not a list or a text'],
  ['["{{ x }}"]', 'template-not-here: a template cannot stand in expand'],
  ['"x", inline: y', 'two-sources: script "a" has both inline and expand; take one away'],
  ['"x", source: y.stp', 'two-sources: script "a" has both source and expand; take one away'],
])('%s is refused', async (expand, said) => {
  expect(await expanded(expand)).toContain(said);
});
