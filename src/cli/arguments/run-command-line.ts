import { CommanderError } from '@commander-js/extra-typings';
import { openFilesLimit } from '../../process/open-files-limit.ts';
import { explainOutOfFiles, outOfFiles } from '../../process/out-of-files.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { Interrupted } from '../session/catch-signals.ts';
import { exitCodeBeforehand } from '../session/exit-code-of-run.ts';
import { leaveGoneDirectory } from '../session/leave-gone-directory.ts';
import { watchOutput } from '../session/watch-output.ts';
import { describeProgram } from './describe-program.ts';
import { UnusableDefaults } from './take-defaults.ts';

/** Parses the arguments, runs the command, and resolves to the exit code. Nothing is thrown. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.ok;
  const output = watchOutput();
  // Cannot be asked when no file can be opened any more.
  openFilesLimit();
  leaveGoneDirectory();
  const program = describeProgram(result => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    const trouble = output.trouble();
    if (trouble === undefined || code === exitCodes.interrupted) return code;
    ownConsole.tell(`the output is incomplete: ${trouble}`);
    return code === exitCodes.ok ? exitCodes.hostFailed : code;
  } catch (error) {
    return explain(error);
  } finally {
    output.release();
  }
}

/** Prints why a command could not do its work; returns the exit code. */
function explain(error: unknown): ExitCode {
  // commander has printed what is wrong. Help and version end this way, too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof UnusableDefaults) {
    ownConsole.sayDiagnostics(error.diagnostics, 'text');
    return exitCodes.invalidInput;
  }
  if (error instanceof Interrupted) {
    if (error.stopCause === 'timeout') ownConsole.tell(error.message);
    return exitCodeBeforehand(error.stopCause);
  }
  const isOut = outOfFiles(error);
  if (isOut !== undefined) {
    const { cause, cure } = explainOutOfFiles(isOut);
    ownConsole.tell(`cannot go on: ${cause}; ${cure}`);
    return exitCodes.hostFailed;
  }
  ownConsole.tell(`a bug in tapbook: ${error instanceof Error ? error.stack : String(error)}`);
  return exitCodes.bug;
}
