import type { EventSink } from '../model/event.ts';
import type { HostName, ModuleName } from '../model/ids.ts';

/** What was loaded where, heard from the events that pass through it. */
export interface LoadLog extends EventSink {
  /** Of a host that is gone: what it had loaded, and on whom else it was or is loaded. A clause. */
  tellOfVanished(host: HostName): string;
}

export function keepLoadLog(events: EventSink): LoadLog {
  const loads = new Map<HostName, Load[]>();
  return {
    emit(event) {
      if (event.kind === 'script-started') {
        const load: Load = { module: event.module, startedMs: performance.now(), seconds: undefined };
        loads.set(event.host, [...(loads.get(event.host) ?? []), load]);
      } else if (event.kind === 'script-finished') {
        const load = loads.get(event.host)?.find(({ module }) => module === event.module);
        if (load !== undefined) load.seconds = event.seconds;
      }
      events.emit(event);
    },
    congestion: () => events.congestion(),
    tellOfVanished(host) {
      const own = loads.get(host)?.at(-1);
      const seconds = own === undefined ? 0 : (own.seconds ?? (performance.now() - own.startedMs) / 1000);
      const after =
        own === undefined ? 'while a module was loaded' : `${seconds.toFixed(0)} s after ${own.module} was loaded`;
      const others = [...loads].filter(([name]) => name !== host);
      const isRunning = (of: readonly Load[]): boolean => of.some(load => load.seconds === undefined);
      const running = others.filter(([, of]) => isRunning(of)).map(([name]) => name);
      const ended = others.filter(([, of]) => !isRunning(of)).map(([name]) => name);
      const parts = [
        `${host} vanished ${after}`,
        ...(running.length === 0 ? [] : [`it is stopped on ${few(running)}, where modules are loaded too`]),
        ...(ended.length === 0 ? [] : [`${few(ended)} had modules loaded before`]),
        ...(others.length === 0 ? ['nothing was loaded on any other host'] : []),
      ];
      return parts.join('; ');
    },
  };
}

interface Load {
  readonly module: ModuleName;
  readonly startedMs: number;
  /** How long it ran; undefined while it runs. */
  seconds: number | undefined;
}

/** A line has room for some names. */
function few(names: readonly HostName[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
