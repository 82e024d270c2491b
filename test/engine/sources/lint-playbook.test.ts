import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lintPlaybook } from '../../../src/engine/sources/lint-playbook.ts';
import { loadPlaybook } from '../../../src/playbook/load-playbook.ts';
import { createConfinement } from '../../../src/process/confinement.ts';

const confinement = createConfinement('read');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapbook-lint-'));
  mkdirSync(join(folder, 'scripts'));
  const script = 'global interval = 5\nprobe timer.s(1) { println(interval, $1) }\n';
  writeFileSync(join(folder, 'scripts/a.stp'), script);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is told of a playbook, as `LINE code`, with the file's name where it is not the playbook. */
async function told(text: string): Promise<readonly string[]> {
  const path = join(folder, 'p.yml');
  writeFileSync(path, text);
  const { findings } = lintPlaybook(await loadPlaybook(path, { confinement }));
  return findings.map(({ code, place }) => {
    const file = place?.file === path ? '' : `${place?.file.replace(`${folder}/`, '')}:`;
    return `${file}${place?.line} ${code}`;
  });
}

const lines = `- name: Who reads most
  hosts: db:!retired
  build_hosts: local
  kernels:
    - release: "6.1.0-*"
      machine: x86_64
      stap_options: { guru: true, defines: { MAXSTRINGLEN: 256 } }
    - release: "*"
      build_hosts: builder
  serial: [1, 10%]
  retries: 3
  delay: 5s
  allow_overload: true
  preconditions:
    - packages: [kmod]
    - command: test -r /etc/db-role
  vars:
    interval: 5
    list: [1, 2]
  tags: [io]
  scripts:
    - name: first
      source: scripts/a.stp
      args: ["{{ interval }}"]
      globals:
        interval: "{{ list[0] }}"
      duration: 1h30m
      output:
        file: "{{ inventory_hostname }}.txt"
        columns: [pid: integer, name: text]
      aggregate:
        by: [name]
        sum: [pid]
        sort: pid:desc
      stap_options:
        guru: true
        suppress_time_limits: true
    - name: second
      inline: |
        probe begin {
          exit()
        }
      until_exit: true
- hosts: web
  scripts:
    - { name: third, inline: "probe begin { exit() }", until_exit: { limit: 10m } }`.split('\n');

/** A play with faults of its own, which no slip above it hides. */
const faulty = `- hosts: web
  colour: red
  scripts:
    - name: no_end
      source: scripts/a.stp
      args: [1]
      globals: { nope: 1 }
    - name: no_file
      source: scripts/b.stp
      duration: 5s`.split('\n');

/** Slips of the pen, each for any line. */
const slips: Readonly<Record<string, (line: string) => string>> = {
  'the colon is missing': line => line.replace(/: ?/, ' '),
  'a template is not quoted': line => line.replace(/: .*/, ': {{ name }}'),
  'a bracket is not closed': line => line.replace(/: .*/, ': [a'),
  'a brace is too much': line => `${line} }`,
  'indented deeper': line => ` ${line}`,
  'not indented enough': line => line.replace(/^ /, ''),
  'indented by a tab': line => line.replace(/^ */, '\t'),
  'an unknown tag': line => line.replace(/: /, ': !nope '),
  'an unknown alias': line => line.replace(/: .*/, ': *gone'),
  'no number': line => line.replace(/: .*/, ': .inf'),
  'a list of lists': line => line.replace(/: .*/, ': [[1]]'),
  'letters changed round': line => line.replace(/([a-z])([a-z])(\w*):/, '$2$1$3:'),
  'a merge of nothing': line => line.replace(/[a-z_]+: .*/, '<<: 5'),
};

test('the playbook itself is fine, the play that is not has four faults', async () => {
  expect(await told(`${lines.join('\n')}\n`)).toEqual([]);
  expect(await told(`${faulty.join('\n')}\n`)).toEqual([
    '2 unknown-key',
    '4 no-end',
    '7 unknown-global',
    '9 unreadable-file',
  ]);
});

