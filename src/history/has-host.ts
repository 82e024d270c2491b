import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of a run's directory: the hosts that it was about, one a line. */
export const hostsFile = 'hosts';

/**
 * Whether a run was about a host. Where an old run has no such file, its summary or its plan knows: there the host stands as a
 * whole word. Read without a thread for each file, as lists of thousands are.
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
