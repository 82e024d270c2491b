import { printableLine } from '../../model/printable-text.ts';

export interface ListedFolder {
  readonly folder: string;
  /** `changed`: its tapbook.yml is not as it was; `open to others`: they have made something in it, or could. */
  readonly state: 'trusted' | 'changed' | 'open to others' | 'not there';
}

/** What `tapbook trust-folder` has done, and the programs that the folder's tapbook.yml names. */
export function formatNewTrust(folder: string, until: string, programs: readonly string[]): string {
  const named = programs.map(program => `  ${printableLine(program)}`);
  const lines = [
    `trusted: ${printableLine(folder)}, until ${until}`,
    ...(named.length > 0 ? ['It names:', ...named] : []),
  ];
  return lines.map(line => `${line}\n`).join('');
}

export function formatForgotten(folder: string, was: 'forgotten' | 'was not trusted'): string {
  const path = printableLine(folder);
  return was === 'forgotten' ? `not trusted any more: ${path}\n` : `it was not trusted: ${path}\n`;
}

/** One line for each folder. */
export function formatTrusted(folders: readonly ListedFolder[]): string {
  if (folders.length === 0) return 'no folder is trusted\n';
  const width = Math.max(...folders.map(({ state }) => state.length));
  return folders.map(({ folder, state }) => `${state.padEnd(width)}  ${printableLine(folder)}\n`).join('');
}
