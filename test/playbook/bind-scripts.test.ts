import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secretMark } from '../../src/document/ansible-marks.ts';
import type { Host } from '../../src/model/host.ts';
import type { GroupName, HostName } from '../../src/model/ids.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { bindScripts } from '../../src/playbook/bind-scripts.ts';
import type { Play } from '../../src/playbook/playbook.ts';
import { sayAll } from '../document/say.ts';
import { loadPlay } from './rig.ts';

function host(vars: JsonObject, name = 'db1'): Host {
  const connection = { kind: 'local' } as const;
  return { name: name as HostName, groups: ['db', 'linux'] as string[] as GroupName[], vars, connection };
}

/** A play with one global `g` of this value. */
function playWith(value: string, vars: JsonObject = {}): Promise<Play> {
  const scripts = [{ name: 'a', inline: 'x', duration: 1, globals: { g: value } }];
  return loadPlay(`- ${JSON.stringify({ hosts: 'db', vars, scripts })}\n`.replace('"globals"', '\n  "globals"'));
}

async function bind(
  value: string,
  vars: JsonObject = {},
  playVars: JsonObject = {},
  extra: JsonObject = {},
): Promise<string> {
  const bound = bindScripts(await playWith(value, playVars), host(vars), extra);
  return bound.ok ? `= ${bound.value[0]?.globals[0]?.value}` : sayAll(bound.error);
}

