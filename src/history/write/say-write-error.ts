import { explainOutOfFiles, outOfFiles } from '../../process/out-of-files.ts';

/** Why something could not be written, as a clause, with a cure where the system's words have none. */
export function sayWriteError(error: Error): string {
  const isOut = outOfFiles(error);
  if (isOut === undefined) return error.message;
  const { cause, cure } = explainOutOfFiles(isOut);
  return `${cause}; ${cure}`;
}
