import type { EventSink } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';

/** Who has had something loaded, and who was lost with it, heard from the events that pass through it. */
export interface LoadOutput extends EventSink {
  /** In the order in which something was loaded there first. */
  readonly loadedOn: ReadonlySet<HostName>;
  /** Lost with a module loaded: what became of them is being found out. */
  readonly lost: ReadonlySet<HostName>;
}

export function collectLoadOutput(events: EventSink): LoadOutput {
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
  };
}
