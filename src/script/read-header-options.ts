import type { Place, SourceFile } from '../model/source.ts';
import { locateTokens } from './locate-tokens.ts';
import type { StpToken } from './tokenize-stp.ts';

/** An option of stap's in the first line or the comments at the beginning of a script. */
export interface HeaderOption {
  /** As written: `-DMAXACTION=1000`. */
  readonly text: string;
  /** What it does: `guru`, or a define with its value; others by their name in `stap_options`, or what
   * `unwind` is to be. Of -x and -c the script itself says more: see lint-target.ts. */
  readonly means:
    | { readonly kind: 'guru' }
    | { readonly kind: 'define'; readonly name: string; readonly value: string }
    | { readonly kind: 'option'; readonly key: 'suppress_time_limits' | 'skip_badvars' }
    | { readonly kind: 'unwind'; readonly value: string };
  readonly place: Place;
}

/** A header that is longer is no header. In characters. */
const longestHeader = 8000;

/**
 * The options with which a script is meant to be run: `#!/usr/bin/env -S stap -g`, `// stap -DMAXACTION=1000 script.stp`. In a
 * comment the command has to name a script, so that prose is none.
 */
export function readHeaderOptions(source: SourceFile, tokens: readonly StpToken[]): readonly HeaderOption[] {
  const header = source.text.slice(0, Math.min(tokens[0]?.start ?? source.text.length, longestHeader));
  const at = locateTokens(source);
  const found: HeaderOption[] = [];
  let start = 0;
  for (const line of header.split('\n')) {
    const isFirst = start === 0 && line.startsWith('#!');
    const words = [...line.matchAll(/\S+/g)];
    const stap = words.findIndex(([word]) =>
      isFirst ? /(?:^|\/|!)stap$/.test(word) : /^[`'"$%]*(?:\/usr\/bin\/)?stap$/.test(word),
    );
    const rest = stap === -1 ? [] : words.slice(stap + 1);
    if (isFirst || rest.some(([word]) => /\.stp\b/.test(word))) {
      for (const [index, { 0: word, index: offset }] of rest.entries()) {
        // What stands behind -e, -c or -- is not stap's.
        if (/^(?:-e|-c|--)$/.test(word)) break;
        const isSplit = /^-[Dd]$/.test(word);
        const next = rest[index + 1]?.[0] ?? '';
        const means = meaningOf(isSplit ? `${word}${next}` : word);
        const text = isSplit ? `${word} ${next}` : word;
        const place = at({ start: start + offset, end: start + offset + text.length });
        found.push(...means.map(one => ({ text, means: one, place })));
      }
    }
    start += line.length + 1;
  }
  return found;
}

function meaningOf(word: string): readonly HeaderOption['means'][] {
  const [, name, value = '1'] =
    /^-D([A-Za-z_]\w{0,60})(?:=(-?\w{1,40}(?:\.\w{1,40})?))?[.,;:)]?['"`]?$/.exec(word) ?? [];
  if (name !== undefined) return [{ kind: 'define', name, value }];
  if (/^--suppress-time-limits['"`]?$/.test(word)) return [{ kind: 'option', key: 'suppress_time_limits' }];
  if (/^--skip-badvars['"`]?$/.test(word)) return [{ kind: 'option', key: 'skip_badvars' }];
  if (/^--ldd['"`]?$/.test(word)) return [{ kind: 'unwind', value: '{ libraries: true }' }];
  if (/^--all-modules['"`]?$/.test(word)) return [{ kind: 'unwind', value: '{ all_modules: true }' }];
  const unwound = /^-d(\/?\w[\w./+-]{0,100})$/.exec(word)?.[1];
  if (unwound !== undefined) return [{ kind: 'unwind', value: `[${unwound}]` }];
  // Letters that take no value may stand together: -vg.
  if (!/^-[a-zA-Z]{1,8}$/.test(word) || /[^hVvtkgPbuqiwFJjW]/.test(word.slice(1))) return [];
  return [
    ...(word.includes('g') ? [{ kind: 'guru' } as const] : []),
    ...(word.includes('t') ? [{ kind: 'define', name: 'STP_TIMING', value: '1' } as const] : []),
  ];
}
