import type { Event, EventBody, EventReader, EventSink } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';

export interface EventHub extends EventSink {
  close(): Promise<void>;
}

/** Stamps events with the run and the time, and hands them to every reader. */
export function createEventHub(run: RunId, readers: readonly EventReader[]): EventHub {
  return {
    emit(body: EventBody) {
      const event = { ...body, time: new Date().toISOString(), run } as Event;
      for (const reader of readers) reader.read(event);
    },
    congestion() {
      const waiting = readers.map(reader => reader.congestion()).filter(wait => wait !== undefined);
      if (waiting.length === 0) return undefined;
      return Promise.all(waiting).then(() => undefined);
    },
    async close() {
      for (const reader of readers) await reader.close();
    },
  };
}
