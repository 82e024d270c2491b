import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPlaybook } from '../../src/playbook/load-playbook.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { sayAll } from '../document/say.ts';
import { load, loadPlay, refusal } from './rig.ts';

const confinement = createConfinement('read');

const script = 'probe begin { exit() }\n';

test('all that a playbook says, resolved', async () => {
  const play = await loadPlay(
    `- name: Who reads most
  hosts: db:!retired
  build_hosts: local
  kernels:
    - release: "6.1.0-*"
      machine: x86_64
      build_hosts: builder
      stap_options: { compatible: "1.8", guru: true, defines: { MAXSTRINGLEN: 256, MAXACTION: 2000 } }
    - release: "*"
  serial: [1, 10%, 2.5%]
  max_fail_percentage: 5
  any_errors_fatal: true
  strategy: together
  stop_at_load_per_cpu: 4.5
  stop_at_free_memory: 200MB
  preconditions:
    - packages: [systemtap-runtime, kmod]
    - max_load_per_cpu: 3
    - max_load_per_cpu: 2
    - min_free_disk: 50MB
    - min_free_disk: 1MiB
    - command: test -r /etc/db-role
    - command: docker inspect -f '{{.State}}' db
  vars: { interval: 5, list: [1, { a: null }] }
  tags: [io]
  scripts:
    - name: ioread_top5
      source: scripts/a.stp
      args: [1, "{{ interval }}"]
      globals: { interval: "{{ interval }}" }
      duration: 1h30m
      output: { file: "{{ inventory_hostname }}.txt" }
      stap_options: { guru: false }
      buffer_mb: 16
      tags: [top]
    - { name: by_itself, inline: "probe begin { exit() }", until_exit: true }
    - { name: limited, inline: x, until_exit: { limit: 90 } }
`,
    { 'scripts/a.stp': script },
  );
  const plain = JSON.parse(
    JSON.stringify(play, (key, value) =>
      key === 'place'
        ? `${value.line}:${value.column}-${value.endColumn}`
        : key === 'path'
          ? value.replace(/.*\/scripts/, 'scripts')
          : value,
    ),
  );
  expect(plain).toMatchInlineSnapshot(`
    {
      "anyErrorsFatal": true,
      "buildHosts": {
        "place": "3:16-21",
        "value": "local",
      },
      "buildLimits": {
        "nice": 10,
      },
      "hosts": {
        "place": "2:10-21",
        "value": "db:!retired",
      },
      "kernels": [
        {
          "buildHosts": {
            "place": "7:20-27",
            "value": "builder",
          },
          "machine": "x86_64",
          "place": "5:16-25",
          "release": "6.1.0-*",
          "stapOptions": {
            "compatible": "1.8",
            "defines": {
              "MAXACTION": "2000",
              "MAXSTRINGLEN": "256",
            },
            "guru": true,
          },
        },
        {
          "place": "9:16-19",
          "release": "*",
          "stapOptions": {},
        },
      ],
      "maxFailPercentage": 5,
      "name": "Who reads most",
      "onDrift": "fail",
      "place": "2:3-8",
      "preconditions": {
        "commands": [
          {
            "place": "22:16-36",
            "value": "test -r /etc/db-role",
          },
          {
            "place": "23:16-49",
            "value": "docker inspect -f '{{.State}}' db",
          },
        ],
        "maxLoadPerCpu": 2,
        "minFreeDiskBytes": 50000000,
        "packages": [
          "systemtap-runtime",
          "kmod",
        ],
      },
      "scripts": [
        {
          "args": [
            {
              "place": "29:14-15",
              "value": 1,
            },
            {
              "place": "29:17-33",
              "value": "{{ interval }}",
            },
          ],
          "bufferMb": 16,
          "globals": {
            "interval": {
              "place": "30:28-44",
              "value": "{{ interval }}",
            },
          },
          "name": "ioread_top5",
          "outputFile": {
            "place": "32:23-53",
            "value": "{{ inventory_hostname }}.txt",
          },
          "place": "27:13-24",
          "run": {
            "kind": "duration",
            "seconds": 5400,
          },
          "source": {
            "path": "scripts/a.stp",
            "text": "probe begin { exit() }
    ",
          },
          "stapOptions": {
            "guru": false,
          },
          "tags": [
            "top",
          ],
        },
        {
          "args": [],
          "globals": {},
          "name": "by_itself",
          "place": "36:15-24",
          "run": {
            "kind": "until-exit",
            "limitSeconds": 3600,
          },
          "source": {
            "path": "by_itself.stp",
            "text": "probe begin { exit() }",
          },
          "stapOptions": {},
          "tags": [],
        },
        {
          "args": [],
          "globals": {},
          "name": "limited",
          "place": "37:15-22",
          "run": {
            "kind": "until-exit",
            "limitSeconds": 90,
          },
          "source": {
            "path": "limited.stp",
            "text": "x",
          },
          "stapOptions": {},
          "tags": [],
        },
      ],
      "serial": [
        {
          "count": 1,
          "kind": "hosts",
        },
        {
          "kind": "percent",
          "percent": 10,
        },
        {
          "kind": "percent",
          "percent": 2.5,
        },
      ],
      "stopAt": {
        "freeMemoryBytes": 200000000,
        "loadPerCpu": 4.5,
      },
      "strategy": "together",
      "tags": [
        "io",
      ],
      "vars": {
        "interval": 5,
        "list": [
          1,
          {
            "a": null,
          },
        ],
      },
    }
  `);
});

