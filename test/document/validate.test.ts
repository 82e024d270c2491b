import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../src/document/read-yaml.ts';
import { validate } from '../../src/document/validate.ts';
import { sayAll } from './say.ts';

function check(text: string): string {
  const tree = readYaml({ path: 'p.yml', text }, 'playbook');
  if (!tree.ok) throw new Error(sayAll(tree.error.diagnostics));
  return sayAll(validate(tree.value, 'playbook'));
}

/** A playbook in which the lines stand in its play, in its script, or in the script's kernel entry. */
const inPlay = (lines: string): string => `- hosts: db\n  scripts: [{ name: a, inline: x, duration: 1s }]\n${lines}`;
const inScript = (lines: string): string => `- hosts: db\n  scripts:\n    - name: a\n      source: a.stp\n${lines}`;

test('a playbook with everything in it is valid', async () => {
  expect(
    check(`
- name: Who reads most
  hosts: db:!retired
  build_hosts: local
  kernels: [{ release: "6.1.0-*", machine: x86_64, build_hosts: b, stap_options: { compatible: "1.8", guru: true, defines: { MAXACTION: 2000 } } }]
  serial: [1, 10%, 0.5%, 100%]
  max_fail_percentage: 5
  any_errors_fatal: false
  strategy: together
  stop_at_load_per_cpu: 4
  stop_at_free_memory: 200MB
  preconditions: [packages: [a], max_load_per_cpu: 2, min_free_disk: 50MB, { command: "true" }]
  vars: { a: [1, { b: null }] }
  tags: [io]
  x-notes: anything
  scripts:
    - { name: a, source: a.stp, args: [1, "{{ a }}"], globals: { g: 1 }, duration: 1h30m, mode: stream, output: { file: a.txt }, stap_options: { guru: false }, buffer_mb: 16, tags: [x], x-a: 1 }
    - { name: b, inline: x, until_exit: { limit: 90 } }
    - { name: c, inline: x, until_exit: true }
`),
  ).toBe('');
});

