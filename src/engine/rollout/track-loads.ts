import type { EventSink } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';

/** Passes events on, and learns from them which hosts had a module loaded and which were lost with one. */
export interface LoadTracker extends EventSink {
  /** In the order of their first load. */
  readonly loadedOn: ReadonlySet<HostName>;
  /** Lost with a module loaded, and not concluded yet. */
  readonly lost: ReadonlySet<HostName>;
}

export function trackLoads(events: EventSink): LoadTracker {
  const loadedOn = new Set<HostName>();
  const lost = new Set<HostName>();
  return {
    loadedOn,
    lost,
    emit(event) {
      if (event.kind === 'script-started') loadedOn.add(event.host);
      if (event.kind === 'script-finished' && event.end.kind === 'lost' && event.left.module !== 'none') {
        lost.add(event.host);
      }
      if (event.kind === 'host-finished') lost.delete(event.host);
      events.emit(event);
    },
    congestion: () => events.congestion(),
    kept: async host => events.kept?.(host),
  };
}