describe('variables', () => {
  test.each<[string, string, JsonObject, JsonObject?, JsonObject?]>([
    ['= 5', '{{ x }}', { x: 5 }],
    ['= 6', '{{ x }}', { x: 5 }, { x: 6 }],
    ['= 7', '{{ x }}', { x: 5 }, { x: 6 }, { x: '7' }],
    [
      '= db1',
      '{{ inventory_hostname }}',
      { inventory_hostname: 'x' },
      { inventory_hostname: 'y' },
      { inventory_hostname: 'z' },
    ],
    ['= db,linux', '{{ group_names | join: "," }}', {}],
    ['= 33', '{{ db.port }}', { db: { port: '{{ base }}', other: '{{ lookup("env", "X") }}' }, base: 33 }],
    ['= 3', '{{ list[0] }}', { list: ['{{ b }}'], b: 3 }],
    ['= 2', '{{ h["a-b"] }}', { h: { 'a-b': 2 } }],
    ['= the name is db1', 'the name is {{ inventory_hostname }}', { name: '{{ name }}' }],
    ['= a-db1-z', 'a-{{ inventory_hostname }}-{{ last }}', { last: 'z' }],
    ['= 5', '{{ missing | default: 5 }}', {}],
    ['= 5', '{{ db.missing | default: 5 }}', { db: {} }],
    ['= 12', '{{ x | times: 2 }}', { x: 6 }],
    ['= {{', "{{ '{{' }}", {}],
    ['= }}1', '{{ "}}" }}{{ x }}', { x: 1 }],
    ['= a\nb "c" \\d', '{{ x }}', { x: 'a\nb "c" \\d' }],
    ['= {%d} 5', '{%d} {{ x }}', { x: 5 }],
    ['= ', '{{ x }}', { x: '' }],
    ['= xTrue', 'x{{ a }}', { a: true }],
    ['= x2.0', 'x{{ a }}', { a: { __tapbook_scalar: '2.0' } }],
    ['= x2.0', 'x{{ a }}', { a: '{{ b }}', b: { __tapbook_scalar: '2.0' } }],
    ['= 18446744073709551615', '{{ a }}', { a: { __tapbook_scalar: '18446744073709551615' } }],
    ['= 2.0,True,None', '{{ l | join: "," }}', { l: [{ __tapbook_scalar: '2.0' }, true, null] }],
    ['= xTrue', '{{ "x" | append: a }}', { a: true }],
    ['= x3', 'x{{ a | plus: 1 }}', { a: { __tapbook_scalar: '2.0' } }],
    ['= x2.0y', '{{ "x" | append: a | append: "y" }}', { a: { __tapbook_scalar: '2.0' } }],
  ])('%s from %s', async (expected, value, vars, playVars, extra) => {
    expect(await bind(value, vars, playVars, extra)).toBe(expected);
  });

  test.each<[string, string, JsonObject, string]>([
    [
      'a misspelt name',
      'x {{ intervall }}',
      { interval: 1 },
      '[intervall] unknown-variable: no variable "intervall" for host db1; did you mean "interval"?',
    ],
    [
      'a name that is nowhere',
      '{{ zzz }}',
      {},
      '[zzz] unknown-variable: no variable "zzz" for host db1; set it in vars, group_vars, host_vars or with -e zzz=…',
    ],
    [
      'a misspelt part',
      '{{ db.prot }}',
      { db: { port: 1 } },
      '[db.prot] unknown-variable: no variable "db.prot" for host db1; did you mean "port"?',
    ],
    [
      'a part that is nowhere',
      '{{ db.zzz }}',
      { db: { port: 1, name: 2 } },
      '[db.zzz] unknown-variable: no variable "db.zzz" for host db1; it has: port, name',
    ],
    [
      'a name in an argument',
      '{{ x | append: yyy }}',
      { x: 1 },
      '[yyy] unknown-variable: no variable "yyy" for host db1; set it in vars, group_vars, host_vars or with -e yyy=…',
    ],
    [
      'a name within a variable',
      '{{ a }}',
      { a: '{{ b }}', b: '{{ zzz }}' },
      '[a] unknown-variable: no variable "zzz" (in the variable "b") for host db1; set it in vars, group_vars, host_vars or with -e zzz=…',
    ],
    [
      'a prototype',
      '{{ x.constructor }}',
      { x: {} },
      '[x.constructor] unknown-variable: no variable "x.constructor" for host db1; it has: ',
    ],
    [
      'another prototype',
      '{{ __proto__ }}',
      {},
      '[__proto__] unknown-variable: no variable "__proto__" for host db1; set it in vars, group_vars, host_vars or with -e __proto__=…',
    ],
    [
      'itself',
      '{{ a }}',
      { a: '{{ a }}' },
      '[a] template-cycle: variables refer to themselves: a → a for host db1; give one of them a plain value',
    ],
    [
      'a circle',
      '{{ a }}',
      { a: '{{ b }}', b: 'x{{ a }}' },
      '[a] template-cycle: variables refer to themselves: a → b → a for host db1; give one of them a plain value',
    ],
    [
      'Jinja in the inventory',
      '{{ a }}',
      { a: '{{ lookup("env", "X") }}' },
      '[a] template-syntax: {{ lookup("env", "X") }} is no template that can be read (in the variable "a"); write {{ name }}, {{ name.part }} or {{ name | filter: argument }}',
    ],
    [
      'a boolean',
      '{{ a }}',
      { a: true },
      '["{{ a }}"] not-scalar: global g is true, not a whole number or a text for host db1; write 1, or quote the word',
    ],
    [
      'a fraction',
      '{{ a }}',
      { a: 1.5 },
      '["{{ a }}"] not-scalar: global g is 1.5, not a whole number or a text for host db1; SystemTap has no fractions: round it, or quote it',
    ],
    [
      'a fraction that is whole',
      '{{ a }}',
      { a: { __tapbook_scalar: '2.0' } },
      '["{{ a }}"] not-scalar: global g is 2.0, not a whole number or a text for host db1; SystemTap has no fractions: write 2, or quote it',
    ],
    [
      'a number that is not exact',
      '{{ a }}',
      { a: 2 ** 60 },
      '["{{ a }}"] not-scalar: global g is a number too large to be exact, not a whole number or a text for host db1; quote it where it is written',
    ],
    [
      'nothing',
      '{{ a }}',
      { a: null },
      '["{{ a }}"] not-scalar: global g is empty, not a whole number or a text for host db1; give it a value, or "" for an empty text',
    ],
    [
      'a list',
      '{{ a }}',
      { a: [1] },
      '["{{ a }}"] not-scalar: global g is a list, not a whole number or a text for host db1; name one of its values, as in {{ name[0] }}, or add | join: ","',
    ],
    [
      'a mapping',
      '{{ a }}',
      { a: { b: 1 } },
      '["{{ a }}"] not-scalar: global g is a mapping, not a whole number or a text for host db1; name one of its values, as in {{ name.part }}',
    ],
    [
      'a list in a text',
      'x{{ a }}',
      { a: [1] },
      '[{{ a }}] template-value: {{ a }} is a list and cannot stand in a text for host db1; add | join: ","',
    ],
    [
      'a text that SystemTap cuts',
      '{{ a }}',
      { a: 'x'.repeat(128) },
      `["{{ a }}"] too-long: global g is 128 bytes long for host db1; a string here holds 127: shorten it, or define a larger MAXSTRINGLEN`,
    ],
    [
      'a text beyond all measure',
      '{{ a }}',
      { a: '{{ b }}{{ b }}', b: 'x'.repeat(40_000) },
      '[a] template-value: a template makes a text longer than 65536 characters (in the variable "a") for host db1',
    ],
    [
      'a template beyond all measure',
      '{{ a }}',
      { a: `{{ "${'x'.repeat(70_000)}` },
      '[a] template-value: a template makes a text longer than 65536 characters (in the variable "a") for host db1',
    ],
    ['a NUL', '{{ a }}', { a: 'x\0y' }, '["{{ a }}"] not-text: global g holds a NUL byte for host db1; take it out'],
  ])('refused: %s', async (_, value, vars, expected) => {
    expect((await bind(value, vars)).replace(/^\d+:\d+-\d+ /, '')).toBe(expected);
  });

  test.each([
    ['2.0', '2.0'],
    ['1.10', '1.10'],
    ['1.5', '1.5'],
    ['1e3', '1e3'],
    ['010', '010'],
    ['0x1F', '0x1F'],
    ['0o17', '0o17'],
    ['+5', '+5'],
    ['1_000', '1_000'],
    ['2024-01-01', '2024-01-01'],
    ['2001-12-14 21:59:43', '2001-12-14 21:59:43'],
    ['on', 'on'],
    ['true', 'True'],
    ['null', ''],
    ['~', ''],
    ['12345678901234567890', '12345678901234567890'],
    ['-9007199254740993', '-9007199254740993'],
    ['9007199254740992', '9007199254740992'],
    ['0xFFFFFFFFFFFFFFFF', '0xFFFFFFFFFFFFFFFF'],
    ['!!float 1', '1'],
    ['!!float 1e3', '1e3'],
  ])('vars of a playbook: %s is %s in a text', async (written, text) => {
    const vars = `    vars: { a: ${written}, b: &b ${written}, c: { d: ${written} }, e: [*b], f: { <<: { g: ${written} } } }`;
    const args = "args: ['x{{ a }}', 'x{{ b }}', 'x{{ c.d }}', 'x{{ e[0] }}', 'x{{ f.g }}']";
    const play = await loadPlay(
      `  - hosts: db\n${vars}\n    scripts: [{ name: a, inline: x, duration: 1, ${args} }]\n`,
    );
    const bound = bindScripts(play, host({}), {});
    expect(bound.ok ? bound.value[0]?.args : sayAll(bound.error)).toEqual(Array(5).fill(`x${text}`));
  });

  test('numbers in args and globals stay as they are written', async () => {
    const args =
      'args: [010, 0x1F, 0o17, +5, -7, 18446744073709551615, 0o1777777777777777777777, "2.0", "{{ a }}", "{{ b }}"], globals: { g: 0x1F, h: 07, i: 9007199254740993 }';
    const vars = 'vars: { a: 2.0, b: 1.50 }';
    const largest = '18446744073709551615';
    const play = await loadPlay(`- { hosts: db, ${vars}, scripts: [{ name: a, inline: x, duration: 1, ${args} }] }\n`);
    const bound = bindScripts(play, host({}), {});
    if (!bound.ok) throw new Error(sayAll(bound.error));
    expect(bound.value[0]?.args).toEqual(['010', '0x1F', '15', '5', '-7', largest, largest, '2.0', '2.0', '1.50']);
    expect(bound.value[0]?.globals.map(({ value }) => value)).toEqual(['0x1F', '07', '9007199254740993']);
  });

  test('a chain that is too deep', async () => {
    const vars = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`v${at}`, `{{ v${at + 1} }}{{ v${at + 1} }}`]),
    );
    expect(await bind('{{ v0 }}', vars)).toContain('template-cycle: variables nest too deep: v0 → v1 → ');
  });
});

