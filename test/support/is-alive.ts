import { readFile } from 'node:fs/promises';

/** Whether a process runs; one that has ended and was not waited for does not. Who was sent KILL may still run for a moment: poll. */
export async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') X');
  return !/\) [ZX]/.test(status);
}
