import type { Failure } from '../../model/outcome.ts';
import type { Mismatch } from './read-mismatch.ts';
import type { Supervision } from './supervision.ts';

/** What SystemTap's `Build-id mismatch` means, upon which the script was stopped. */
export function explainMismatch(
  { path, pid, expected, actual }: Mismatch,
  { artifact }: Pick<Supervision, 'artifact'>,
): Required<Pick<Failure, 'cause' | 'cure'>> {
  const who = pid === undefined ? 'a process' : `process ${pid}`;
  const ids =
    expected === undefined && actual === undefined
      ? ''
      : ` (its build-id is ${actual ?? 'not known'}, not ${expected ?? 'known'})`;
  const cause = `${who} runs another ${path} than the one that the module is for${ids}, and the script was stopped`;
  if (artifact.binaries.length > 0 && artifact.binaries.every(binary => binary.path !== path)) {
    return {
      cause: `${cause}: it has no breakpoint there, but what it reads of such a process is wrong`,
      cure: `restart what runs the former ${path}, then run it again`,
    };
  }
  return {
    cause: `${cause}: a breakpoint may have been in the middle of its code, and it may have been hurt`,
    cure: `restart ${pid === undefined ? 'it' : who}, since what it computes may be wrong by now, then run it again`,
  };
}
