import { constants, type Stats } from 'node:fs';
import { access, open } from 'node:fs/promises';

/**
 * A program begins with `#!`, or is an executable binary. The executable bit alone is not enough: on many file systems every
 * file has it, and a plain text must not be run by a shell.
 */
export async function judgeProgram(path: string, kind: Stats): Promise<'runs' | 'may not run' | 'no program'> {
  if (!kind.isFile()) return 'no program';
  const begin = await readBegin(path);
  const hasShebang = begin.subarray(0, 2).toString('latin1') === '#!';
  if (!hasShebang && !begin.includes(0)) return 'no program';
  const mayRun = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (mayRun) return 'runs';
  return hasShebang ? 'may not run' : 'no program';
}

async function readBegin(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
