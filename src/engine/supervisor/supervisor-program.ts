import type { ProbedBinary } from '../../model/binary.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import { caretakerScript } from './caretaker.generated.ts';
import { checkBinariesScript } from './check-binaries.generated.ts';
import { supervisorScript } from './supervisor.generated.ts';

/**
 * A supervisor's script with the text of its caretaker, and with what compares `binaries`, if there are any. Each of its commands,
 * such as an assignment and a `{ … }` group, is read whole by a shell before it runs.
 */
export function supervisorProgram(binaries: readonly ProbedBinary[]): string {
  const lines = binaries.map(({ path, buildId }) => `${buildId} ${path}\n`).join('');
  const compares = binaries.length === 0 ? '' : checkBinariesScript;
  return `binaries=${shellLine([lines])}\n${compares}caretaker=${shellLine([caretakerScript])}\n{\n${supervisorScript}}\n`;
}
