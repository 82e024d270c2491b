import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { didYouMean } from '../model/did-you-mean.ts';
import type { SourceFile } from '../model/source.ts';
import type { Resolving } from './resolve-playbook.ts';
import type { Script } from './written-playbook.ts';

/** The largest script, in bytes: far above any real one. */
const largest = 1024 * 1024;

/** Reads a script's text: its file, relative to the playbook, or what stands inline. Problems are reported. */
export async function readScriptSource(
  { name, source, inline }: Script,
  path: readonly (string | number)[],
  { tree, report }: Resolving,
): Promise<SourceFile | undefined> {
  const fail = (code: string, message: string, cure: string | undefined, key: string): undefined => {
    const place = tree.place([...path, key], key === 'name' ? 'key' : 'value');
    report({ severity: 'error', code, message, ...(cure === undefined ? {} : { cure }), place });
    return undefined;
  };
  if (source !== undefined && inline !== undefined) {
    return fail('two-sources', `script "${name}" has both source and inline`, 'take one away', 'inline');
  }
  if (inline !== undefined) return { path: `${name}.stp`, text: inline };
  if (source === undefined) {
    return fail('no-source', `script "${name}" has no source`, `write source: scripts/${name}.stp`, 'name');
  }
  const base = dirname(tree.source.path);
  // join() keeps a relative playbook's path as the user knows it.
  const file = isAbsolute(source) ? source : join(base, source);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') return fail('unreadable-file', `cannot read ${file}: ${message}`, undefined, 'source');
    const near = await neighbours(file);
    const hint = didYouMean(
      source,
      near.map(other => join(dirname(source), other)),
    );
    return fail(
      'unreadable-file',
      `there is no file ${file}`,
      hint ?? 'the path is relative to the playbook',
      'source',
    );
  }
  if (bytes.length > largest) return fail('too-large', `${file} is larger than 1 MB`, 'is it a script?', 'source');
  if (bytes.includes(0)) return fail('not-text', `${file} is no text`, 'name the .stp file, not a module', 'source');
  return { path: file, text: bytes.toString('utf8') };
}

async function neighbours(file: string): Promise<readonly string[]> {
  const names = await readdir(dirname(file)).catch((): string[] => []);
  return names.filter(name => name.endsWith('.stp'));
}