test('arguments, globals and the output file of each script, in order', async () => {
  const play = await loadPlay(`- hosts: db
  vars: { label: "{{ inventory_hostname }} of {{ group_names | first }}" }
  scripts:
    - name: a
      inline: x
      args: [1, text, "{{ n }}", "{{ n }}s", "08"]
      globals: { second: "{{ label }}", first: -3 }
      duration: 1s
      output: { file: "{{ group_names[0] }}/{{ inventory_hostname }}.txt" }
    - { name: b, inline: x, duration: 1s }
`);
  const bound = bindScripts(play, host({ n: 9 }), {});
  const plain = bound.ok
    ? bound.value.map(({ script, args, globals, outputFile }) => [
        script.name,
        args,
        globals.map(({ name, value }) => `${name}=${value}`),
        outputFile,
      ])
    : sayAll(bound.error);
  expect(plain).toEqual([
    ['a', ['1', 'text', '9', '9s', '08'], ['second=db1 of db', 'first=-3'], 'db/db1.txt'],
    ['b', [], [], undefined],
  ]);
});

test('all problems of a host at once', async () => {
  const play = await loadPlay(`- hosts: db
  scripts:
    - name: a
      inline: x
      args: ["{{ one }}"]
      globals: { b: "{{ two }} and {{ three }}" }
      duration: 1s
      output: { file: "{{ dir }}/x" }
`);
  const bound = bindScripts(play, host({ dir: '..' }, 'web1'), {});
  expect(bound.ok ? '' : sayAll(bound.error)).toMatchInlineSnapshot(`
    "5:18-21 [one] unknown-variable: no variable "one" for host web1; set it in vars, group_vars, host_vars or with -e one=…
    6:25-28 [two] unknown-variable: no variable "two" for host web1; set it in vars, group_vars, host_vars or with -e two=…
    8:23-36 ["{{ dir }}/x"] unsafe-path: output.file "../x" is no plain relative path for host web1; write a relative path without . and .., such as "{{ inventory_hostname }}.txt""
  `);
});

