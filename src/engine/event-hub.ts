import type { Event, EventBody, EventReader, EventSink, RunEvents } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';

export interface EventHub extends RunEvents {
  close(): Promise<void>;
}

/** Stamps events with the run, the time and the play that they belong to, and hands them to every reader. */
export function createEventHub(run: RunId, readers: readonly EventReader[]): EventHub {
  const stamp = createClock();
  const send = (event: Event): void => {
    for (const reader of readers) reader.read(event);
  };
  // Not a spread: of objects of many forms V8 copies those four times as slowly.
  const emit = (body: EventBody): void => send(Object.assign({}, body, { time: stamp(), run }));
  const congestion: EventSink['congestion'] = () => {
    const waiting = readers.map(reader => reader.congestion()).filter(wait => wait !== undefined);
    if (waiting.length === 0) return undefined;
    return Promise.all(waiting).then(() => undefined);
  };
  const bind = (playNumber: number): EventSink => {
    let play = '';
    return {
      emit(body) {
        if (body.kind === 'notice') return emit(body);
        if (body.kind === 'play-started') play = body.play;
        send(Object.assign({}, body, { time: stamp(), run, play, playNumber }));
      },
      congestion,
    };
  };
  const sinks: EventSink[] = [];
  return {
    emit,
    congestion,
    forPlay(index) {
      const sink = sinks[index] ?? bind(index + 1);
      sinks[index] = sink;
      return sink;
    },
    async close() {
      for (const reader of readers) await reader.close();
    },
  };
}

/** Where nobody listens. */
export const nobodyListens: RunEvents = {
  emit: () => undefined,
  congestion: () => undefined,
  forPlay: () => nobodyListens,
};

/** The time of day; written once for all that happens in the same millisecond, which may be hundreds of lines. */
function createClock(): () => string {
  let latest = Number.NaN;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== latest) text = new Date(now).toISOString();
    latest = now;
    return text;
  };
}
