import { splitLines } from '../../process/lines.ts';
import { splitAtNonce } from '../../process/nonce.ts';

/** A build host's report of a build: the lines of `build-module.sh`, and all that stap printed. */
export interface BuildReport {
  readonly log: string;
  /** `passed`: stap exceeded its time limit and was stopped. */
  readonly limit: 'kept' | 'passed';
  /** stap's exit code as in a shell; undefined where it was not begun or its end was not reported. */
  readonly exit: number | undefined;
  /** What failed before or after stap. */
  readonly failed: string | undefined;
  /** The length of the module on standard output. */
  readonly moduleBytes: number | undefined;
}

/** Reads the script's standard error to its end, keeping the first `mostBytes` of the log. */
export async function readBuildReport(
  stderr: AsyncIterable<Uint8Array>,
  nonce: string,
  mostBytes: number,
): Promise<BuildReport> {
  let limit: BuildReport['limit'] = 'kept';
  let exit: number | undefined;
  let failed: string | undefined;
  let moduleBytes: number | undefined;
  const lines: string[] = [];
  let length = 0;
  for await (const line of splitLines(stderr, { maxLineBytes: 64 * 1024 })) {
    const { printed, words } = splitAtNonce(line, nonce);
    if (printed !== undefined) {
      length += printed.length + 1;
      if (length <= mostBytes) lines.push(printed);
    }
    if (words[0] === 'exit') exit = Number(words[1]);
    if (words[0] === 'limit') limit = 'passed';
    // Later failures follow from the first one.
    if (words[0] === 'failed') failed ??= words.slice(1).join(' ');
    if (words[0] === 'module') moduleBytes = Number(words[1]);
  }
  return { log: lines.map(line => `${line}\n`).join(''), limit, exit, failed, moduleBytes };
}
