import type { EventSink, OutputLine, ScriptFinished } from '../../model/event.ts';
import type { PlannedPlay } from '../../model/plan.ts';
import { createOutputReader, plainOutput, type Reading } from '../../records/read-output.ts';

/** Makes events of what a script prints on one host: each line, and the records and histograms that lines are. */
export interface OutputTeller {
  tell(stream: OutputLine['stream'], text: string): void;
  /** What the last lines came to; called once, and says what belongs into the script's last event. */
  end(): Pick<ScriptFinished, 'output'>;
}

export function emitOutput(
  words: Pick<OutputLine, 'host' | 'module'>,
  outputs: PlannedPlay['outputs'],
  events: EventSink,
): OutputTeller {
  const format = outputs?.find(({ module }) => module === words.module)?.format ?? plainOutput;
  const reader = createOutputReader(format);
  const emit = (readings: readonly Reading[]) => {
    for (const reading of readings) events.emit({ ...reading, ...words });
  };
  return {
    tell(stream, text) {
      events.emit({ kind: 'line', ...words, stream, text });
      // On stderr there are staprun's warnings.
      if (stream === 'stdout') emit(reader.read(text));
    },
    end() {
      emit(reader.end());
      const output = reader.counts();
      return output === undefined ? {} : { output };
    },
  };
}
