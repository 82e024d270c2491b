import { printableText } from '../../model/printable-text.ts';

/**
 * What `tapbook check` says where nothing is wrong; `ref` is the revision of git that was read. Scripts are read without
 * SystemTap unless stap was asked.
 */
export function formatValid(
  playbooks: readonly string[],
  { ref, asked }: { readonly ref: string | undefined; readonly asked: 'stap' | 'nobody' },
): string {
  const what = playbooks.length === 1 ? `${playbooks[0]} is` : `${playbooks.length} playbooks are`;
  const when = ref === undefined ? '' : ` as of ${ref}`;
  const unchecked =
    asked === 'stap' ? '' : '; whether probe points, functions and types exist takes stap: --stap, or tapbook build';
  return `${printableText(`${what} valid${when}${unchecked}`)}\n`;
}
