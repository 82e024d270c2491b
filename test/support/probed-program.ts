import { readFile, realpath, rename, writeFile } from 'node:fs/promises';
import type { ProbedBinary } from '../../src/model/binary.ts';
import type { ElfBuildId } from '../../src/model/ids.ts';

/** The head of a note GNU, type 3, with 20 bytes. */
const head = Buffer.from('040000001400000003000000474e5500', 'hex');

/**
 * Puts a program at `path` that does as /bin/cat, with a build-id of 20 times this byte, in place of what is there: as an upgrade
 * does it, so that who runs the former file goes on with it.
 */
export async function installProgram(path: string, byte: number): Promise<ProbedBinary> {
  const bytes = await readFile(await realpath('/bin/cat'));
  const at = bytes.indexOf(head);
  if (at < 0) throw new Error('/bin/cat has no build-id of 20 bytes');
  bytes.fill(byte, at + head.length, at + head.length + 20);
  await writeFile(`${path}.new`, bytes, { mode: 0o755 });
  await rename(`${path}.new`, path);
  return { path, buildId: Buffer.alloc(20, byte).toString('hex') as ElfBuildId };
}
