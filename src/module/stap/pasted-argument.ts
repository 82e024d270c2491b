import type { StapMessage } from './read-stap-messages.ts';

/** The number of the argument whose text stap found wrong: it quotes the script as written, `$1` where it saw `foo`. */
export function pastedArgument({ source, at, saw }: StapMessage): number | undefined {
  if (source === undefined || at === undefined || saw === undefined) return undefined;
  const number = /^[$@](\d{1,3})/.exec(restAt(source, at.column))?.[1];
  return number === undefined ? undefined : Number(number);
}

/** A quoted line from a column on; stap counts bytes. */
export function restAt(source: string, column: number): string {
  return Buffer.from(source)
    .subarray(column - 1)
    .toString('utf8');
}
