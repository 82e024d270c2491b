import { open } from 'node:fs/promises';

/** The first lines of a file, whole, as many as fit into so many bytes; a single longer line is cut. Throws what `open` throws. */
export async function readBeginning(path: string, mostBytes: number): Promise<{ lines: string[]; isWhole: boolean }> {
  await using file = await open(path);
  const buffer = Buffer.alloc(mostBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  const isWhole = length <= mostBytes;
  const lastEnd = buffer.lastIndexOf('\n', mostBytes - 1);
  const end = isWhole ? length : lastEnd === -1 ? mostBytes : lastEnd + 1;
  const lines = buffer.toString('utf8', 0, end).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { lines, isWhole };
}
