import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeProgram } from '../../src/cli/arguments/describe-program.ts';
import { commandsPage } from './commands-page.ts';
import type { Schema } from './describe-schema.ts';
import { drawTerminal } from './draw-terminal.ts';
import { environment, files } from './environment.ts';
import { findExamples } from './find-examples.ts';
import { type CommandEntry, listCommands } from './list-commands.ts';
import { manPages } from './man-pages.ts';
import { code, generatedNote, markdownTable } from './markdown.ts';
import { schemaPage } from './schema-page.ts';
import { doctorChecksPage, exitCodesPage, findingsPage, scriptChecksPage } from './table-pages.ts';

/** Every page of `docs/reference/` by its path below the root, made of the program's own tables. */
export function makeReference(root: string): ReadonlyMap<string, string> {
  const schemas = readSchemas(root);
  const schemaPages = [...schemas.keys()].map(name => [`${name}.md`, schemaPage(name, schemas)] as const);
  const pages = new Map<string, string>([
    ['commands.md', commandsPage(readCommands(root))],
    ['exit-codes.md', exitCodesPage()],
    ['script-checks.md', scriptChecksPage()],
    ['findings.md', findingsPage()],
    ['doctor-checks.md', doctorChecksPage()],
    ['environment.md', environmentPage()],
    ...schemaPages,
  ]);
  return new Map([...pages].map(([name, text]) => [`docs/reference/${name}`, text]));
}

/** The picture of a run in the README, of what `scripts/record-run.sh` has recorded. */
export function makePicture(root: string): string {
  const shown = readFileSync(join(root, 'docs/pictures/apply.ansi'), 'utf8');
  const title = 'What a terminal shows of tapbook apply: probe, builds, output of three hosts, a table, the recap';
  return drawTerminal(shown, { title, columns: 100 });
}

/** Every man page by its path below the root. */
export function makeManPages(root: string): ReadonlyMap<string, string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  const date = (epoch === undefined ? new Date() : new Date(Number(epoch) * 1000)).toISOString().slice(0, 10);
  const pages = manPages(readCommands(root), readSchemas(root), { version, date });
  return new Map([...pages].map(([name, text]) => [`man/${name}`, text]));
}

/** The program's commands, each with what the guide shows of it. */
function readCommands(root: string): readonly CommandEntry[] {
  const commands = listCommands(describeProgram(() => {}));
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const guide = [...index.matchAll(/\]\((guide\/[\w-]+\.md)\)/g)].map(([, path = '']) => path);
  const texts = guide.map(path => readFileSync(join(root, 'docs', path), 'utf8'));
  const examples = findExamples(
    texts,
    commands.map(({ name }) => name),
  );
  return commands.map(command => {
    const own = new Set(command.examples.map(withoutComment));
    const more = (examples.get(command.name) ?? []).filter(line => !own.has(withoutComment(line)));
    return { ...command, examples: [...command.examples, ...more] };
  });
}

function withoutComment(line: string): string {
  return line.replace(/\s+# .*$/, '');
}

function readSchemas(root: string): ReadonlyMap<string, Schema> {
  const folder = join(root, 'schemas');
  return new Map(
    readdirSync(folder)
      .filter(name => name.endsWith('.schema.json'))
      .sort()
      .map(name => [name.replace('.schema.json', ''), JSON.parse(readFileSync(join(folder, name), 'utf8')) as Schema]),
  );
}

function environmentPage(): string {
  const rows = (entries: readonly (readonly [string, string])[]): string[][] =>
    entries.map(([name, meaning]) => [code(name), meaning]);
  return [
    generatedNote,
    '# Environment and files',
    markdownTable(['variable', 'meaning'], rows(environment)),
    '## Files',
    markdownTable(['path', 'holds'], rows(files)),
  ]
    .join('\n\n')
    .concat('\n');
}
