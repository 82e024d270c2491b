import type { Event, OutputFull } from '../../model/event.ts';

/** Knows of which scripts on which hosts nothing more is kept. */
export interface FullOutputs {
  add(full: OutputFull, play: number | undefined): void;
  /** Whether an event is, or was read from, output that is not kept. */
  has(event: Event, play: number | undefined): boolean;
}

export function createFullOutputs(): FullOutputs {
  const full = new Set<string>();
  const keyOf = ({ host, module }: Pick<OutputFull, 'host' | 'module'>, stream: OutputFull['stream'], play?: number) =>
    `${play} ${host} ${module} ${stream}`;
  return {
    add: (event, play) => void full.add(keyOf(event, event.stream, play)),
    has(event, play) {
      if (full.size === 0) return false;
      if (event.kind === 'line') return full.has(keyOf(event, event.stream, play));
      return (event.kind === 'record' || event.kind === 'histogram') && full.has(keyOf(event, 'stdout', play));
    },
  };
}