test('what becomes of hosts that are not as a saved plan has them', async () => {
  const play = await loadPlay('- hosts: db\n  on_drift: replan\n  scripts: [{ name: a, inline: x, duration: 5 }]\n');
  expect(play.onDrift).toBe('replan');
});

test('what a playbook does not say', async () => {
  const play = await loadPlay('- hosts: db\n  scripts: [{ name: a, inline: x, duration: 5 }]\n');
  const { scripts, place: _, ...rest } = play;
  expect({ ...rest, hosts: rest.hosts.value, buildHosts: rest.buildHosts.value }).toMatchInlineSnapshot(`
    {
      "anyErrorsFatal": false,
      "buildHosts": "build_hosts",
      "buildLimits": {
        "nice": 10,
      },
      "hosts": "db",
      "kernels": [],
      "maxFailPercentage": 100,
      "name": "db",
      "onDrift": "fail",
      "preconditions": {
        "commands": [],
        "packages": [
          "systemtap-runtime",
        ],
      },
      "serial": [],
      "stopAt": {},
      "strategy": "in-order",
      "tags": [],
      "vars": {},
    }
  `);
  expect(scripts[0]?.run).toEqual({ kind: 'duration', seconds: 5 });
  expect(scripts[0]?.stapOptions).toEqual({});
});