test.each(['..', '.', '', 'a/../../b', '/etc', 'a//b', 'a\nb', 'a\\b', 'a\0', `${'x'.repeat(256)}`])(
  'an output file cannot leave its folder: %j',
  async directory => {
    const play = await loadPlay(
      '- hosts: db\n  scripts: [{ name: a, inline: x, duration: 1s, output: { file: "{{ d }}/x" } }]\n',
    );
    const bound = bindScripts(play, host({ d: directory }), {});
    expect(bound.ok ? '' : bound.error.map(({ code }) => code)).toEqual(['unsafe-path']);
  },
);

test('each host has its own values, however often a play is bound', async () => {
  const play = await playWith('{{ x }} on {{ inventory_hostname }}', { x: '{{ n }}' });
  for (const n of [1, 2, 3]) {
    const bound = bindScripts(play, host({ n }, `h${n}`), {});
    expect(bound.ok && bound.value[0]?.globals[0]?.value).toBe(`${n} on h${n}`);
  }
});

test('any text of a variable arrives as it is, and is never a template of its own by accident', async () => {
  const play = await playWith('<{{ v }}>');
  const plain = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter(text => !/\{\{|\{%|\0/.test(text) && Buffer.byteLength(text) < 120);
  fc.assert(
    fc.property(plain, text => {
      const bound = bindScripts(play, host({ v: text }), {});
      return bound.ok && bound.value[0]?.globals[0]?.value === `<${text}>`;
    }),
  );
});

test('whatever stands in a template, binding answers with texts or findings', async () => {
  const plays = await Promise.all([playWith('{{ v }}'), playWith('{{ v | default: w }} {{ w }}')]);
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    ' v ',
    ' w',
    '|',
    ' default: ',
    '"',
    "'",
    '[0]',
    '.a',
    '-',
    '(1..9)',
    'x',
    '1',
  );
  const text = fc.array(piece, { maxLength: 12 }).map(parts => parts.join(''));
  const value = fc.oneof(text, fc.jsonValue() as fc.Arbitrary<JsonValue>, fc.record({ a: text }));
  fc.assert(
    fc.property(value, value, fc.constantFrom(...plays), (v, w, play) => {
      const bound = bindScripts(play, host({ v, w }), {});
      if (!bound.ok) return bound.error.every(({ message }) => message.length > 0 && !message.includes('line:'));
      return typeof bound.value[0]?.globals[0]?.value === 'string';
    }),
    { numRuns: 1000 },
  );
});

test('a secret is not put into a script', async () => {
  const play = await playWith('{{ token }}');
  const vaulted = { __ansible_vault: '$ANSIBLE_VAULT;1.1;AES256\n00' };
  const texts = [{ token: secretMark }, { token: vaulted }].map(vars => {
    const bound = bindScripts(play, host(vars), {});
    return bound.ok ? '' : bound.error.map(({ code, message }) => `${code}: ${message}`).join();
  });
  expect(new Set(texts)).toEqual(
    new Set([
      'secret-value: a password, or a value out of a vault, is not put into scripts: plans, logs and process lists would show it (in the variable "token") for host db1',
    ]),
  );
});

describe('how long a text may be', () => {
  const text = 'ä'.repeat(100);
  const bindText = async (options: JsonObject, ...kernels: readonly JsonObject[]): Promise<string> => {
    const scripts = [{ name: 'a', inline: 'x', duration: 1, globals: { g: text }, ...options }];
    const play = await loadPlay(
      `- ${JSON.stringify({ hosts: 'db', ...(kernels.length > 0 ? { kernels } : {}), scripts })}\n`,
    );
    const bound = bindScripts(play, host({}), {});
    return bound.ok ? 'fits' : sayAll(bound.error).replace(/.*\] /, '');
  };
  const define = (size: number): JsonObject => ({ stap_options: { defines: { MAXSTRINGLEN: size } } });
  const refused = (bytes: number): string =>
    `too-long: global g is 200 bytes long for host db1; a string here holds ${bytes}: shorten it, or define a larger MAXSTRINGLEN`;

  test("is the script's own MAXSTRINGLEN without its NUL", async () => {
    expect(await bindText({})).toBe(refused(127));
    expect(await bindText(define(200))).toBe(refused(199));
    expect(await bindText(define(201))).toBe('fits');
  });

  test('is that of the kernel that has the largest, where the script says nothing', async () => {
    const small = { release: 'one', ...define(150) };
    const large = { release: 'two', ...define(256) };
    expect(await bindText({}, small, large)).toBe('fits');
    expect(await bindText({}, small)).toBe(refused(149));
    expect(await bindText(define(160), large)).toBe(refused(159));
  });
});
