import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  readonly forbidden: readonly { readonly name: string; readonly comment: string }[];
};

/** A file of `src/` for each rule, with an import that the rule forbids; what is imported is made too. */
const violations: Readonly<Record<string, readonly [file: string, statement: string]>> = {
  'no-cycles': ['src/plan/one.ts', "import '../plan/two.ts';"],
  'model-imports-nothing': ['src/model/reader.ts', "import 'node:fs';"],
  'records-is-pure': ['src/records/reader.ts', "import 'node:fs';"],
  'elf-is-pure': ['src/elf/reader.ts', "import 'node:fs';"],
  'plan-is-pure': ['src/plan/limited.ts', "import 'p-limit';"],
  'plan-imports-types-only': ['src/plan/uses-facts.ts', "import '../facts/a.ts';"],
  'engine-knows-no-terminal': ['src/engine/printer.ts', "import '../report/a.ts';"],
  'report-knows-only-the-model': ['src/report/planner.ts', "import '../plan/a.ts';"],
  'report-and-history-are-strangers': ['src/report/keeper.ts', "import '../history/a.ts';"],
  'git-knows-only-the-model': ['src/git/reader.ts', "import '../document/a.ts';"],
  'only-process-names-execa': ['src/git/runner.ts', "import 'execa';"],
  'only-process-and-transport-start-programs': ['src/history/runner.ts', "import 'node:child_process';"],
  'only-transport-ssh-names-ssh2': ['src/facts/connects.ts', "import 'ssh2';"],
  'only-report-names-listr2': ['src/cli/draws.ts', "import 'listr2';"],
  'only-document-names-yaml': ['src/playbook/reads.ts', "import 'yaml';"],
  'only-cli-arguments-names-commander': ['src/cli/commands/parses.ts', "import 'commander';"],
  'src-does-not-know-its-tests': ['src/cli/tested.ts', "import '../../test/a.ts';"],
  'no-dev-packages-in-src': ['src/cli/dev.ts', "import 'fast-check';"],
};

const rooms = config.forbidden.flatMap(({ name }) => /^(\w+)-imports-lower-rooms-only$/.exec(name)?.[1] ?? []);

let folder = '';
let found: ReadonlyMap<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-boundaries-'));
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
    await cp(join(root, file), join(folder, file));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${text}\nexport const a = 1;\n`);
  };
  for (const room of [...rooms, 'cli']) await write(`src/${room}/a.ts`, '');
  await write('test/a.ts', '');
  await write('src/plan/two.ts', "import '../plan/one.ts';");
  for (const [file, statement] of Object.values(violations)) await write(file, statement);
  for (const [index, room] of rooms.entries()) {
    const above = rooms[index + 1] ?? 'cli';
    await write(`src/${room}/climbs.ts`, `import '../${above}/a.ts';`);
  }
  const args = ['depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const cruise = await execa('npx', ['--no-install', ...args], { cwd: folder, reject: false, maxBuffer: 1e8 });
  const { summary } = JSON.parse(cruise.stdout) as {
    readonly summary: {
      readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
    };
  };
  found = new Map(summary.violations.map(({ from, rule }) => [`${rule.name} ${relative('.', from)}`, rule.name]));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(config.forbidden.map(({ name }) => name))('%s is caught', name => {
  const room = /^(\w+)-imports-lower-rooms-only$/.exec(name)?.[1];
  const file = room === undefined ? violations[name]?.[0] : `src/${room}/climbs.ts`;
  expect(file, 'each rule has a violation here').toBeDefined();
  expect([...found.keys()]).toContain(`${name} ${file}`);
});

test('each rule says what to do', () => {
  for (const { comment } of config.forbidden) expect(comment).toMatch(/\.$/);
});
