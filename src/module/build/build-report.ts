import { keepEnds, type MostKept } from '../../model/keep-ends.ts';
import { printableLine } from '../../model/printable-text.ts';
import { splitLines } from '../../process/lines.ts';
import { splitAtNonce } from '../../process/nonce.ts';
import type { GeneratedProbes } from '../stap/read-generated-probes.ts';

/** Of a log that stands in an event, for each host that lacks the module; the log is a file of its own besides. */
export const mostOfDetail: MostKept = { all: 64_000, line: 2_000 };

/** A build host's report of a build: the lines of `build-module.sh`, and all that stap printed. */
export interface BuildReport {
  readonly log: string;
  /** `passed`: stap exceeded its time limit and was stopped. */
  readonly limit: 'kept' | 'passed';
  /** stap's exit code as in a shell; undefined where it was not begun or its end was not reported. */
  readonly exit: number | undefined;
  /** What failed before or after stap. */
  readonly failed: string | undefined;
  /** Where the module has breakpoints in user space, as its C has it; undefined if stap left none. */
  readonly probes: GeneratedProbes | undefined;
  /** The length of the module on standard output. */
  readonly moduleBytes: number | undefined;
}

/** Reads the script's standard error to its end, keeping so much of the log's beginning and end. */
export async function readBuildReport(
  stderr: AsyncIterable<Uint8Array>,
  nonce: string,
  most: MostKept,
): Promise<BuildReport> {
  let limit: BuildReport['limit'] = 'kept';
  let exit: number | undefined;
  let failed: string | undefined;
  let moduleBytes: number | undefined;
  let probeCount: number | undefined;
  const probes: string[] = [];
  const symbols: string[] = [];
  const log = keepEnds(most);
  for await (const line of splitLines(stderr, { maxLineBytes: 64 * 1024 })) {
    const { printed, words } = splitAtNonce(line, nonce);
    // stap's folder is a temporary one of ours, and is removed all the same.
    if (printed !== undefined && !keepsFolder.test(printed)) log.add(printed);
    if (words[0] === 'exit') exit = Number(words[1]);
    if (words[0] === 'limit') limit = 'passed';
    // Later failures follow from the first one.
    if (words[0] === 'failed') failed ??= printableLine(words.slice(1).join(' '), 500);
    if (words[0] === 'module') moduleBytes = Number(words[1]);
    if (words[0] === 'probes') probeCount = Number(words[1]);
    // What is left out of too many is missed later, and the module refused.
    if (words[0] === 'probe' && probes.length < mostLines) probes.push(words.slice(1).join(' '));
    if (words[0] === 'symbol' && symbols.length < mostLines) symbols.push(words.slice(1).join(' '));
  }
  const lines = log.lines();
  return {
    log: lines.map(line => `${line}\n`).join(''),
    limit,
    exit,
    failed,
    probes: probeCount === undefined ? undefined : { probes, symbols, count: probeCount },
    moduleBytes,
  };
}

const keepsFolder = /^Keeping temporary directory "[^"]*"$/;

/** Of each kind: a module has some for each file that it knows. */
const mostLines = 20_000;
