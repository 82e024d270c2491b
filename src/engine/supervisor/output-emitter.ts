import type { EventSink, OutputLine, ScriptFinished } from '../../model/event.ts';
import { optional } from '../../model/optional.ts';
import type { PlannedPlay } from '../../model/plan.ts';
import { createOutputReader, plainOutput, type Reading } from '../../records/read-output.ts';
import type { ScriptBudget } from './keep-budget.ts';

/** Emits what a script prints on one host: each line, and the records and histograms that are read from lines. */
export interface OutputEmitter {
  emitLine(stream: OutputLine['stream'], text: string): void;
  /** Emits what the last lines were part of, and returns the counts for `script-finished`. Called once. */
  end(): Pick<ScriptFinished, 'lines' | 'unkept' | 'output'>;
}

export function createOutputEmitter(
  origin: Pick<OutputLine, 'host' | 'module'>,
  outputs: PlannedPlay['outputs'],
  events: EventSink,
  budget: ScriptBudget,
): OutputEmitter {
  const format = outputs?.find(({ module }) => module === origin.module)?.format ?? plainOutput;
  const reader = createOutputReader(format);
  const emit = (readings: readonly Reading[]) => {
    for (const reading of readings) events.emit({ ...reading, ...origin });
  };
  let lines = 0;
  return {
    emitLine(stream, text) {
      const full = budget.take(stream, text);
      if (full !== undefined) events.emit({ kind: 'output-full', ...origin, stream, ...full });
      events.emit({ kind: 'line', ...origin, stream, text });
      // stderr has staprun's warnings.
      if (stream !== 'stdout') return;
      lines++;
      emit(reader.read(text));
    },
    end() {
      emit(reader.end());
      return { lines, ...optional('unkept', budget.unkept()), ...optional('output', reader.counts()) };
    },
  };
}
