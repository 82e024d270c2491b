import { expect, test } from 'vitest';
import { refusal } from './rig.ts';

const playbook = (unwind: string, options = '{}'): string => `- hosts: db
  scripts:
    - { name: a, inline: 'probe begin {}', duration: 1, stap_options: ${options}, unwind: ${unwind} }
`;

test.each([
  ['[kernel, ext4, snd-hda-core, /usr/lib/x86_64-linux-gnu/libc.so.6, "/opt/a b/c"]', 'fine'],
  ['{ modules: [kernel], libraries: true }', 'fine'],
  ['[]', 'empty: unwind is empty'],
  ['{}', 'empty: unwind is empty'],
  ['{ modules: [] }', 'empty: modules is empty'],
  [
    'kernel',
    'wrong-type: unwind is a text, not a list or a mapping; for example: ["kernel","ext4","/usr/sbin/mysqld"]',
  ],
  [
    '[bin/x]',
    'malformed: unwind[0]: "bin/x" is not kernel, a kernel module by its name, or the absolute path of a program',
  ],
  ['[/]', 'malformed: unwind[0]'],
  ['[/usr/lib/]', 'malformed: unwind[0]'],
  ['["/usr/lib/*.so"]', 'malformed: unwind[0]'],
  ['[/lib/modules/6.1/kernel/fs/ext4/ext4.ko.xz]', 'malformed: unwind[0]'],
  ['["-x"]', 'malformed: unwind[0]'],
  ['["{{ x }}"]', 'template-not-here: a template cannot stand in unwind'],
  ['{ ldd: true }', 'unknown-key: "ldd" is no key of unwind; known here: modules, libraries, all_modules'],
])('%s: %s', async (unwind, said) => {
  const found = await refusal({ 'p.yml': playbook(unwind) });
  if (said === 'fine') expect(found).toBe('fine');
  else expect(found).toContain(said);
});

test.each([
  ['{ libraries: true }', 'true', 'stap does not tell a compile server of unwind.libraries; take one of them away'],
  ['{ all_modules: true }', '"host:1"', 'stap does not tell a compile server of unwind.all_modules'],
  ['[kernel, /usr/bin/x]', 'true', ''],
  ['{ libraries: true }', 'false', ''],
])('%s with use_server: %s', async (unwind, server, said) => {
  const found = await refusal({ 'p.yml': playbook(unwind, `{ use_server: ${server} }`) });
  if (said === '') expect(found).toBe('fine');
  else expect(found).toContain(said);
});
