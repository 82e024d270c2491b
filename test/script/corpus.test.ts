import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { placeAt } from '../../src/model/source.ts';
import { formatDiagnostics } from '../../src/report/texts/diagnostics.ts';
import { lintScript } from '../../src/script/lint-script.ts';
import type { GivenValue, ScriptUse } from '../../src/script/script-use.ts';

/**
 * Small scripts, each beside all that is said of it as it is printed. Its first line tells how the playbook uses it:
 * `# use {"args": ["5"], …}`; a value of null, or with `{{`, is a template.
 */
const folder = new URL('corpus/', import.meta.url);
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.stp'))
  .sort();
const isGood = (name: string): boolean => /(?:^|\/)good-/.test(name);

test.each(names)('%s', async name => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const found = lintScript({ path: name, text }, readUse(text));
  // Nothing is to be mended in a good one.
  const shown = isGood(name) ? found.filter(({ severity }) => severity !== 'info') : found;
  const said = formatDiagnostics(shown, { colour: 'plain' });
  if (isGood(name)) expect(said).toBe('');
  else await expect(said).toMatchFileSnapshot(new URL(name.replace(/stp$/, 'expected'), folder).pathname);
});

test('every expected text belongs to a script that is bad', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const expected = files.filter(name => name.endsWith('.expected')).map(name => name.replace(/expected$/, 'stp'));
  expect(expected).toEqual(names.filter(name => !isGood(name)));
});

interface WrittenUse {
  readonly name?: string;
  readonly args?: readonly (string | null)[];
  readonly globals?: Readonly<Record<string, string | null>>;
  readonly run?: NonNullable<ScriptUse['run']>['kind'];
  readonly seconds?: number;
  readonly guru?: ScriptUse['guru'];
  readonly stapOptions?: readonly string[];
  readonly longestString?: number;
  readonly kernels?: readonly string[];
}

function readUse(text: string): ScriptUse {
  const use = JSON.parse(/^# use (.+)/.exec(text)?.[1] ?? '') as WrittenUse;
  const line = (value: string): ScriptUse['place'] => placeAt({ path: 'play.yml', text: value }, 0, value.length);
  const given = (value: string | null, shown: string): GivenValue =>
    value?.includes('{{')
      ? { text: undefined, template: value, place: line(shown) }
      : { text: value ?? undefined, place: line(shown) };
  return {
    name: use.name ?? 'script',
    place: line(use.name ?? 'script'),
    args: (use.args ?? []).map(value => given(value, value ?? '{{ value }}')),
    globals: Object.fromEntries(
      Object.entries(use.globals ?? {}).map(([name, value]) => [
        name,
        { ...given(value, `${name}: ${value}`), namePlace: line(name) },
      ]),
    ),
    run: { kind: use.run ?? 'duration', seconds: use.seconds ?? 30 },
    targetProcess: 'none',
    guru: use.guru ?? 'no',
    stapOptions: new Set(use.stapOptions),
    tapsets: [],
    longestString: use.longestString ?? 127,
    kernels: use.kernels ?? [],
  };
}
