import { basename } from 'node:path';

import { printableLine } from '../../model/printable-text.ts';
import { ownConsole } from '../own-console.ts';
import type { CommandTree } from './command-tree.ts';
import { findWanted } from './find-wanted.ts';
import { type Candidate, gatherCandidates } from './gather-candidates.ts';
import type { Shell } from './shells.ts';
import { splitTypedLine } from './split-typed-line.ts';

/** More than this nobody reads. */
const most = 2000;
/** After this a person types on. In milliseconds. */
const patienceMs = 2000;

/**
 * Answers a shell that completes: a line `space`, `nospace` or `files` (it may list files itself), then a candidate a
 * line, with its description behind a tab. bash hands over what it breaks words at and the line up to the cursor, the
 * others the words. Asks nobody, runs no program of an inventory, and says nothing of what goes wrong.
 *
 * A candidate is put into a command line: only words that mean nothing else to any shell are offered.
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
      // Of a word readline may replace the end only.
      const rest = candidate.value.slice(current.length);
      const text = shell === 'bash' ? typed.replaced + rest : prefix + candidate.value;
      return describe({ ...candidate, value: text });
    });
    ownConsole.print([mode, ...lines].map(text => `${text}\n`).join(''));
  } catch {
    // Whoever presses Tab wants no message.
  }
}

/** The shell closes it. */
function withoutOpenQuote(words: readonly string[]): readonly string[] {
  return words.map((word, index) => (index === words.length - 1 ? word.replace(/^['"]/, '') : word));
}

/** Letters and digits of any language, and signs that no shell takes for anything else within a word. */
function isHarmless(text: string): boolean {
  return /^[\p{L}\p{M}\p{N}._@%+,:/-]*$/u.test(text);
}

/** A host may be named `--become`: it would be read as that. */
function isOption(value: string, kind: string): boolean {
  return kind !== 'option' && value.startsWith('-');
}

function describe({ value, about }: Candidate): string {
  const text = printableLine(about ?? '', 70);
  return text === '' ? value : `${value}\t${text}`;
}
