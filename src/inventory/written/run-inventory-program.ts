import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { runProgram } from '../../process/run-program.ts';

/** How long one call may take, in milliseconds, and how much it may print, in bytes. */
const limitMs = 30_000;
const mostBytes = 64 * 1024 * 1024;
const shownLines = 5;

/**
 * Runs a program and returns what it prints. As in Ansible, it is started by its absolute path, in the directory of this
 * process. It has no stdin, and a process group of its own, which is ended if it takes too long or prints too much. The error
 * is a sentence that ends with the last lines of stderr. Throws the reason of `signal`.
 */
export async function runInventoryProgram(
  path: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Result<string, string>> {
  const ran = await runProgram([path, ...args], { signal, limitMs, output: { mostBytes }, group: 'own' });
  if (!ran.ok) return err(`${ran.error.cause}${lastLines(ran.error.says)}`);
  const bytes = ran.value.output;
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') && !bytes.equals(Buffer.from(text)) ? err('prints what is no UTF-8') : ok(text);
}

function lastLines(complaint: string): string {
  const lines = complaint
    .split(/\r?\n/)
    .map(line => printableLine(line))
    .filter(line => line !== '');
  return lines.length === 0 ? '' : `; it says: ${lines.slice(-shownLines).join(' | ').slice(-1_000)}`;
}
