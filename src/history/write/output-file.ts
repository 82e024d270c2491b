import { isAbsolute, join, normalize, sep } from 'node:path';

/** The path of a script's own output file below the run's `files/`, or undefined where it would lead out of it. */
export function outputFilePath(runDirectory: string, outputFile: string): string | undefined {
  const path = normalize(outputFile);
  const leadsOut = isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`);
  if (leadsOut || path === '.' || path.endsWith(sep) || path.includes('\0')) return undefined;
  return join(runDirectory, 'files', path);
}
