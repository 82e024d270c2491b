import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of a run's directory: the hosts that it was about, one a line. */
export const hostsFile = 'hosts';

/**
 * Whether a run had a host. An old run without the file is searched in its summary or plan for the host's name as a whole
 * word. Files are read synchronously, without a thread for each, as for lists of thousands.
 */
export function hasHost(directory: string, host: string): boolean {
  const hosts = readText(join(directory, hostsFile));
  if (hosts !== undefined) return `\n${hosts}`.includes(`\n${host}\n`);
  const word = JSON.stringify(host);
  for (const name of ['summary.json', 'plan.json']) {
    const text = readText(join(directory, name));
    if (text !== undefined) return text.includes(`${word}: {`) || text.includes(`"name": ${word}`);
  }
  return false;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
