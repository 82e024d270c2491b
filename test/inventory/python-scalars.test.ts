import { describe, expect, test } from 'vitest';
import { exportInventory } from '../../src/inventory/show/export-inventory.ts';
import { ok } from '../../src/model/result.ts';
import { printJson } from '../../src/report/layout/print-json.ts';
import { createHostVariables } from '../../src/template/host-variables.ts';
import { complaints, hostOf, loadFine } from './rig.ts';

test.each([
  ['010', '8'],
  ['0x1F', '31'],
  ['yes', 'True'],
  ['Off', 'False'],
  ['1e3', '1e3'],
  ['1_000', '1000'],
  ['1:30', '90'],
  ['2024-01-01', '2024-01-01'],
  ['2001-12-14 21:59:43.10', '2001-12-14 21:59:43.100000'],
  ['2001-12-14T21:59:43Z', '2001-12-14 21:59:43+00:00'],
  ['.inf', 'inf'],
  ['-.INF', '-inf'],
  ['.NaN', 'nan'],
  ['!!float 1', '1.0'],
  ['!!float "2"', '2.0'],
  ['!!float 1e3', '1000.0'],
  ['!!float 1_0', '10.0'],
  ['!!float 1:30', '90.0'],
  ['!!float -.inf', '-inf'],
  ['!!null x', 'None'],
  ['!!python/unicode 2.0', '2.0'],
])("YAML's %s is %s in a template", async (written, text) => {
  const files = { h: "n ansible_host='node-{{ rel }}'\nm ansible_host=\"{{ l | join: '_' }}\"" };
  const vars = `rel: ${written}\nl: [${written}, 2.0]\n`;
  const inventory = await loadFine({ ...files, 'group_vars/all.yml': vars });
  const said = [hostOf(inventory, 'n'), hostOf(inventory, 'm')].map(host => {
    const { fill } = createHostVariables(host, { playVars: {}, extraVars: {} }, new Map());
    return [fill('node-{{ rel }}'), fill("{{ l | join: '_' }}")];
  });
  const expected = [ok(`node-${text === 'None' ? '' : text}`), ok(`${text}_2.0`)];
  expect(said).toEqual([expected, expected]);
});

describe('a value in a template is the text that Python makes of it', () => {
  test.each([
    ['2.0', '2.0'],
    ['1.10', '1.1'],
    ['-0.0', '-0.0'],
    ['1.0e+16', '1e+16'],
    ['1.5e-05', '1.5e-05'],
    ['0.0001', '0.0001'],
    ['123456789012345.0', '123456789012345.0'],
    ['12345678901234567890', '12345678901234567890'],
    ['0xFFFFFFFFFFFFFFFF', '18446744073709551615'],
    ['-9007199254740993', '-9007199254740993'],
    ['1.0e+400', 'inf'],
    ['6.02e+23', '6.02e+23'],
    ['9007199254740993.0', '9007199254740992.0'],
    ['True', 'True'],
    ['False', 'False'],
  ])('%s', async (written, text) => {
    const inventories = await Promise.all([
      loadFine({ 'h.ini': `n rel=${written} ansible_host='node-{{ rel }}.example'` }),
      loadFine({
        'h.yml': `all:\n  hosts:\n    n:\n      rel: ${written}\n      ansible_host: node-{{ rel }}.example\n`,
      }),
      loadFine({ 'h.yml': `all: { hosts: { n: { rel: ${written}, ansible_host: "node-{{ rel }}.example" } } }` }),
      loadFine({ h: "n ansible_host='node-{{ rel }}.example'", 'group_vars/all.yml': `rel: ${written}\n` }),
    ]);
    for (const inventory of inventories) {
      const host = hostOf(inventory, 'n');
      expect(host.connection).toMatchObject({ address: `node-${text}.example` });
      const variables = createHostVariables(host, { playVars: {}, extraVars: {} }, new Map());
      expect(variables.fill('v{{ rel }}')).toEqual({ ok: true, value: `v${text}` });
    }
  });

  test('also in JSON, within a mapping; and what is exported is a number', async () => {
    const vars = '{"rel": 2.0, "deep": {"list": [3.0]}, "ansible_host": "n{{ rel }}-{{ deep.list[0] }}"}';
    const inventory = await loadFine({ 'h.json': `{"all": {"hosts": {"n": ${vars}}}}` });
    expect(hostOf(inventory, 'n').connection).toMatchObject({ address: 'n2.0-3.0' });
    const exported = exportInventory(inventory, { hosts: new Set(inventory.hosts.keys()), secrets: 'hidden' });
    expect(printJson(exported)).toContain('"deep":{"list":[3.0]},"rel":2.0}');
  });

  test('stands for no mapping', async () => {
    expect(await complaints({ 'h.yml': 'all: { hosts: { n: 2.0 } }' })).toBe(
      'h.yml:1:20 "2.0" invalid-inventory: the variables of "n" are a number, where keys are expected',
    );
    expect(await complaints({ h: 'n', 'group_vars/all.yml': '2.0\n' })).toContain('variables are expected');
  });
});
