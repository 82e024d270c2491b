import type { Event, EventBody, EventReader, EventSink } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';
import { createPlayTracker } from '../model/play-of-event.ts';

export interface EventHub extends EventSink {
  close(): Promise<void>;
}

/** Stamps events with the run, the time and the play that they belong to, and hands them to every reader. */
export function createEventHub(run: RunId, readers: readonly EventReader[]): EventHub {
  const stamp = createClock();
  const playOf = createPlayTracker();
  const plays: string[] = [];
  return {
    emit(body: EventBody) {
      // Not a spread: of objects of many forms V8 copies those four times as slowly.
      const event = Object.assign({}, body, { time: stamp(), run }) as Event & { play?: string };
      const number = playOf(event);
      if (event.kind === 'play-started') plays.push(event.play);
      const play = number === undefined ? undefined : plays[number];
      if (play !== undefined) event.play = play;
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
