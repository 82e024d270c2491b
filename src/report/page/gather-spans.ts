import type { Event, HostProbed } from '../../model/event.ts';
import { endedInOrder } from '../../model/script-end.ts';

/** Something that took its time: a probe, a build, a script on a host. In milliseconds since 1970. */
export interface Span {
  readonly kind: 'probe' | 'canary' | 'build' | 'script';
  readonly name: string;
  readonly host: string;
  readonly from: number;
  /** Absent: nothing says that it ended. */
  readonly to?: number;
  readonly end: 'well' | 'badly' | 'unknown';
}

/** Collects what took time from a run's events, as they come. */
export function createSpanGatherer(): { read(event: Event): void; spans(): readonly Span[] } {
  const ended: Span[] = [];
  const open = new Map<string, Span>();
  return {
    read(event) {
      const at = Date.parse(event.time);
      const key = keyOf(event);
      const begun = beginningOf(event, at);
      if (begun !== undefined) open.set(key, { ...begun, end: 'unknown' });
      const end = endOf(event);
      const span = event.kind === 'host-probed' ? probeOf(event, at) : open.get(key);
      if (end === undefined || span === undefined) return;
      open.delete(key);
      ended.push({ ...span, to: at, end });
    },
    spans: () => [...ended, ...open.values()],
  };
}

/** The same for the beginning of something and its end. */
function keyOf(event: Event): string {
  switch (event.kind) {
    case 'canary-started':
    case 'canary-finished':
      return `canary ${event.buildHost} ${event.release} ${event.machine}`;
    case 'build-started':
    case 'build-finished':
      return `build ${event.build}`;
    case 'script-started':
    case 'script-finished':
      return `script ${event.host} ${event.module}`;
    default:
      return '';
  }
}

function beginningOf(event: Event, from: number): Omit<Span, 'to' | 'end'> | undefined {
  switch (event.kind) {
    case 'canary-started':
      return { kind: 'canary', name: `canary for ${event.release}`, host: event.buildHost, from };
    case 'build-started':
      return { kind: 'build', name: event.build, host: event.buildHost, from };
    case 'script-started':
      return { kind: 'script', name: event.module, host: event.host, from };
    default:
      return undefined;
  }
}

function endOf(event: Event): 'well' | 'badly' | undefined {
  switch (event.kind) {
    case 'host-probed':
    case 'canary-finished':
      return event.result.kind === 'ok' ? 'well' : 'badly';
    case 'build-finished':
      return event.result.kind === 'failed' ? 'badly' : 'well';
    case 'script-finished':
      return endedInOrder(event.end) ? 'well' : 'badly';
    default:
      return undefined;
  }
}

/** Of a probe only its end is told, with the time that it took. */
function probeOf({ host, seconds }: HostProbed, to: number): Span {
  return { kind: 'probe', name: 'probe', host, from: to - seconds * 1000, end: 'unknown' };
}
