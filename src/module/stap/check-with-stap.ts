import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeTemporaryDirectory } from '../../process/temporary-directory.ts';
import { scriptFileName } from '../cache/artifact-key.ts';
import { diagnoseStapMessages } from './diagnose-stap-messages.ts';
import { runStap } from './run-stap.ts';
import { languageArgv, tapsetFolder } from './stap-argv.ts';
import type { StapCheck, StapVerdict } from './stap-check.ts';

export interface StapCheckContext {
  /** stap, as a path or by its name on the PATH. */
  readonly program: string;
  readonly signal: AbortSignal;
  readonly limitSeconds: number;
}

/**
 * Has this machine's stap parse and analyse a script (`stap -p2`), and turns its messages into findings of the playbook.
 * Without a kernel, stap gets the least that it accepts as a kernel tree, and what it then misses is not reported. Leaves
 * no files behind. `missing`: there is no such program.
 */
export async function checkWithStap(check: StapCheck, context: StapCheckContext): Promise<StapVerdict | 'missing'> {
  const { signal, limitSeconds, program } = context;
  await using directory = await makeTemporaryDirectory('tapbook-check-');
  const file = scriptFileName(check.source.path);
  const work = join(directory.path, 'work');
  await mkdir(work);
  await writeFile(join(work, file), check.source.text);
  await writeTapsets(check, work);
  const kernel = check.kernel ?? (await makeEmptyTree(directory.path));
  const run = await runStap([program, ...analysisArgv(check, kernel, file)], {
    directory: work,
    signal,
    limitSeconds,
  });
  if (run.kind === 'missing') return 'missing';
  if (run.kind === 'exited') return diagnoseStapMessages(run.messages, { check, file, failed: run.code !== 0 });
  const cause = run.kind === 'timed-out' ? `it did not end within ${limitSeconds} s` : run.cause;
  const message = `stap could not look at this script: ${cause}`;
  return { diagnostics: [{ severity: 'error', code: 'stap-failed', message, place: check.place }], isPartial: false };
}

/** A build's arguments without those for making a module. `-v` has stap print each of several similar errors. */
function analysisArgv({ args, options }: StapCheck, kernel: string, file: string): readonly string[] {
  return ['-p2', '-v', '-r', kernel, ...languageArgv(options), '--', file, ...args.map(({ text }) => text)];
}

async function writeTapsets({ options }: StapCheck, work: string): Promise<void> {
  for (const [index, { files }] of (options.tapsets ?? []).entries()) {
    for (const { path, text } of files) {
      const file = join(work, tapsetFolder(index), path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }
}

/** The files that stap needs before it reads a script: an empty configuration and symbol list, and a release. */
async function makeEmptyTree(directory: string): Promise<string> {
  const tree = join(directory, 'kernel');
  await mkdir(join(tree, 'include/config'), { recursive: true });
  await writeFile(join(tree, '.config'), '');
  await writeFile(join(tree, 'Module.symvers'), '');
  await writeFile(join(tree, 'include/config/kernel.release'), '6.1.0-tapbook\n');
  return tree;
}
