import { readdir } from 'node:fs/promises';
import { findShipped } from '../find-shipped.ts';

/** The names of the schemas that come with tapbook, sorted. */
export async function listSchemas(): Promise<readonly string[]> {
  const files = await readdir(await findShipped('schemas', 'playbook.schema.json'));
  return files.flatMap(file => (file.endsWith('.schema.json') ? [file.replace('.schema.json', '')] : [])).sort();
}
