import type { Event, OutputLine } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import type { RecordRead } from '../../model/records.ts';
import type { OutputBatch, OutputOrigin } from './output-batch.ts';

/** Gathers lines and records, and writes them as one `OutputBatch` for many. */
export interface OutputGatherer {
  add(event: Event & (OutputLine | RecordRead)): void;
  /** Writes what is gathered; before any other event, so that the order is kept. */
  flush(): void;
}

/** What is gathered is written after at most `gatherMs`. `write` gets whole lines, with their newlines. */
export function createOutputGatherer(write: (line: string) => void): OutputGatherer {
  let open: OpenBatch | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (open === undefined) return;
    const { time, run, from, parts } = open;
    const batch: OutputBatch = { kind: 'output', time, run, from, parts };
    open = undefined;
    write(`${JSON.stringify(batch)}\n`);
  };
  return {
    add(event) {
      open ??= begin(event);
      timer ??= setTimeout(flush, gatherMs);
      append(open, event);
      if (open.parts.length >= mostParts) flush();
    },
    flush,
  };
}

/** How long a line may wait here before it is handed on; a run that is killed loses so much. */
const gatherMs = 100;
const mostParts = 1_000;

/** The parts are those of `OutputBatch`. */
type OpenPart = [from: number, ms: number, what: number | (string | number)[]];
type OpenLines = [from: number, ms: number, lines: number];

interface OpenBatch extends Pick<OutputBatch, 'time' | 'run'> {
  readonly from: OutputOrigin[];
  readonly parts: OpenPart[];
  readonly indexes: Map<string, number>;
  /** The last part of each host, if it is lines. */
  readonly lines: Map<HostName, OpenLines>;
  readonly beganMs: number;
  latest: string;
  latestMs: number;
}

function begin({ time, run }: Event): OpenBatch {
  const state = { from: [], parts: [], indexes: new Map(), lines: new Map() };
  return { time, run, ...state, beganMs: Date.parse(time), latest: time, latestMs: 0 };
}

function append(batch: OpenBatch, event: Event & (OutputLine | RecordRead)): void {
  if (event.time !== batch.latest) {
    batch.latest = event.time;
    batch.latestMs = Date.parse(event.time) - batch.beganMs;
  }
  const ms = batch.latestMs;
  if (event.kind === 'record') {
    batch.parts.push([indexOf(batch, event), ms, Object.values(event.values)]);
    batch.lines.delete(event.host);
    return;
  }
  const from = indexOf(batch, event);
  const last = batch.lines.get(event.host);
  if (last !== undefined && last[0] === from && last[1] === ms) {
    last[2]++;
    return;
  }
  const part: OpenLines = [from, ms, 1];
  batch.parts.push(part);
  batch.lines.set(event.host, part);
}

function indexOf({ from, indexes }: OpenBatch, event: Event & (OutputLine | RecordRead)): number {
  const { host, module, playNumber } = event;
  const own =
    event.kind === 'line'
      ? event.stream
      : `${event.sample} ${event.section} ${JSON.stringify(Object.keys(event.values))}`;
  // Neither a host's name nor a module's has a blank in it.
  const key = `${playNumber} ${module} ${host} ${own}`;
  const known = indexes.get(key);
  if (known !== undefined) return known;
  indexes.set(key, from.length);
  return from.push(originOf(event)) - 1;
}

function originOf(event: Event & (OutputLine | RecordRead)): OutputOrigin {
  const { kind, host, module, play, playNumber } = event;
  const ofPlay = { ...optional('play', play), ...optional('playNumber', playNumber) };
  if (kind === 'line') return { kind, host, module, stream: event.stream, ...ofPlay };
  const { section, sample, values } = event;
  const place = { ...optional('section', section), ...optional('sample', sample) };
  return { kind, ...place, columns: Object.keys(values), host, module, ...ofPlay };
}
