import { printableLine } from '../../model/printable-text.ts';

export interface ListedFolder {
  readonly folder: string;
  /** `changed`: its tapbook.yml is not as it was; `not read`: others have made it, or could change it. */
  readonly state: 'trusted' | 'changed' | 'no tapbook.yml' | 'not read';
}

/** What `tapbook trust-folder` has done. */
export function formatNewTrust(folder: string, programs: readonly string[]): string {
  const named = programs.map(program => `  ${printableLine(program)}`);
  const now = named.length === 0 ? 'It names no program now.' : 'It names:';
  const lines = [`trusted: ${printableLine(folder)}, until its tapbook.yml changes`, now, ...named];
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