describe('one mistake, one finding, where it stands, with what would be right', () => {
  test.each([
    [
      'a misspelt key',
      inPlay('  host: x\n'),
      '3:3-7 [host] unknown-key: "host" is no key of a play; did you mean "hosts"?',
    ],
    [
      'a key of Ansible',
      inPlay('  gather_facts: no\n'),
      '3:3-15 [gather_facts] unknown-key: "gather_facts" is no key of a play; known here: name, hosts, build_hosts, kernels, build, sign, binaries, max_binary, allow_overload, serial, max_fail_percentage, any_errors_fatal, stop_at_vanished_hosts, canary, retries, delay, run_once, stop_at_load_per_cpu, stop_at_free_memory, strategy, on_script_failure, on_drift, stale_processes, preconditions, vars, tags, scripts',
    ],
    [
      'a strategy of Ansible',
      inPlay('  strategy: linear\n'),
      '3:13-19 [linear] unknown-value: strategy cannot be "linear"; write in_order or together',
    ],
    [
      'a misspelt strategy',
      inPlay('  strategy: in_ordr\n'),
      '3:13-20 [in_ordr] unknown-value: strategy cannot be "in_ordr"; did you mean "in_order"?',
    ],
    [
      'yes for true',
      inPlay('  any_errors_fatal: yes\n'),
      '3:21-24 [yes] wrong-type: any_errors_fatal is a text, not true or false; write true',
    ],
    [
      'off for false',
      inPlay('  any_errors_fatal: off\n'),
      '3:21-24 [off] wrong-type: any_errors_fatal is a text, not true or false; write false',
    ],
    [
      'a quoted number',
      inPlay('  max_fail_percentage: "5"\n'),
      '3:24-27 ["5"] wrong-type: max_fail_percentage is a text, not a number; write it without quotes: 5',
    ],
    [
      'a percentage over 100',
      inPlay('  max_fail_percentage: 101\n'),
      '3:24-27 [101] out-of-range: max_fail_percentage is 101, the most is 100; for example: 5',
    ],
    [
      'no batch at all',
      inPlay('  serial: 0\n'),
      '3:11-12 [0] out-of-range: serial is 0, the least is 1; for example: "10%"',
    ],
    [
      'no percent',
      inPlay('  serial: 0%\n'),
      '3:11-13 [0%] malformed: serial: "0%" is not a percentage such as "10%"; for example: "10%"',
    ],
    [
      'more than all',
      inPlay('  serial: [1, 101%]\n'),
      '3:15-19 [101%] malformed: serial[1]: "101%" is not a percentage such as "10%"; for example: "10%"',
    ],
    ['an empty list of batches', inPlay('  serial: []\n'), '3:11-13 [[]] empty: serial is empty'],
    [
      'a text for a list',
      inPlay('  preconditions: io\n'),
      '3:18-20 [io] wrong-type: preconditions is a text, not a list; write [io]',
    ],
    [
      'a mapping for a list',
      inPlay('  preconditions:\n    command: "true"\n'),
      '4:5-12 [command] wrong-type: preconditions is a mapping, not a list; begin each entry with "- "',
    ],
    [
      'a release that loses a zero',
      inPlay('  kernels:\n    - release: 6.10\n'),
      '4:16-20 [6.10] wrong-type: release is the number 6.1, not a text; quote it: "6.10" (unquoted it is the number 6.1)',
    ],
    [
      'a version that loses a zero',
      inPlay('  kernels:\n    - release: a\n      stap_options: { compatible: 1.10 }\n'),
      '5:35-39 [1.10] wrong-type: compatible is the number 1.1, not a text; quote it: "1.10" (unquoted it is the number 1.1)',
    ],
    [
      'a version that loses nothing',
      inPlay('  kernels:\n    - release: a\n      stap_options: { compatible: 1.8 }\n'),
      '5:35-38 [1.8] wrong-type: compatible is the number 1.8, not a text; quote it: "1.8"',
    ],
    [
      'a kernel without its release',
      inPlay('  kernels:\n    - machine: x86_64\n'),
      '4:7-14 [machine] missing-key: an entry of kernels has no "release"; write release: "6.1.0-*-cloud-amd64"',
    ],
    [
      'a misspelt precondition',
      inPlay('  preconditions:\n    - package: [a]\n'),
      '4:7-14 [package] unknown-key: "package" is no key of a precondition; did you mean "packages"?',
    ],
    ['an empty precondition', inPlay('  preconditions: [{}]\n'), '3:19-21 [{}] empty: preconditions[0] is empty'],
    [
      'a size of nothing',
      inPlay('  preconditions: [min_free_disk: 50Mb]\n'),
      '3:34-38 [50Mb] malformed: min_free_disk: "50Mb" is not a size such as 50MB or 2GiB; for example: 50MB',
    ],
    [
      'a load of zero',
      inPlay('  stop_at_load_per_cpu: 0\n'),
      '3:25-26 [0] out-of-range: stop_at_load_per_cpu is 0, it has to be more than 0; for example: 4',
    ],
    [
      'a load of zero among the preconditions',
      inPlay('  preconditions: [max_load_per_cpu: 0]\n'),
      '3:37-38 [0] out-of-range: max_load_per_cpu is 0, it has to be more than 0; for example: 2',
    ],
    [
      'a name that is no module',
      '- hosts: a\n  scripts: [{ name: io-top }]\n',
      '2:21-27 [io-top] malformed: name: "io-top" is not 1 to 55 letters, digits and _; for example: ioread_top5',
    ],
    [
      'a name that stap would cut',
      `- hosts: a\n  scripts: [{ name: ${'a'.repeat(56)} }]\n`,
      `2:21-77 [${'a'.repeat(56)}] malformed: name: "${'a'.repeat(56)}" is not 1 to 55 letters, digits and _; for example: ioread_top5`,
    ],
    [
      'a script without a name',
      '- hosts: a\n  scripts:\n    - source: x\n',
      '3:7-13 [source] missing-key: a script has no "name"; write name: ioread_top5',
    ],
    [
      'a play without hosts',
      '- name: x\n  scripts: [{ name: a }]\n',
      '1:3-7 [name] missing-key: a play has no "hosts"; write hosts: "db:!retired"',
    ],
    ['a play without scripts', '- hosts: x\n', '1:3-8 [hosts] missing-key: a play has no "scripts"; add scripts:'],
    ['no scripts', '- hosts: x\n  scripts: []\n', '2:12-14 [[]] empty: scripts is empty'],
    ['a key without its value', '- hosts: x\n  scripts:\n', '2:11-12 [] wrong-type: scripts is empty, not a list'],
    [
      'a play that is no list',
      'hosts: x\nscripts: []\n',
      '1:1-6 [hosts] wrong-type: the playbook is a mapping, not a list; begin each entry with "- "',
    ],
    [
      'no plays',
      '[]\n',
      '1:1-3 [[]] empty: the playbook is empty; for example: [{"hosts":"db","scripts":[{"name":"ioread_top5","source":"scripts/ioread_top5.stp","duration":"30s"}]}]',
    ],
    ['a play that is a text', '- hello\n', '1:3-8 [hello] wrong-type: a play is a text, not a mapping'],
    [
      'a duration in words',
      inScript('      duration: 30sec\n'),
      '5:17-22 [30sec] malformed: duration: "30sec" is not a duration such as 30s, 10m or 1h30m; for example: 30s',
    ],
    [
      'an empty duration',
      inScript('      duration: ""\n'),
      '5:17-19 [""] malformed: duration: "" is not a duration such as 30s, 10m or 1h30m; for example: 30s',
    ],
    [
      'a fraction of a second',
      inScript('      duration: 1.5\n'),
      '5:17-20 [1.5] wrong-type: duration is the number 1.5, not a whole number or a text; for example: 30s',
    ],
    [
      'yes for until_exit',
      inScript('      until_exit: yes\n'),
      '5:19-22 [yes] wrong-type: until_exit is a text, not true or false or a mapping; write true',
    ],
    [
      'a misspelt limit',
      inScript('      until_exit: { limits: 1m }\n'),
      '5:21-27 [limits] unknown-key: "limits" is no key of until_exit; did you mean "limit"?',
    ],
    [
      'a template where none is filled in',
      inScript('      duration: "{{ d }}"\n'),
      '5:17-26 ["{{ d }}"] template-not-here: a template cannot stand in duration; templates are filled in within vars, args, globals, target_process and output.file',
    ],
    [
      'a mode of a later version',
      inScript('      mode: background\n'),
      '5:13-23 [background] not-supported: mode background is not supported by this version; take it away',
    ],
    [
      'another mode of a later version',
      inScript('      mode: flight_recorder\n'),
      '5:13-28 [flight_recorder] not-supported: mode flight_recorder is not supported by this version; take it away',
    ],
    [
      'a mode that never was',
      inScript('      mode: strem\n'),
      '5:13-18 [strem] unknown-value: mode cannot be "strem"; did you mean "stream"?',
    ],
    [
      'a key of a later version',
      inScript('      output: { file: a, files: 5 }\n'),
      '5:26-31 [files] not-supported: files is not supported by this version; take it away',
    ],
    [
      'a fraction as an argument',
      inScript('      args: [1, 1.50]\n'),
      '5:17-21 [1.50] wrong-type: args[1] is the number 1.5, not a text or a whole number; SystemTap has no fractions: write a whole number (500 for timer.ms, not 0.5 for timer.s), or quote it if a text is meant: "1.50"',
    ],
    [
      'a boolean as a global',
      inScript('      globals: { verbose: true }\n'),
      '5:27-31 [true] wrong-type: verbose is the boolean true, not a text or a whole number; write 1, or quote the word',
    ],
    [
      'nothing as a global',
      inScript('      globals: { verbose: }\n'),
      '5:27-28 [}] wrong-type: verbose is empty, not a text or a whole number; for example: "{{ interval }}"',
    ],
    [
      'a list as a global',
      inScript('      globals: { g: [1] }\n'),
      '5:21-24 [[1]] wrong-type: g is a list, not a text or a whole number; for example: "{{ interval }}"',
    ],
    [
      'a global that is no name',
      inScript('      globals: { 1st: 2 }\n'),
      '5:18-21 [1st] invalid-key: "1st" is not the name of a global',
    ],
    [
      'a buffer beyond all measure',
      inScript('      buffer_mb: 5000\n'),
      '5:18-22 [5000] out-of-range: buffer_mb is 5000, the most is 4095; for example: 16',
    ],
    [
      'on for guru',
      inScript('      stap_options: { guru: on }\n'),
      '5:29-31 [on] wrong-type: guru is a text, not true or false; write true',
    ],
  ])('%s', (_, text, expected) => {
    expect(check(text)).toBe(expected);
  });

  test('all at once, from top to bottom', () => {
    expect(
      check('- host: db\n  serial: 0%\n  scripts:\n    - nme: a\n- hosts: 5\n  scripts: x\n'),
    ).toMatchInlineSnapshot(`
      "1:3-7 [host] unknown-key: "host" is no key of a play; did you mean "hosts"?
      2:11-13 [0%] malformed: serial: "0%" is not a percentage such as "10%"; for example: "10%"
      4:7-10 [nme] unknown-key: "nme" is no key of a script; did you mean "name"?
      5:10-11 [5] wrong-type: hosts is the number 5, not a text; quote it: "5"
      6:12-13 [x] wrong-type: scripts is a text, not a list; write [x]"
    `);
  });

  test('inside of an alias, the mistake is where it was written', () => {
    expect(
      check('- hosts: a\n  x-common: &c { duraton: 1s }\n  scripts: [{ <<: *c, name: a }]\n'),
    ).toMatchInlineSnapshot(
      `"2:18-25 [duraton] unknown-key: "duraton" is no key of a script; did you mean "duration"?"`,
    );
  });
});

