import { join } from 'node:path';
import { type Event, type EventReader, playIndexOf, type RunFinished } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import { identifyOwnProcess } from '../locks/process-identity.ts';
import { measureDirectory } from '../prune/measure-directory.ts';
import { hostsFile } from '../read/has-host.ts';
import { createAppendFiles } from './append-files.ts';
import { createFullOutputs } from './full-outputs.ts';
import { createKeptLines } from './kept-lines.ts';
import { createOutputGatherer } from './output-gatherer.ts';
import { beginHead, endHead, type RunHeadFile } from './run-head-file.ts';
import { createSummaryCollector } from './run-summary.ts';
import { syncPath } from './sync-path.ts';
import { createWholeFiles } from './whole-files.ts';

export interface HistoryOptions {
  /** Called at most once, when something could not be written, most likely because of a full disk. The run goes on. */
  readonly onTrouble: (reason: string) => void;
}

/** Keeps a run in its directory as it happens. */
export interface HistoryWriter extends EventReader {
  readonly kept: NonNullable<EventReader['kept']>;
  /** Writes what is held back; resolves to whether all that was to be kept could be so far. Never rejects. */
  flush(): Promise<'complete' | 'incomplete'>;
}

/** `RunDirectory` says in which files. */
export function createHistoryWriter(directory: string, { onTrouble }: HistoryOptions): HistoryWriter {
  let isBroken = false;
  /** By a limit, of which the run tells itself. */
  let isCut = false;
  const trouble = (reason: string) => {
    if (!isBroken) onTrouble(`the history in ${directory} is incomplete: ${reason}`);
    isBroken = true;
  };
  const files = createAppendFiles(trouble);
  const wholes = createWholeFiles(directory, trouble);
  const lines = createKeptLines(directory, files, trouble);
  const collector = createSummaryCollector();
  const eventsFile = join(directory, 'events.ndjson');
  const output = createOutputGatherer(line => files.append(eventsFile, line));
  const full = createFullOutputs();
  const hosts = new Set<HostName>();
  let head: Promise<RunHeadFile> | undefined;
  let finished: RunFinished | undefined;
  let failedTimer: NodeJS.Timeout | undefined;

  const keepHosts = (names: readonly HostName[]) => {
    for (const name of names) {
      if (!hosts.has(name)) files.append(join(directory, hostsFile), `${name}\n`);
      hosts.add(name);
    }
  };
  const keepFailed = () => {
    clearTimeout(failedTimer);
    failedTimer = undefined;
    const failed = collector.failedHosts();
    if (failed.length > 0) void wholes.replace('failed.hosts', failed.map(host => `${host}\n`).join(''));
  };
  const keepEvent = (event: Event) => {
    if (event.kind === 'line' || event.kind === 'record') return output.add(event);
    output.flush();
    files.append(eventsFile, `${JSON.stringify(event)}\n`);
  };
  const keep = (event: Event, play: number | undefined) => {
    if (event.kind === 'line') lines.keep(event, play);
    else if (event.kind === 'output-full') {
      isCut = true;
      full.add(event, play);
      lines.close(event, play);
    } else if (event.kind === 'play-started') keepHosts(event.hosts);
    else if (event.kind === 'play-planned') {
      keepHosts(event.plan.hosts.map(({ name }) => name));
      lines.readPlan(event.plan, play);
      void wholes.replace('plan.json', toJson(collector.plans()));
    } else if (event.kind === 'run-started') {
      head = identifyOwnProcess().then(controller => beginHead(event, controller));
      void wholes.replace('run.json', head.then(toJson));
    } else if (event.kind === 'run-finished') finished = event;
    else if (event.kind === 'host-finished' && event.outcome.kind !== 'ok') {
      failedTimer ??= setTimeout(keepFailed, failedIntervalMs);
    }
  };
  const keepEnd = async () => {
    // A summary says that all is there: after a power cut too.
    await syncPath(eventsFile);
    const isWhole = () => !(isBroken || isCut);
    await wholes.replace('summary.json', toJson(collector.summary(isWhole())));
    const begun = await head;
    if (begun === undefined) return;
    const bytes = await measureDirectory(directory);
    const ended = endHead(begun, { at: new Date().toISOString(), finished, complete: isWhole(), bytes });
    await wholes.replace('run.json', toJson(ended));
  };

  return {
    read(event) {
      const play = playIndexOf(event);
      if (full.has(event, play)) return;
      collector.read(event, play);
      keepEvent(event);
      keep(event, play);
    },
    congestion: () => files.congestion(),
    kept: host => files.settle(lines.filesOf(host)),
    async flush() {
      output.flush();
      await files.flush();
      await wholes.settled();
      return isBroken ? 'incomplete' : 'complete';
    },
    async close() {
      output.flush();
      await files.close();
      keepFailed();
      // Before the summary is made: it says whether all could be kept.
      await wholes.settled();
      await keepEnd();
    },
  };
}

/** How long after a host has failed that is kept at the latest, in milliseconds. */
const failedIntervalMs = 500;

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
