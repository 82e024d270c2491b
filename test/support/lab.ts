import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = new URL('../lab/lab.sh', import.meta.url).pathname;

/** What `lab.sh env` says of the fleet that is up. */
export async function labEnvironment(): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await run('bash', [script, 'env']);
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map(line => /^(?:export )?(\w+)=(.*)$/.exec(line))
      .flatMap(match => (match === null ? [] : [[match[1] ?? '', (match[2] ?? '').replace(/^(['"])(.*)\1$/, '$2')]])),
  );
}

/** The folder of this run of the lab's tests. */
export const labRun: string = process.env['TAPBOOK_LAB_RUN'] ?? '';

/** The cache that all tests of this run share, and a history of one's own. */
export function labHome(home: string): Readonly<Record<string, string>> {
  return { XDG_CACHE_HOME: join(labRun, 'cache'), XDG_STATE_HOME: join(home, 'state') };
}

/** Runs a command on a lab host, past tapbook. */
export async function onLabHost(host: string, command: string): Promise<string> {
  const { stdout } = await run('bash', [script, 'ssh', host, command], { timeout: 300_000 });
  return stdout;
}

/** What tapbook may not leave on a target: its modules, its folders, its locks, its processes. */
export async function leftOnTarget(host: string, modules: readonly string[]): Promise<readonly string[]> {
  const names = modules.join('|');
  const look = [
    `grep -E '^(${names}) ' /proc/modules | sed 's/^/module /'`,
    "ls -d /tmp/tapbook-* /var/tmp/tapbook-* /run/tapbook-* 2>/dev/null | sed 's/^/folder /'",
    `ps -eo args | grep -E '[t]apbook-supervisor|[s]tapio|[s]taprun' | sed 's/^/process /'`,
  ].join('; ');
  const output = await onLabHost(host, `${look}; true`);
  return output.split('\n').filter(line => line !== '');
}

/** Puts bytes into a file there. */
export async function sendToLabHost(host: string, path: string, bytes: Uint8Array): Promise<void> {
  const child = run('bash', [script, 'ssh', host, `cat >${path}`], { timeout: 60_000 });
  child.child.stdin?.end(bytes);
  await child;
}
