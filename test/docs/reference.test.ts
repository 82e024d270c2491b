import { readdirSync, readFileSync } from 'node:fs';
import { Command, Option } from '@commander-js/extra-typings';
import { describe, expect, test } from 'vitest';
import { commandsPage } from '../../scripts/reference/commands-page.ts';
import { describeSchema, type Schema } from '../../scripts/reference/describe-schema.ts';
import { drawTerminal } from '../../scripts/reference/draw-terminal.ts';
import { environment } from '../../scripts/reference/environment.ts';
import { findExamples } from '../../scripts/reference/find-examples.ts';
import { listCommands } from '../../scripts/reference/list-commands.ts';
import { markdownTable } from '../../scripts/reference/markdown.ts';
import { schemaPage } from '../../scripts/reference/schema-page.ts';

describe('commands', () => {
  const program = new Command('p').description('does things').version('1');
  const group = program.command('group').description('holds');
  group
    .command('one')
    .description('the first | of two')
    .argument('<file>', 'a file')
    .argument('[dir...]', 'where to')
    .option('-n, --number <n>', 'so many', '5')
    .addOption(new Option('--kind <kind>').choices(['a', 'b']).env('KIND'))
    .requiredOption('--must <x>', 'has to be')
    .option('--no-colour', 'plain')
    .addHelpText('after', '\nMore of it.');
  program.command('secret', { hidden: true }).option('--x');
  const commands = listCommands(program);

  test('are those that the help shows, with all that is good to know of them', () => {
    expect(commands.map(({ name, subcommands }) => [name, subcommands])).toEqual([
      ['p', ['p group']],
      ['p group', ['p group one']],
      ['p group one', []],
    ]);
    expect(commands[2]).toMatchObject({
      usage: 'p group one [options] <file> [dir...]',
      arguments: [
        { term: '<file>', text: 'a file', facts: [] },
        { term: '[dir...]', text: 'where to', facts: [] },
      ],
      options: [
        { term: '-n, --number <n>', facts: ['default: 5'] },
        { term: '--kind <kind>', facts: ['one of: a, b', 'environment: KIND'] },
        { term: '--must <x>', facts: ['required'] },
        { term: '--no-colour', facts: [] },
      ],
      notes: 'More of it.',
    });
  });

  test('have what the guide shows of them, each once, of the longest name that fits', () => {
    const guide = [
      '$ p group one a    # why\n$ p group\n',
      'p group one b\n$ p group one a  # why\n$ p group one a | q\n',
    ];
    const shown = guide.map(page => page.replaceAll('$ p', '$ tapbook'));
    expect([...findExamples(shown, ['tapbook', 'tapbook group', 'tapbook group one'])]).toEqual([
      ['tapbook group one', ['tapbook group one a    # why', 'tapbook group one a | q']],
      ['tapbook', ['tapbook group']],
    ]);
  });

  test('as a page: no section for what only holds others', () => {
    const page = commandsPage(commands);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      'Options of the program',
      'p group one',
    ]);
    expect(page).toContain('| [`p group one`](#p-group-one) | the first \\| of two |');
  });
});

describe('schemas', () => {
  const schema: Schema = {
    title: 'thing',
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string', description: 'How it is called.', default: 'x' },
      parts: { type: 'array', items: { type: 'object', properties: { size: { $ref: '#/$defs/size' } } } },
      end: {
        oneOf: [
          { properties: { kind: { const: 'ok' } } },
          { properties: { kind: { const: 'no' }, why: { type: 'string' } } },
        ],
      },
      far: { $ref: 'other.schema.json#/$defs/far/properties/away' },
    },
    $defs: { size: { type: ['integer', 'string'], description: 'Bytes.', examples: ['5MB'] } },
  };

  test('have a row for each key, with those of the objects below it', () => {
    const [document, size] = describeSchema(schema);
    expect(
      document?.rows.map(({ key, isRequired, type, description }) => [key, isRequired, type, description]),
    ).toEqual([
      ['name', true, 'text', 'How it is called.'],
      ['parts', false, 'list of mapping', ''],
      ['parts[].size', false, 'size', 'Bytes.'],
      ['end', false, 'mapping', ''],
      ['end.kind', false, '"ok"', ''],
      ['end.kind', false, '"no"', ''],
      ['end.why', false, 'text', 'Of "no".'],
      ['far', false, 'far.away', ''],
    ]);
    expect(size).toMatchObject({ name: 'size', type: 'integer or text', rows: [] });
  });

  test('as pages that lead to one another', () => {
    const other: Schema = { title: 'other', $defs: { far: { title: 'Far away', type: 'object' } } };
    const page = schemaPage(
      'thing',
      new Map([
        ['thing', schema],
        ['other', other],
      ]),
    );
    expect(page).toContain('| **`name`**');
    expect(page).toContain('[size](#size)');
    expect(page).toContain('[far.away](other.md#far-away)');
  });
});

test('a table keeps its columns, whatever is in a cell', () => {
  expect(
    markdownTable(
      ['a', 'b'],
      [
        ['x|y', '1'],
        ['z', 'two\nlines'],
      ],
    ).split('\n'),
  ).toEqual(['| a    | b         |', '| ---- | --------- |', '| x\\|y | 1         |', '| z    | two lines |']);
});

test("the environment's table has what the program asks for by its own names", () => {
  const root = new URL('../../src/', import.meta.url).pathname;
  const texts = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(path => /^(?:cli|engine|history)\/.*\.ts$/.test(path))
    .map(path => readFileSync(`${root}${path}`, 'utf8'));
  const asked = texts.flatMap(text => [...text.matchAll(/'((?:TAPBOOK|XDG)_[A-Z_]+)'/g)].map(([, name]) => name));
  expect(asked.length).toBeGreaterThan(5);
  expect(environment.map(([name]) => name)).toEqual(expect.arrayContaining([...new Set(asked)]));
});

describe('the picture', () => {
  const draw = (shown: string): string => drawTerminal(shown, { title: 't', columns: 10 });

  test('every piece stands in its column, with its colour', () => {
    const picture = draw('\u001b[32mok\u001b[39m  \u001b[1ma\u001b[0m\n\u001b[2m<&>\u001b[0m\n');
    expect(picture).toContain('<text x="16" y="29" textLength="15.6" fill="#3fb950">ok</text>');
    expect(picture).toContain('<text x="47.2" y="29" textLength="7.8" font-weight="bold">a</text>');
    expect(picture).toContain('<text x="16" y="47" textLength="23.4" opacity="0.65">&lt;&amp;&gt;</text>');
  });

  test('blanks are kept; a style lasts over the end of a line', () => {
    const picture = draw('\u001b[31ma  b\nc');
    expect(picture).toContain('fill="#ff7b72">a\u00a0\u00a0b</text>');
    expect(picture).toContain('fill="#ff7b72">c</text>');
  });
});
