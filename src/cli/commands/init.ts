import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { writeNewFiles } from '../../engine/upkeep/write-new-files.ts';
import { formatNextSteps, formatWrittenFile } from '../../report/texts/init-text.ts';
import type { InitOptions } from '../arguments/options/init-options.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { findShipped } from '../find-shipped.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal } from '../say-refusal.ts';

/**
 * `tapbook init [DIR]`: writes a repository that passes `tapbook check`: playbook, script, inventory, defaults, a job for CI,
 * and the schemas for editors. If one of these files exists, nothing is written; with `force` it is replaced.
 */
export async function init(directory: string, { ci, force }: InitOptions): Promise<ExitCode> {
  const written = await writeNewFiles({
    directory,
    files: await gatherFiles(ci),
    existing: force ? 'replaced' : 'refused',
    onWritten: path => ownConsole.print(formatWrittenFile(path)),
  });
  if (!written.ok) return sayRefusal(written.error, 'text');
  ownConsole.print(formatNextSteps(directory));
  return exitCodes.ok;
}

/** The texts by their paths. A `_` at the start of a name stands for a dot: npm would not ship some dot files. */
async function gatherFiles(ci: InitOptions['ci']): Promise<ReadonlyMap<string, string>> {
  const templates = join(await findShipped('templates/init', 'tapbook.yml'), '.');
  const schemas = await findShipped('schemas', 'playbook.schema.json');
  const files = new Map<string, string>();
  const entries = await readdir(templates, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter(one => one.isFile())) {
    const source = join(entry.parentPath, entry.name);
    const path = relative(templates, source).replace(/(^|\/)_/g, '$1.');
    if (path.startsWith('.github') && ci !== 'github' && ci !== 'both') continue;
    if (path.startsWith('.gitlab') && ci !== 'gitlab' && ci !== 'both') continue;
    files.set(path, await readFile(source, 'utf8'));
  }
  for (const name of ['config', 'playbook']) {
    files.set(`schemas/${name}.schema.json`, await readFile(join(schemas, `${name}.schema.json`), 'utf8'));
  }
  return new Map([...files].sort(([left], [right]) => (left < right ? -1 : 1)));
}