test('every part of the schema says in words what it is for, and every example in it is valid', async () => {
  const schema = JSON.parse(await readFile('schemas/playbook.schema.json', 'utf8'));
  const silent: string[] = [];
  const visit = (node: Record<string, unknown>, path: string): void => {
    for (const [key, property] of Object.entries((node['properties'] as object | undefined) ?? {})) {
      const target =
        property.$ref === undefined ? property : { ...schema.$defs[property.$ref.split('/').at(-1)], ...property };
      if (typeof target.description !== 'string') silent.push(`${path}.${key}`);
      visit(property, `${path}.${key}`);
    }
  };
  for (const [name, definition] of Object.entries(schema.$defs)) visit(definition as Record<string, unknown>, name);
  expect(silent).toEqual([]);
  for (const [key, { examples = [] }] of Object.entries<{ examples?: unknown[] }>(schema.$defs.play.properties)) {
    for (const example of examples) {
      const play = { hosts: 'a', scripts: [{ name: 'a' }], [key]: example };
      expect(check(JSON.stringify([play])), `${key}: ${JSON.stringify(example)}`).toBe('');
    }
  }
  for (const [key, { examples = [] }] of Object.entries<{ examples?: unknown[] }>(schema.$defs.script.properties)) {
    for (const example of examples) {
      const play = { hosts: 'a', scripts: [{ name: 'a', [key]: example }] };
      expect(check(JSON.stringify([play])), `${key}: ${JSON.stringify(example)}`).toBe('');
    }
  }
});
