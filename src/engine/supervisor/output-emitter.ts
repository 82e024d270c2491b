import type { EventSink, OutputLine, ScriptFinished } from '../../model/event.ts';
import type { PlannedPlay } from '../../model/plan.ts';
import { createOutputReader, plainOutput, type Reading } from '../../records/read-output.ts';

/** Emits what a script prints on one host: each line, and the records and histograms that are read from lines. */
export interface OutputEmitter {
  emitLine(stream: OutputLine['stream'], text: string): void;
  /** Emits what the last lines were part of, and returns the counts for `script-finished`. Called once. */
  end(): Pick<ScriptFinished, 'lines' | 'output'>;
}

export function createOutputEmitter(
  origin: Pick<OutputLine, 'host' | 'module'>,
  outputs: PlannedPlay['outputs'],
  events: EventSink,
): OutputEmitter {
  const format = outputs?.find(({ module }) => module === origin.module)?.format ?? plainOutput;
  const reader = createOutputReader(format);
  const emit = (readings: readonly Reading[]) => {
    for (const reading of readings) events.emit({ ...reading, ...origin });
  };
  let lines = 0;
  return {
    emitLine(stream, text) {
      events.emit({ kind: 'line', ...origin, stream, text });
      // stderr has staprun's warnings.
      if (stream !== 'stdout') return;
      lines++;
      emit(reader.read(text));
    },
    end() {
      emit(reader.end());
      const output = reader.counts();
      return output === undefined ? { lines } : { lines, output };
    },
  };
}
