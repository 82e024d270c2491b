import { describe, expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import { exportInventory } from '../../src/inventory/show/export-inventory.ts';
import { runInventoryProgram } from '../../src/inventory/written/run-inventory-program.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { plantTree, removeTree, type Tree } from './ansible.ts';
import { say } from './rig.ts';

const confinement = createConfinement('read');

/** What is said of an inventory, or what it exports. */
async function tell(tree: Tree, ...sources: readonly string[]): Promise<unknown> {
  const directory = await plantTree(tree);
  try {
    const paths = sources.map(source => `${directory}/${source}`);
    const loaded = await loadInventory(paths, { confinement, signal: AbortSignal.timeout(60_000) });
    if (!loaded.ok) return say(loaded.error.diagnostics).replaceAll(`${directory}/`, '');
    const hosts = new Set(loaded.value.hosts.keys());
    const exported = exportInventory(loaded.value, { hosts, secrets: 'hidden' });
    return { ...exported, warnings: say(loaded.value.warnings).replaceAll(`${directory}/`, '') };
  } finally {
    await removeTree(directory);
  }
}

const tellProgram = (script: string) => tell({ files: { inv: `#!/bin/sh\n${script}\n` } }, 'inv');

describe('an inventory program', () => {
  test.each([
    ['echo "{"', 'inv --list:2:1 "" invalid-json: this is no JSON'],
    ['echo "{\\"w\\": [\\"a\\",]}"', 'inv --list:1:12 "]" invalid-json: this is no JSON'],
    ['printf "{\\"w\\":\\n [\'a\']}"', 'inv --list:2:3 "\'" invalid-json: this is no JSON'],
    ['', 'no-output: inv --list prints nothing, where JSON is expected'],
    ['echo "[]"', 'inv --list:1:1 "[]" invalid-inventory: an object with groups is expected'],
    ['echo "{\\"w\\": \\"a\\"}"', 'inv --list:1:7 ""a"" invalid-inventory: the hosts of "w" are no list'],
    ['echo "{\\"w\\": [5]}"', 'inv --list:1:8 "5" invalid-inventory: a host\'s name is no text'],
    ['echo "{\\"w\\": {\\"vars\\": 5}}"', 'inv --list:1:16 "5" invalid-inventory: "vars" is no object'],
    ['printf "\\377"', 'inventory-program-failed: inv --list prints what is no UTF-8'],
    ['kill -9 $$', 'inventory-program-failed: inv --list was killed by SIGKILL'],
    [
      'if [ "$1" = --list ]; then echo "{\\"w\\": [\\"a\\"]}"; else exit 7; fi',
      'inventory-program-failed: inv --host a ends with code 7',
    ],
  ])('%s', async (script, said) => {
    expect(await tellProgram(script)).toBe(said);
  });

  test('the end of what it says on stderr is shown, without what a terminal would act on', async () => {
    const script = `for n in 1 2 3 4 5 6 7; do printf 'line %s \\033[31mred\\033[0m\\a\\n' $n >&2; done; exit 1`;
    expect(await tellProgram(script)).toBe(
      'inventory-program-failed: inv --list ends with code 1; it says: line 3 red | line 4 red | line 5 red | line 6 red | line 7 red',
    );
  });

  test('has no stdin, and runs in the directory of this process', async () => {
    const script = 'cat; test -e package.json && echo "{\\"here\\": [\\"a\\"], \\"_meta\\": {\\"hostvars\\": {}}}"';
    expect(await tellProgram(script)).toMatchObject({ here: { hosts: ['a'] } });
  });

  test('prints nothing for a host: it has no variables', async () => {
    expect(await tellProgram('[ "$1" = --host ] || echo "{\\"w\\": [\\"a\\"]}"')).toMatchObject({
      w: { hosts: ['a'] },
    });
  });

  test('that cannot be started', async () => {
    expect(await tell({ files: { inv: '#!/no/such/interpreter\n' } }, 'inv')).toBe(
      'inventory-program-failed: inv --list cannot be started: its interpreter is not there (see its first line, and for \\r in it)',
    );
  });

  test('a file with the x bit that is a text is read, not run', async () => {
    expect(await tell({ files: { 'h.ini': 'touch\n' }, executable: ['h.ini'] }, 'h.ini')).toMatchObject({
      ungrouped: { hosts: ['touch'] },
    });
  });

  test('an abort ends it with all that it has started', async () => {
    const directory = await plantTree({ files: { inv: '#!/bin/sh\nsleep 60 & sleep 60\n' } });
    const signal = AbortSignal.timeout(300);
    await expect(runInventoryProgram(`${directory}/inv`, ['--list'], signal)).rejects.toThrow('timeout');
    await removeTree(directory);
  });

  test('that prints without an end is stopped', async () => {
    expect(await tellProgram('exec yes')).toBe('inventory-program-failed: inv --list prints more than 64 MB');
  });
});

describe('a directory', () => {
  test('what users stumble over is said', async () => {
    const files = {
      'd/a': 'a\n',
      'd/ec2.ini': '[ec2]\nregions = all\n',
      'd/ec2.py': "#!/bin/sh\necho '{}'\n",
      'd/hosts.ini': 'b\n',
      'd/x.cfg': 'c\n',
      'd/.hidden.ini': '',
      'd/README.md': '',
    };
    expect(await tell({ files }, 'd')).toMatchObject({
      ungrouped: { hosts: ['a', 'b'] },
      warnings: [
        'warning skipped-file: d/ec2.ini is left out: it is taken for the settings of ec2.py; give it another name, or name it: -i d/ec2.ini',
        'warning ini-in-directory: d/hosts.ini is read, as by Ansible from 2.19 on; older ones leave out .ini files in a directory; take its ending away, and all of them read it',
        'warning skipped-file: d/x.cfg is left out: in a directory, Ansible reads no file that ends in .cfg; take its ending away, or name it: -i d/x.cfg',
      ].join('\n'),
    });
  });

  test('that contains itself has an end', async () => {
    const told = await tell({ files: { 'd/a': 'a\n' }, links: { 'd/loop': '.' } }, 'd');
    expect(told).toMatchObject({ ungrouped: { hosts: ['a'] } });
  });
});
