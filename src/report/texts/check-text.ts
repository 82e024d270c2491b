import { printableText } from '../../model/printable-text.ts';

/** What `tapbook check` says where nothing is wrong; `ref` is the revision of git that was read. */
export function formatValid(playbooks: readonly string[], ref: string | undefined): string {
  const what = playbooks.length === 1 ? `${playbooks[0]} is` : `${playbooks.length} playbooks are`;
  const when = ref === undefined ? '' : ` as of ${ref}`;
  return `${printableText(`${what} valid${when}`)}\n`;
}
