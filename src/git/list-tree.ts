import { err, ok, type Result } from '../model/result.ts';
import type { Revision } from './revision.ts';
import { type GitTrouble, runGit } from './run-git.ts';

/** A file of a revision. */
export interface TreeEntry {
  readonly kind: 'file' | 'program' | 'link' | 'submodule';
  /** Git's name for its content. */
  readonly object: string;
  /** Below the repository's root. What in it is no UTF-8 is U+FFFD. */
  readonly path: string;
}

/** Listing a tree of a large repository may have to read from disk. */
const limitMs = 60_000;

/** All files of a revision, whatever `.gitattributes` says of archives. */
export async function listTree(
  { root, commit }: Revision,
  signal: AbortSignal,
): Promise<Result<readonly TreeEntry[], GitTrouble>> {
  const listed = await runGit(root, ['ls-tree', '-r', '-z', '--full-tree', commit], { signal, limitMs });
  if (!listed.ok) return err(listed.error);
  const lines = listed.value.output.toString('utf8').split('\0').filter(Boolean);
  return ok(lines.flatMap(readEntry));
}

/** `100644 blob OBJECT<TAB>PATH` */
function readEntry(line: string): TreeEntry[] {
  const [, mode = '', object = '', path = ''] = /^(\d{6}) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
  const kind = kinds[mode];
  return kind === undefined ? [] : [{ kind, object, path }];
}

const kinds: Readonly<Record<string, TreeEntry['kind']>> = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'program',
  '120000': 'link',
  '160000': 'submodule',
};
