import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTapbook } from '../support/tapbook.ts';

let folder = '';
let env: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-cli-'));
  env = { XDG_CACHE_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state') };
  const script = "name: hello, inline: 'probe begin { exit() }', until_exit: true";
  const inventory = 'all: { hosts: { gone1: { ansible_host: 127.0.0.1, ansible_port: 1 } } }\n';
  await writeFile(join(folder, 'hosts.yml'), inventory);
  await writeFile(join(folder, 'plain.yml'), `- { hosts: all, build_hosts: all, scripts: [{ ${script} }] }\n`);
  const output = 'output: { columns: [name, bytes: integer] }, aggregate: { by: [name], sum: [bytes] }';
  await writeFile(
    join(folder, 'table.yml'),
    `- { hosts: all, build_hosts: all, scripts: [{ ${script}, ${output} }] }\n`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const apply = (playbook: string, ...options: string[]) =>
  runTapbook(['apply', playbook, '-i', 'hosts.yml', ...options], { env, cwd: folder });

test.each([
  [
    ['plain.yml', '--format', 'csv'],
    3,
    'error no-columns: no script of plain.yml says what its lines hold, so that there are no records; give a script output.columns, such as output: { columns: [pid: integer, execname: text] }\n',
  ],
  [
    ['plain.yml', '--top', '3'],
    5,
    'error no-table: --top has no table: no script of plain.yml has aggregate; for example: aggregate: { by: [execname], sum: [bytes] }\n',
  ],
  [['table.yml', '--sort', 'byts'], 5, 'error unknown-column: no table has a column "byts"; did you mean "bytes"?\n'],
  [
    ['table.yml', '--format', 'csv', '--sort', 'bytes:desc'],
    5,
    'error no-table: --sort is for tables, and records come as they are; take it away, or --format csv\n',
  ],
  [
    ['table.yml', '--check', '--format', 'table'],
    5,
    'error: --check has nothing to print as table\n(tapbook apply --help shows what there is)\n',
  ],
  [
    ['table.yml', '--sort', 'bytes:down'],
    5,
    "error: option '--sort <column[:asc|desc]>' argument 'bytes:down' is invalid. Give a column, such as bytes, bytes:desc or execname:asc.\n(tapbook apply --help shows what there is)\n",
  ],
] as const)('%j is refused before any host is asked', async ([playbook, ...options], code, stderr) => {
  expect(await apply(playbook, ...options)).toEqual({ code, stdout: '', stderr });
});

test('where no host runs, CSV is its header, a table says who is missing, and so does the lack of one', async () => {
  const csv = await apply('table.yml', '--format', 'csv');
  expect([csv.code, csv.stdout]).toEqual([4, 'host,name,bytes\r\n']);
  const table = await apply('table.yml', '--format', 'table');
  expect([table.code, table.stdout]).toEqual([
    4,
    'TABLE [hello] 0 records\nincomplete: gone1 did not run it to the end, or some output is missing\n',
  ]);
  expect(table.stderr).toContain('\nRECAP\n');
  const none = await apply('plain.yml', '--format', 'table');
  expect([none.code, none.stdout]).toEqual([4, '']);
  const warning = 'there is no table: no host ran a script with aggregate, and none printed a histogram';
  expect(none.stderr).toContain(`warning: ${warning}\n`);
});
