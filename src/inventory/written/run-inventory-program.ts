import { err, ok, type Result } from '../../model/result.ts';
import { runProgram } from '../../process/run-program.ts';
import { sayLastLines } from '../../process/say-last-lines.ts';

/** How long one call may take, in milliseconds, and how much it may print, in bytes. */
const limitMs = 30_000;
const mostBytes = 64 * 1024 * 1024;

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
  if (!ran.ok) return err(`${ran.error.cause}${sayLastLines(ran.error.says)}`);
  const bytes = ran.value.output;
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') && !bytes.equals(Buffer.from(text)) ? err('prints what is no UTF-8') : ok(text);
}
