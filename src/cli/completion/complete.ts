import { basename } from 'node:path';

import { printableLine } from '../../model/printable-text.ts';
import { ownConsole } from '../own-console.ts';
import type { CommandTree } from './command-tree.ts';
import { findWanted } from './find-wanted.ts';
import { type Candidate, gatherCandidates } from './gather-candidates.ts';
import type { Shell } from './shells.ts';
import { splitTypedLine } from './split-typed-line.ts';

/** A longer list of candidates is of no use to a person. */
const most = 2000;
/** In milliseconds: nobody waits longer for candidates. */
const patienceMs = 2000;

/**
 * Answers a shell that completes a word. The first line is `space`, `nospace` or `files` (the shell may list files itself).
 * Then each line is a candidate, with its description behind a tab. bash hands over the characters at which it breaks words,
 * and the line up to the cursor; other shells hand over the words. Nothing is asked, no inventory program is run, and errors
 * are not reported.
 *
 * The shell puts a candidate into the command line. So only words without a special meaning in any shell are offered.
 */
export async function complete(program: CommandTree, shell: Shell, given: readonly string[]): Promise<void> {
  try {
    const [breaks = '', line = ''] = given;
    const typed = shell === 'bash' ? splitTypedLine(line, breaks) : { words: withoutOpenQuote(given), replaced: '' };
    const start = typed.words.findIndex(word => basename(word) === 'tapbook');
    const { wanted, current, options, args } = findWanted(program, typed.words.slice(start + 1));
    const found = await gatherCandidates({ wanted, current, options, args, signal: AbortSignal.timeout(patienceMs) });
    const prefix = wanted.kind === 'value' ? wanted.prefix : '';
    const fitting = found.candidates
      .filter(
        ({ value }) =>
          value.startsWith(current) && isHarmless(value.slice(current.length)) && !isOption(value, wanted.kind),
      )
      .slice(0, most);
    const [only, second] = fitting;
    const isOpen = only !== undefined && second === undefined && /[/,=]$/.test(only.value);
    const mode = fitting.length === 0 && found.files === 'by-shell' ? 'files' : isOpen ? 'nospace' : 'space';
    const lines = fitting.map(candidate => {
      // readline may replace only the end of a word.
      const rest = candidate.value.slice(current.length);
      const text = shell === 'bash' ? typed.replaced + rest : prefix + candidate.value;
      return describe({ ...candidate, value: text });
    });
    ownConsole.print([mode, ...lines].map(text => `${text}\n`).join(''));
  } catch {
    // A message would only disturb the line that is being typed.
  }
}

/** Takes an open quote off the last word: the shell closes it. */
function withoutOpenQuote(words: readonly string[]): readonly string[] {
  return words.map((word, index) => (index === words.length - 1 ? word.replace(/^['"]/, '') : word));
}

/** Letters and digits of any language, and signs that have no special meaning for any shell within a word. */
function isHarmless(text: string): boolean {
  return /^[\p{L}\p{M}\p{N}._@%+,:/-]*$/u.test(text);
}

/** A host named `--become` would be read as the option. */
function isOption(value: string, kind: string): boolean {
  return kind !== 'option' && value.startsWith('-');
}

function describe({ value, about }: Candidate): string {
  const text = printableLine(about ?? '', 70);
  return text === '' ? value : `${value}\t${text}`;
}
