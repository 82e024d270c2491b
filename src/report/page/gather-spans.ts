import type { Event } from '../../model/event.ts';
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
  const begin = (key: string, span: Omit<Span, 'end' | 'to'>): void => {
    open.set(key, { ...span, end: 'unknown' });
  };
  const finish = (key: string, event: Event, end: 'well' | 'badly'): void => {
    const span = open.get(key);
    open.delete(key);
    if (span !== undefined) ended.push({ ...span, to: Date.parse(event.time), end });
  };
  return {
    read(event) {
      const at = Date.parse(event.time);
      switch (event.kind) {
        case 'host-probed':
          ended.push({
            kind: 'probe',
            name: 'probe',
            host: event.host,
            from: at - event.seconds * 1000,
            to: at,
            end: event.result.kind === 'ok' ? 'well' : 'badly',
          });
          return;
        case 'canary-started':
          begin(`canary ${event.buildHost} ${event.release} ${event.machine}`, {
            kind: 'canary',
            name: `canary for ${event.release}`,
            host: event.buildHost,
            from: at,
          });
          return;
        case 'canary-finished':
          finish(
            `canary ${event.buildHost} ${event.release} ${event.machine}`,
            event,
            event.result.kind === 'ok' ? 'well' : 'badly',
          );
          return;
        case 'build-started':
          begin(`build ${event.build}`, { kind: 'build', name: event.build, host: event.buildHost, from: at });
          return;
        case 'build-finished':
          finish(`build ${event.build}`, event, event.result.kind === 'failed' ? 'badly' : 'well');
          return;
        case 'script-started':
          begin(`script ${event.host} ${event.module}`, {
            kind: 'script',
            name: event.module,
            host: event.host,
            from: at,
          });
          return;
        case 'script-finished':
          finish(`script ${event.host} ${event.module}`, event, endedInOrder(event.end) ? 'well' : 'badly');
          return;
      }
    },
    spans: () => [...ended, ...open.values()],
  };
}