describe('what has a form but no meaning', () => {
  const inScript = (lines: string): Record<string, string> => ({
    'p.yml': `- hosts: db\n  scripts:\n    - name: a\n${lines}`,
    'scripts/ioread_top5.stp': script,
    'scripts/other.stp': script,
  });
  test.each([
    [
      'no end',
      inScript('      inline: x\n'),
      '3:7-11 [name] no-end: script "a" does not say when it ends; write duration: 30s, or until_exit: true if it calls exit()',
    ],
    [
      'until_exit: false',
      inScript('      inline: x\n      until_exit: false\n'),
      '3:7-11 [name] no-end: script "a" does not say when it ends; write duration: 30s, or until_exit: true if it calls exit()',
    ],
    [
      'two ends',
      inScript('      inline: x\n      duration: 1s\n      until_exit: true\n'),
      '6:7-17 [until_exit] two-ends: script "a" has both duration and until_exit; take until_exit away, or give it a limit in place of duration: until_exit: { limit: 10m }',
    ],
    [
      'no time',
      inScript('      inline: x\n      duration: 0s\n'),
      '5:17-19 [0s] out-of-range: duration is 0s, it has to be from 1s to 24d; for example: 30s, 10m or 1h30m',
    ],
    [
      'too long',
      inScript('      inline: x\n      duration: 24d1s\n'),
      '5:17-22 [24d1s] out-of-range: duration is 24d1s, it has to be from 1s to 24d; for example: 30s, 10m or 1h30m',
    ],
    [
      'too long a number',
      inScript('      inline: x\n      duration: 2073601\n'),
      '5:17-24 [2073601] out-of-range: duration is 2073601, it has to be from 1s to 24d; for example: 30s, 10m or 1h30m',
    ],
    [
      'too long a limit',
      inScript('      inline: x\n      until_exit: { limit: 31d }\n'),
      '5:28-31 [31d] out-of-range: limit is 31d, it has to be from 1s to 24d; for example: 30s, 10m or 1h30m',
    ],
    [
      'no source',
      inScript('      duration: 1s\n'),
      '3:7-11 [name] no-source: script "a" has no source; write source: scripts/a.stp, or inline: with the script itself',
    ],
    [
      'two sources',
      inScript('      source: a.stp\n      inline: x\n      duration: 1s\n'),
      '5:7-13 [inline] two-sources: script "a" has both source and inline; take one away',
    ],
    [
      'a misspelt source',
      inScript('      source: scripts/ioraed_top5.stp\n      duration: 1s\n'),
      '4:15-38 [scripts/ioraed_top5.stp] unreadable-file: there is no file scripts/ioraed_top5.stp; did you mean "ioread_top5.stp"?',
    ],
    [
      'a source without its ending',
      inScript('      source: scripts/other\n      duration: 1s\n'),
      '4:15-28 [scripts/other] unreadable-file: there is no file scripts/other; did you mean "other.stp"?',
    ],
    [
      'a source that is a directory',
      inScript('      source: scripts\n      duration: 1s\n'),
      '4:15-22 [scripts] unreadable-file: scripts is a directory; name a .stp file',
    ],
    [
      'a source in no directory',
      inScript('      source: none/a.stp\n      duration: 1s\n'),
      '4:15-25 [none/a.stp] unreadable-file: there is no file none/a.stp; the path is relative to the playbook',
    ],
    [
      'an output above its folder',
      inScript('      inline: x\n      duration: 1s\n      output: { file: ../a.txt }\n'),
      '6:23-31 [../a.txt] unsafe-path: output.file "../a.txt" is no plain relative path; write a relative path without . and .., such as "{{ inventory_hostname }}.txt"',
    ],
    [
      'an output from the root',
      inScript('      inline: x\n      duration: 1s\n      output: { file: /tmp/a }\n'),
      '6:23-29 [/tmp/a] unsafe-path: output.file "/tmp/a" is no plain relative path; write a relative path without . and .., such as "{{ inventory_hostname }}.txt"',
    ],
    [
      'a template that is not closed',
      inScript('      inline: x\n      duration: 1s\n      args: ["a {{ b }"]\n'),
      '6:17-23 [{{ b }] template-syntax: a template is not closed; write {{ name }}',
    ],
    [
      'a filter as Jinja calls it',
      inScript('      inline: x\n      duration: 1s\n      args: ["{{ b | default(5) }}"]\n'),
      `6:15-35 [{{ b | default(5) }}] template-syntax: {{ b | default(5) }} is no template that can be read; a filter's arguments follow a colon: | default: 5`,
    ],
    [
      'a filter that is none',
      inScript('      inline: x\n      duration: 1s\n      args: ["{{ b | upcas }}"]\n'),
      '6:22-27 [upcas] unknown-filter: no filter "upcas"; did you mean "upcase"?',
    ],
    [
      'a tag',
      inScript('      inline: x\n      duration: 1s\n      args: ["{% if a %}b{% endif %}"]\n'),
      '6:15-25 [{% if a %}] template-syntax: only {{ name }} is understood here, not {% … %}; use a variable, or a filter such as default',
    ],
    [
      'a template in vars',
      { 'p.yml': '- hosts: db\n  vars: { a: { b: ["{{ }}"] } }\n  scripts: [{ name: a, inline: x, duration: 1s }]\n' },
      '2:21-26 [{{ }}] template-syntax: a template is empty; write {{ name }}',
    ],
    [
      'a template for hosts',
      { 'p.yml': '- hosts: "{{ target }}"\n  scripts: [{ name: a, inline: x, duration: 1s }]\n' },
      '1:11-13 [{{] template-not-here: a template cannot stand in hosts; templates are filled in within vars, args, globals, target_process and output.file',
    ],
  ])('%s', async (_, files, expected) => {
    expect(await refusal(files)).toBe(expected);
  });

  test('two scripts of one module name, whatever their case', async () => {
    const playbook = `- hosts: a
  scripts:
    - { name: io, inline: x, duration: 1s }
    - { name: other, inline: x, duration: 1s }
    - { name: IO, source: none.stp, duration: 1s }
`;
    expect(await refusal({ 'p.yml': playbook })).toMatchInlineSnapshot(`
      "5:15-17 [IO] duplicate-script: a second script of this play is named "IO"; a module is known to the kernel by its name: give each its own (3:15 the first is here)
      5:27-35 [none.stp] unreadable-file: there is no file none.stp; the path is relative to the playbook"
    `);
  });

  test('the same name in two plays is fine: they run one after the other', async () => {
    const play = '- hosts: a\n  scripts: [{ name: io, inline: x, duration: 1s }]\n';
    expect(await refusal({ 'p.yml': play + play })).toBe('fine');
  });

  test('a variable that the inventory sets all the same is a warning', async () => {
    const playbook =
      '- hosts: a\n  vars: { inventory_hostname: x }\n  scripts: [{ name: io, inline: x, duration: 1s }]\n';
    expect(await refusal({ 'p.yml': playbook })).toBe(
      '2:11-29 [inventory_hostname] warning no-effect: inventory_hostname comes from the inventory: setting it here has no effect; take another name',
    );
  });

  test('all of it at once, the playbook from top to bottom, then the scripts', async () => {
    const playbook = `- hosts: a
  scripts:
    - { name: b, source: latin1.stp, duration: 1s }
    - { name: c, source: module.ko, duration: 99d }
    - { name: B, source: none.stp }
`;
    const files = {
      'p.yml': playbook,
      'latin1.stp': Buffer.from('# d\xe9but\nprobe begin { println("d\xe9but") }\n', 'latin1'),
      'module.ko': '\x7fELF\x02\x01\x01\0\0\0',
    };
    expect(await refusal(files)).toMatchInlineSnapshot(`
      "4:47-50 [99d] out-of-range: duration is 99d, it has to be from 1s to 24d; for example: 30s, 10m or 1h30m
      5:9-13 [name] no-end: script "B" does not say when it ends; write duration: 30s, or until_exit: true if it calls exit()
      5:15-16 [B] duplicate-script: a second script of this play is named "B"; a module is known to the kernel by its name: give each its own (3:15 the first is here)
      5:26-34 [none.stp] unreadable-file: there is no file none.stp; there are: latin1.stp
      2:25-26 [�] not-text: this is no UTF-8; convert it, as with iconv -f LATIN1 -t UTF-8 (3:26 the script is named here)
      1:8-9 [NUL] not-text: a NUL byte has no place in a script; name the .stp file, not a module (4:26 the script is named here)"
    `);
  });

  test('comments of another encoding are no reason to refuse a script', async () => {
    const text = Buffer.from('# d\xe9but "\n/* \xe9 // */ probe begin { println("#//") } // \xfc', 'latin1');
    const play = await loadPlay('- hosts: a\n  scripts: [{ name: b, source: b.stp, duration: 1s }]\n', {
      'b.stp': text,
    });
    expect(play.scripts[0]?.source.text).toContain('println("#//")');
  });

  test('literal braces stay as they are where no template is filled in', async () => {
    const play = await loadPlay(`- hosts: a
  scripts:
    - name: b
      inline: 'probe begin { printf("{%d} {{ %d }}\\n", 1, 2) }'
      globals: { format: "{%d} of 100%" }
      duration: 1s
`);
    expect(play.scripts[0]?.source.text).toBe('probe begin { printf("{%d} {{ %d }}\\n", 1, 2) }');
    expect(play.scripts[0]?.globals['format']?.value).toBe('{%d} of 100%');
  });
});

