import type { Resolving } from './resolving.ts';
import type { Tags } from './written-playbook.ts';

/** Words with a meaning of their own for `--tags` and `--skip-tags`, and therefore no names of tags. */
const reserved = new Set(['all', 'tagged', 'untagged']);

/** A list, or names with commas between them, as in Ansible. */
export function resolveTags(
  written: Tags | undefined,
  path: readonly (string | number)[],
  { tree, report }: Resolving,
): readonly string[] {
  const tags = (typeof written === 'string' ? written.split(',') : (written ?? [])).map(tag => tag.trim());
  for (const [index, tag] of tags.entries()) {
    if (!reserved.has(tag)) continue;
    const place = tree.place(typeof written === 'string' ? path : [...path, index], 'value');
    const message = `the tag "${tag}" means something else in --tags`;
    report({ severity: 'warning', code: 'reserved-tag', message, cure: 'take another name', place });
  }
  return tags.filter(tag => tag !== '');
}
