import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { addOptions } from '../../../src/cli/arguments/options/add-options.ts';
import type { Filling, Parser, ValuesOf } from '../../../src/cli/arguments/options/option-spec.ts';

const speed = [
  { flags: '-n, --times <n>', about: 'how often', default: 3, parse: half as Parser<number> },
  { flags: '--how <way>', about: 'which way', choices: ['fast', 'slow'] },
  { flags: '--where <place>', about: 'where', several: true, env: 'ADD_OPTIONS_WHERE' },
  { flags: '--step <n>', about: 'how far', several: true, parse: half as Parser<number> },
] as const;

const view = [
  { flags: '-q, --quiet', about: 'say nothing', conflicts: ['how'] },
  { flags: '--no-colour', about: 'plain' },
  { flags: '--out-file <file>', about: 'into it', required: true },
] as const;

type Values = ValuesOf<[typeof speed, typeof view]>;

function half(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give digits.');
  return Number(text) / 2;
}

function parse(...words: readonly string[]): Values {
  const command = new Command('walk').exitOverride().configureOutput({ writeErr: () => undefined });
  return addOptions(command, speed, view)
    .parse([...words], { from: 'user' })
    .opts();
}

afterEach(() => void vi.unstubAllEnvs());

test('what is not given is not there, but for defaults', () => {
  expect(parse('--out-file', 'x')).toEqual({ times: 3, colour: true, outFile: 'x' });
});

test('what is given is read, and listed where it may be given again', () => {
  vi.stubEnv('ADD_OPTIONS_WHERE', 'nowhere');
  const words = ['--how', 'slow', '--where', 'here', '--where=there', '--step', '4', '--step', '6', '--no-colour'];
  expect(parse('-n', '8', ...words, '--out-file', 'x')).toEqual({
    times: 4,
    how: 'slow',
    where: ['here', 'there'],
    step: [2, 3],
    colour: false,
    outFile: 'x',
  });
});

test('the environment speaks where the command line does not', () => {
  vi.stubEnv('ADD_OPTIONS_WHERE', 'nowhere');
  expect(parse('--out-file', 'x').where).toEqual(['nowhere']);
});

test.each([
  [[], "required option '--out-file <file>' not specified"],
  [['--out-file', 'x', '--how', 'sideways'], 'Allowed choices are fast, slow.'],
  [['--out-file', 'x', '--times', 'often'], 'Give digits.'],
  [['--out-file', 'x', '--quiet', '--how', 'fast'], "'-q, --quiet' cannot be used with option '--how <way>'"],
])('%j is refused', (words, reason) => {
  expect(() => parse(...words)).toThrow(reason);
});

describe('the compiler', () => {
  const values = parse('--out-file', 'x');

  test('knows each value by the name and the type that its declaration gives it', () => {
    const times: number = values.times;
    const how: 'fast' | 'slow' | undefined = values.how;
    const where: readonly string[] | undefined = values.where;
    const file: string = values.outFile;
    // @ts-expect-error: there is no such option
    const unknown: unknown = values.outfile;
    // @ts-expect-error: it may be missing
    const quiet: boolean = values.quiet;
    // @ts-expect-error: it is a number
    const text: string = values.times;
    expect([times, how, where, file, unknown, quiet, text]).toEqual([
      3,
      undefined,
      undefined,
      'x',
      undefined,
      undefined,
      3,
    ]);
  });

  test('hands over what fills a request, and nothing that lacks one of its fields', () => {
    type Request = { readonly how?: string; readonly times?: number };
    const take = (_: Filling<Request, Values>): string => 'taken';
    expect(take(values)).toBe('taken');
    type Larger = Request & { readonly howFar?: number };
    const takeLarger = (_: Filling<Larger, Values>): string => 'taken';
    // @ts-expect-error: no option gives howFar
    expect(takeLarger(values)).toBe('taken');
  });
});