describe('a file that cannot be read', () => {
  test('a misspelt playbook, a directory, a device that never ends', async () => {
    const { directory } = await load({ 'p.yml': '', 'ioread-top5.yml': '' });
    const said = async (path: string): Promise<string> => {
      const loaded = await loadPlaybook(path, { confinement });
      return loaded.ok ? 'fine' : sayAll(loaded.error.diagnostics).replaceAll(directory, 'D');
    };
    expect(await said(join(directory, 'ioraed-top5.yml'))).toBe(
      '- unreadable-file: there is no file D/ioraed-top5.yml; did you mean "ioread-top5.yml"?',
    );
    expect(await said(join(directory, 'zzz'))).toBe(
      '- unreadable-file: there is no file D/zzz; there are: D/ioread-top5.yml, D/p.yml',
    );
    expect(await said(directory)).toBe('- unreadable-file: D is a directory; name a playbook in it');
    expect(await said('/dev/zero')).toBe('- unreadable-file: /dev/zero is larger than 4 MB; is it really a playbook?');
  });

  test('a script larger than any', async () => {
    const playbook = '- hosts: a\n  scripts: [{ name: b, source: b.stp, duration: 1s }]\n';
    expect(await refusal({ 'p.yml': playbook, 'b.stp': 'x'.repeat(1024 * 1024 + 1) })).toBe(
      '2:32-37 [b.stp] unreadable-file: b.stp is larger than 1 MB; name a .stp file',
    );
  });
});

