import { formatLines } from '../layout/format-lines.ts';

/** A key that a server showed, and what became of it. */
export interface ShownKey {
  /** As `ssh-keygen -l` has it: `ssh-ed25519 SHA256:…`. */
  readonly fingerprint: string;
  readonly state: 'known' | 'new' | 'written' | 'declined' | 'refused';
  /** The known_hosts file that it was written to. */
  readonly file?: string;
  readonly failure?: ShownFailure;
}

interface ShownFailure {
  readonly kind: string;
  readonly cause: string;
  readonly cure?: string;
}

/** A server that `tapbook trust` asked for its keys: a host, or a bastion on the way to `host`. */
export type ShownServer = { readonly host: string; readonly server: string; readonly role: 'host' | 'bastion' } & (
  | { readonly result: 'shown'; readonly keys: readonly ShownKey[] }
  | { readonly result: 'unreachable'; readonly failure: ShownFailure }
);

/** The server's name, and below it a line for each key. */
export function formatServerKeys(shown: ShownServer): string {
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

function explain(word: string, { cause, cure }: ShownFailure): readonly string[] {
  return [`${word}${cause}`, ...(cure === undefined ? [] : [cure])];
}
