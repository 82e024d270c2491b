import { resolve } from 'node:path';
import type { Event, RunFinished, RunStarted } from '../../model/event.ts';
import { optional } from '../../model/optional.ts';
import type { RunHead } from '../../model/run-head.ts';
import type { ProcessIdentity } from '../locks/process-identity.ts';
import { seriesOf } from '../read/series-of.ts';

/** What `run.json` holds: written when the run begins, and again when it ends. */
export interface RunHeadFile extends RunHead {
  readonly format: 'tapbook-run/1';
  /** The run's process, which tells a run that died from one that runs. */
  readonly controller: ProcessIdentity;
}

export function beginHead(event: Event & RunStarted, controller: ProcessIdentity): RunHeadFile {
  return { format: 'tapbook-run/1', ...headOf(event), controller };
}

/** The run's head by its first event. */
export function headOf(event: Event & RunStarted): RunHead {
  const { run, command, version, playbook, inventory, repositories, time } = event;
  return {
    run,
    command,
    version,
    playbook,
    playbookFile: resolve(playbook),
    inventory,
    ...optional('repositories', repositories),
    series: seriesOf(event),
    started: time,
  };
}

export function endHead(
  head: RunHeadFile,
  end: {
    readonly at: string;
    readonly finished: RunFinished | undefined;
    readonly complete: boolean;
    readonly bytes: number;
  },
): RunHeadFile {
  const { at, finished, complete, bytes } = end;
  if (finished === undefined) return { ...head, ended: at, complete, bytes };
  const { exitCode, seconds, hosts, builds, stopped } = finished;
  return {
    ...head,
    ended: at,
    finished: { exitCode, seconds, hosts, builds, ...optional('stopped', stopped) },
    complete,
    bytes,
  };
}

/** Undefined where it is no such file, or only half of one. */
export function parseHead(text: string): RunHeadFile | undefined {
  let read: Partial<RunHeadFile>;
  try {
    read = Object(JSON.parse(text)) as Partial<RunHeadFile>;
  } catch {
    return undefined;
  }
  const { format, run, command, playbook, playbookFile, started, controller, finished, inventory } = read;
  const words = [run, command, playbook, playbookFile, started];
  const isWhole =
    format === 'tapbook-run/1' &&
    words.every(word => typeof word === 'string') &&
    !Number.isNaN(Date.parse(started ?? '')) &&
    Array.isArray(inventory) &&
    Object(controller) === controller &&
    (finished === undefined ||
      (typeof finished.exitCode === 'number' &&
        typeof finished.seconds === 'number' &&
        Object(finished.hosts) === finished.hosts));
  return isWhole ? (read as RunHeadFile) : undefined;
}
