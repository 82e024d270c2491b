import type { FullAt, OutputLine, ScriptFinished } from '../../model/event.ts';
import type { KeepLimits } from '../../model/keep-limits.ts';
import type { PlannedPlay, PlannedScript } from '../../model/plan.ts';

/** How much of what scripts print a run still keeps. */
export interface KeepBudget {
  /** For one script on one host. `outputs` says which scripts print records, which are kept beside their lines. */
  openScript(script: PlannedScript, outputs: PlannedPlay['outputs']): ScriptBudget;
}

export interface ScriptBudget {
  /** Counts a line. Where it is the first one of its stream that is not kept, returns why. */
  take(stream: OutputLine['stream'], text: string): FullAt | undefined;
  /** What is not kept so far. */
  unkept(): ScriptFinished['unkept'];
}

/** `onRunFull` is called once, when the run keeps nothing more of any script. */
export function createKeepBudget({ maxFileBytes, maxOutputBytes }: KeepLimits, onRunFull: () => void): KeepBudget {
  let keptBytes = 0;
  let isFull = false;
  const findLimit = (fileBytes: number, ownLimit: number, runBytes: number): FullAt | undefined => {
    if (fileBytes > ownLimit) return { limit: 'max_file', most: ownLimit };
    if (!isFull && keptBytes + runBytes <= maxOutputBytes) return undefined;
    if (!isFull) onRunFull();
    isFull = true;
    return { limit: 'max_output', most: maxOutputBytes };
  };
  return {
    openScript(script, outputs) {
      const ownLimit = script.maxFileBytes ?? maxFileBytes;
      const copies = copiesOf(script, outputs);
      const kept = { stdout: 0, stderr: 0 };
      const full: { stdout?: FullAt; stderr?: FullAt } = {};
      let lines = 0;
      let bytes = 0;
      return {
        take(stream, text) {
          const own = Buffer.byteLength(text) + 1;
          const wasFull = full[stream] !== undefined;
          const limit = full[stream] ?? findLimit(kept[stream] + own, ownLimit, own * copies[stream]);
          if (limit === undefined) {
            kept[stream] += own;
            keptBytes += own * copies[stream];
            return undefined;
          }
          full[stream] = limit;
          lines++;
          bytes += own;
          return wasFull ? undefined : limit;
        },
        unkept() {
          const limit = full.stdout ?? full.stderr;
          return limit === undefined ? undefined : { lines, bytes, ...limit };
        },
      };
    },
  };
}

/** How often a line is written: to its host's file, to one of its own, and as a record, which takes about twice its length. */
function copiesOf(
  { module, outputFile }: PlannedScript,
  outputs: PlannedPlay['outputs'],
): Readonly<Record<OutputLine['stream'], number>> {
  const format = outputs?.find(one => one.module === module)?.format;
  const hasRecords = format !== undefined && format.columns.length > 0;
  return { stdout: 1 + (outputFile === undefined ? 0 : 1) + (hasRecords ? 2 : 0), stderr: 1 };
}
