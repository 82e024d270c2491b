import type { Event, EventBody, EventReader, EventSink, RunEvents } from '../model/event.ts';
import type { HostName, RunId } from '../model/ids.ts';

export interface EventHub extends RunEvents {
  close(): Promise<void>;
}

/** Stamps events with their run, time and play, and hands them to every reader. */
export function createEventHub(run: RunId, readers: readonly EventReader[]): EventHub {
  const stamp = createClock();
  const send = (event: Event): void => {
    for (const reader of readers) reader.read(event);
  };
  // Not a spread: V8 spreads objects of many shapes four times as slowly.
  const emit = (body: EventBody): void => send(Object.assign({}, body, { time: stamp(), run }));
  const congestion: EventSink['congestion'] = () => {
    const waiting = readers.map(reader => reader.congestion()).filter(wait => wait !== undefined);
    if (waiting.length === 0) return undefined;
    return Promise.all(waiting).then(() => undefined);
  };
  const kept = async (host: HostName): Promise<string | undefined> => {
    const reasons = await Promise.all(readers.map(reader => reader.kept?.(host)));
    return reasons.find(reason => reason !== undefined);
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
      kept,
    };
  };
  const sinks: EventSink[] = [];
  return {
    emit,
    congestion,
    kept,
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

/** Discards every event. */
export const silentEvents: RunEvents = {
  emit: () => undefined,
  congestion: () => undefined,
  forPlay: () => silentEvents,
};

/** Hands on what notices say, and discards all else: for commands whose output is no stream of events. */
export function noticesTo(say: (text: string) => void): EventSink {
  return {
    emit(event) {
      if (event.kind === 'notice') say(event.text);
    },
    congestion: () => undefined,
  };
}

/** The time as ISO 8601, formatted once a millisecond: hundreds of lines may arrive in one. */
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
