import type { Reader } from '../reader.ts';
import { hostOutput } from './host-output.ts';
import { inputFiles } from './input-files.ts';
import { keyFiles } from './key-files.ts';
import { runFolders } from './run-folders.ts';
import { scriptOutput } from './script-output.ts';
import { writtenWords } from './words.ts';

/** Every way by which a text of others comes into the program. */
export const readers: readonly Reader[] = [
  ...hostOutput,
  ...scriptOutput,
  ...inputFiles,
  ...keyFiles,
  ...writtenWords,
  ...runFolders,
];
