import type { KeyFailure, ServerKeys, ShownKey } from '../../model/server-keys.ts';
import { formatLines } from '../layout/format-lines.ts';

/** The server's name, and below it a line for each key. */
export function formatServerKeys(shown: ServerKeys): string {
  const name = shown.host === shown.server ? shown.host : `${shown.host} ${shown.server}`;
  const title = shown.role === 'host' ? name : `${name} (a bastion on the way)`;
  const lines = shown.result === 'shown' ? shown.keys.flatMap(linesOfKey) : explain('unreachable: ', shown.failure);
  return formatLines([title]) + formatLines(lines, '    ');
}

const words = { known: 'known', new: 'not known', declined: 'not written', refused: 'REFUSED' } as const;

function linesOfKey({ fingerprint, state, file, failure }: ShownKey): readonly string[] {
  const [type = '', hash = ''] = fingerprint.split(' ');
  const word = state === 'written' ? `written to ${file}` : words[state];
  const line = `${type.padEnd(19)} ${hash}  ${word}`;
  return failure === undefined ? [line] : [line, ...explain('', failure)];
}

function explain(word: string, { cause, cure }: KeyFailure): readonly string[] {
  return [`${word}${cause}`, ...(cure === undefined ? [] : [cure])];
}