describe('one slip in any line is told once, with nothing that follows from it, and hides nothing behind it', () => {
  /** The name with its letters changed round is far from it, so that it counts as missing too. */
  const isTwoFaults = (slip: string, line: string): boolean => slip === 'the colon is missing' && line.includes('- {');

  test.each(Object.entries(slips))('%s', async (slip, damage) => {
    const failures: string[] = [];
    for (const [index, line] of lines.entries()) {
      const damaged = damage(line);
      if (damaged === line || isTwoFaults(slip, line)) continue;
      const text = lines.with(index, damaged);
      const alone = await told(`${text.join('\n')}\n`);
      if (alone.length > 1) failures.push(`${index + 1} ${damaged}: ${alone.join(', ')}`);
      const before = faulty.length;
      const both = await told(`${[...faulty, ...text].join('\n')}\n`);
      const own = both.filter(one => Number.parseInt(one, 10) <= before);
      if (own.length < 4) failures.push(`${index + 1} ${damaged}: hides ${both.join(', ')}`);
    }
    expect(failures).toEqual([]);
  });

  test('a key that stands twice', async () => {
    for (const [index, line] of lines.entries()) {
      if (/^ *-|^ {8}[^"]*[{}()]|^ {6}inline/.test(line)) continue;
      const twice = [...lines.slice(0, index), line, ...lines.slice(index)];
      expect(await told(`${twice.join('\n')}\n`), line).toEqual([`${index + 2} duplicate-key`]);
    }
  });
});

describe('programs that a script probes', () => {
  const play = (script: string, more = ''): string =>
    `- hosts: db\n  scripts:\n    - name: pg\n      duration: 30s\n      source: scripts/${script}\n${more}`;
  const write = (name: string, text: string): void => writeFileSync(join(folder, 'scripts', name), text);

  test('a template in args is known by its end', async () => {
    write('pg.stp', 'probe process(@1).mark("query_start") { println(pid()) }\n');
    expect(await told(play('pg.stp', '      args: ["{{ pg_bindir }}/postgres"]\n'))).toEqual([
      'scripts/pg.stp:1 mark-name',
    ]);
    expect(await told(play('pg.stp', '      args: ["{{ pg_bindir }}/other"]\n'))).toEqual([]);
    expect(await told(play('pg.stp', '      args: ["{{ postgres }}"]\n'))).toEqual([]);
    expect(await told(play('pg.stp', '      args: [postgres]\n'))).toEqual([
      '6 program-by-name',
      'scripts/pg.stp:1 mark-name',
    ]);
  });

  test('tapsets of the playbook say what their aliases stand for', async () => {
    mkdirSync(join(folder, 'tapsets'), { recursive: true });
    write('../tapsets/pg.stp', 'probe postgresql.start = process("postgres").mark("query__start") { }\n');
    write('alias.stp', 'probe postgresql.start { println(pid()) }\n');
    expect(await told(play('alias.stp'))).toEqual(['scripts/alias.stp:1 program-unsure']);
    const options = '      stap_options: { tapset_dirs: [tapsets] }\n';
    expect(await told(play('alias.stp', options))).toEqual(['scripts/alias.stp:1 program-by-name']);
  });

  test('below a sysroot, a relative path may lead somewhere', async () => {
    write('relative.stp', 'probe process("bin/ls").function("main") { println(pid()) }\n');
    const severities = async (more: string): Promise<readonly string[]> => {
      const path = join(folder, 'p.yml');
      writeFileSync(path, play('relative.stp', more));
      return lintPlaybook(await loadPlaybook(path, { confinement })).findings.map(({ severity }) => severity);
    };
    expect(await severities('')).toEqual(['error']);
    expect(await severities('      stap_options: { sysroot: /srv/root }\n')).toEqual(['warning']);
  });
});
