import { type Event, playIndexOf } from '../../model/event.ts';
import type { HostName, ModuleName } from '../../model/ids.ts';
import type { TablesMade } from '../../model/records.ts';
import { createTableMaker, type TableMaker } from '../../records/make-tables.ts';
import { tracedSeconds } from './traced-seconds.ts';

/** What a play has measured: its tables with every group, its histograms, and for how long each script traced. */
export interface PlayMeasures extends Pick<TablesMade, 'tables' | 'histograms'> {
  /** Seconds, of the hosts on which the script has ended. */
  readonly traced: ReadonlyMap<ModuleName, ReadonlyMap<HostName, number>>;
}

/** Reads the events of a run, those of output but not the lines, and gives what each of its plays has measured. */
export interface MeasureGatherer {
  read(event: Event): void;
  /** By the index of the play. */
  measures(): readonly PlayMeasures[];
}

export function createMeasureGatherer(): MeasureGatherer {
  const plays: Gathering[] = [];
  return {
    read(event) {
      const number = playIndexOf(event);
      if (number === undefined) return;
      plays[number] ??= { maker: createTableMaker(), begun: new Map(), traced: new Map() };
      readInto(plays[number], event);
    },
    measures: () =>
      Array.from(plays, play => {
        if (play === undefined) return { tables: [], histograms: [], traced: new Map() };
        const { tables, histograms } = play.maker.make({ top: Number.POSITIVE_INFINITY });
        return { tables, histograms, traced: play.traced };
      }),
  };
}

interface Gathering {
  /** Of this play only: two plays of a run may have one name. */
  readonly maker: TableMaker;
  /** `HOST MODULE` → when it began. */
  readonly begun: Map<string, number>;
  readonly traced: Map<ModuleName, Map<HostName, number>>;
}

function readInto({ maker, begun, traced }: Gathering, event: Event): void {
  maker.read(event);
  if (event.kind === 'script-started') begun.set(`${event.host} ${event.module}`, Date.parse(event.time));
  if (event.kind !== 'script-finished') return;
  const seconds = tracedSeconds(begun.get(`${event.host} ${event.module}`), event);
  if (seconds === undefined) return;
  const hosts = traced.get(event.module) ?? new Map<HostName, number>();
  traced.set(event.module, hosts.set(event.host, (hosts.get(event.host) ?? 0) + seconds));
}
