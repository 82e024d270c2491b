import { open } from 'node:fs/promises';
import type { OutputLine } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import { outputPath } from '../write/output-path.ts';

/** The lines that a run keeps in its folder `output`, one after the other. */
export interface KeptTexts {
  /** The next so many of a host; fewer where the file has no more whole ones, or cannot be read. */
  take(host: HostName, stream: OutputLine['stream'], count: number): Promise<readonly string[]>;
}

/** No file stays open: a fleet has more hosts than a process may have open files. */
export function createKeptTexts(directory: string): KeptTexts {
  const files = new Map<string, Place>();
  return {
    async take(host, stream, count) {
      const path = outputPath(directory, host, stream);
      const place = files.get(path) ?? { offset: 0, begun: [], lines: [] };
      files.set(path, place);
      while (place.lines.length < count && (await readOn(path, place)));
      return place.lines.splice(0, count);
    },
  };
}

interface Place {
  /** Bytes that were read. */
  offset: number;
  /** The beginning of a line whose end is not read yet. */
  begun: Buffer[];
  readonly lines: string[];
}

/** Bytes at once: of thousands of hosts so much may be held. */
const pieceSize = 16 * 1024;

/** Whether there was more. */
async function readOn(path: string, place: Place): Promise<boolean> {
  const piece = await readPiece(path, place.offset).catch(() => Buffer.alloc(0));
  if (piece.length === 0) return false;
  place.offset += piece.length;
  let start = 0;
  for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, start)) {
    place.lines.push(Buffer.concat([...place.begun, piece.subarray(start, end)]).toString());
    place.begun = [];
    start = end + 1;
  }
  if (start < piece.length) place.begun.push(piece.subarray(start));
  return true;
}

const newline = 0x0a;

async function readPiece(path: string, offset: number): Promise<Buffer> {
  await using file = await open(path);
  const buffer = Buffer.alloc(pieceSize);
  const { bytesRead } = await file.read(buffer, 0, pieceSize, offset);
  return buffer.subarray(0, bytesRead);
}