test.each(readdirSync('playbooks', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.yml')))(
  'the playbook %s that comes with tapbook is fine',
  async name => {
    const loaded = await loadPlaybook(`playbooks/${name}`, { confinement });
    expect(loaded.ok ? loaded.value.warnings : sayAll(loaded.error.diagnostics)).toEqual([]);
  },
);

describe('all that is wrong at once', () => {
  const faults: Readonly<Record<string, readonly [lines: string, code: string]>> = {
    'a key twice': ['  hosts: a\n', 'duplicate-key'],
    'an unknown key': ['  colour: red\n', 'unknown-key'],
    'a value of the wrong type': ['  retries: often\n', 'wrong-type'],
    'a line that cannot be parsed': ['  serial 1\n', 'yaml-syntax'],
    'a template that is not quoted': ['  serial: {{ n }}\n', 'unquoted-template'],
    'an alias of nothing': ['  vars: *gone\n', 'unknown-alias'],
    'a number that is none': ['  retries: .nan\n', 'not-finite'],
    'a meaning that does not fit': ['  build: { timeout: 1s }\n', 'out-of-range'],
    'a template of the wrong form': ['  vars: { n: "{{ n" }\n', 'template-syntax'],
    'a warning': ['  tags: [all]\n', 'reserved-tag'],
  };
  const entries = Object.entries(faults);
  const pairs = entries.flatMap(([one], index) => entries.slice(index + 1).map(([other]) => [one, other] as const));

  test.each(pairs)(
    '%s and %s, before a script without an end, one without a file and a play without scripts',
    async (one, other) => {
      const [first, firstCode] = faults[one] ?? ['', ''];
      const [second, secondCode] = faults[other] ?? ['', ''];
      const isSameKey = /^ *\w+/.exec(first)?.[0] === /^ *\w+/.exec(second)?.[0];
      const scripts = '  scripts:\n    - { name: b, inline: x }\n    - { name: c, source: c.stp, duration: 1s }\n';
      const loaded = await load({
        'p.yml': `- hosts: a\n${first}${isSameKey ? scripts : second + scripts}- hosts: b\n`,
      });
      const found = loaded.ok ? [] : loaded.error.diagnostics.map(({ code }) => code);
      const own = isSameKey ? [firstCode] : [firstCode, secondCode];
      expect(found).toEqual([...own, 'no-end', 'unreadable-file', 'missing-key']);
    },
  );

  test('what could be read is handed on, with what of it is not known', async () => {
    const loaded = await load({
      'p.yml': `- hosts: [a]
  kernels: [{ release: 6 }]
  scripts:
    - { name: b, inline: x, args: { a: 1 }, stap_options: { gru: true } }
    - { name: c, source: c.stp, duration: 1s }
    - just a text
`,
    });
    const rest = loaded.ok ? undefined : loaded.error.rest;
    expect(rest?.plays.map(({ unknown }) => unknown)).toEqual([['hosts', 'kernels']]);
    expect(rest?.plays[0]?.scripts.map(({ name, unknown }) => [name, unknown])).toEqual([
      ['b', ['args', 'run', 'stap_options']],
    ]);
    expect(rest?.files.map(file => file.replace(`${loaded.directory}/`, ''))).toEqual(['p.yml', 'c.stp']);
  });

  test('of a file that is no list of plays, nothing', async () => {
    const loaded = await load({ 'p.yml': 'hosts: a\nhosts: b\n' });
    expect(loaded.ok || loaded.error.rest).toBe(undefined);
    expect(loaded.ok ? '' : sayAll(loaded.error.diagnostics)).toMatchInlineSnapshot(`
      "2:1-2 [h] duplicate-key: this key stands twice in the same mapping; take one away (1:1 it is written here first)
      2:1-6 [hosts] wrong-type: the playbook is a mapping, not a list; begin each entry with "- ""
    `);
  });
});

test('thousands of mistakes in one playbook are all told', async () => {
  const keys = Array.from({ length: 5_000 }, (_, index) => `      x${index}: 1\n`).join('');
  const loaded = await load({
    'p.yml': `- hosts: all\n  scripts:\n    - name: a\n      inline: x\n      duration: 1s\n${keys}`,
  });
  const found = loaded.ok ? [] : loaded.error.diagnostics;
  expect(found.map(({ code, place }) => `${code} ${place?.line}`)).toEqual(
    Array.from({ length: 5_000 }, (_, index) => `unknown-key ${index + 6}`),
  );
});
