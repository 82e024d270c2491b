import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { type EventReader, type OutputLine, playIndexOf, type RunFinished } from '../model/event.ts';
import type { HostName } from '../model/ids.ts';
import type { PlannedPlay } from '../model/plan.ts';
import { createAppendFiles } from './append-files.ts';
import { hostsFile } from './has-host.ts';
import { hostFileName } from './host-file-name.ts';
import { measureDirectory } from './measure-directory.ts';
import { outputFilePath } from './output-file.ts';
import { identifyOwnProcess } from './process-identity.ts';
import { beginHead, endHead, type RunHeadFile } from './run-head-file.ts';
import { createSummaryCollector } from './run-summary.ts';
import { syncPath } from './sync-path.ts';

export interface HistoryOptions {
  /** Something could not be kept, most likely for a full disk; the run goes on without it. Called once at most. */
  readonly onTrouble: (reason: string) => void;
}

/** Keeps a run in its directory as it happens; `RunDirectory` says in which files. */
export function createHistoryWriter(directory: string, { onTrouble }: HistoryOptions): EventReader {
  let complete = true;
  const trouble = (reason: string) => {
    if (complete) onTrouble(`the history in ${directory} is incomplete: ${reason}`);
    complete = false;
  };
  const files = createAppendFiles(error => trouble(error.message));
  const collector = createSummaryCollector();
  const outputFiles = new Map<string, string>();
  const hosts = new Set<HostName>();
  let head: Promise<RunHeadFile> | undefined;
  let finished: RunFinished | undefined;
  // One after the other, so that an older plan never replaces a newer one.
  let wholesWritten: Promise<void> = Promise.resolve();
  let failedTimer: NodeJS.Timeout | undefined;

  const writeWhole = async (name: string, text: string) => {
    try {
      // It syncs the file; the name is in the directory.
      await writeFileAtomic(join(directory, name), text, { mode: 0o600 });
      await syncPath(directory);
    } catch (error) {
      trouble((error as Error).message);
    }
  };
  const keepPlan = (plan: PlannedPlay, play: number | undefined) => {
    for (const { host, module, file } of namedOutputFiles(plan)) {
      const path = outputFilePath(directory, file);
      if (path === undefined) trouble(`output.file ${JSON.stringify(file)} leads out of the run's directory`);
      else outputFiles.set(`${play} ${host} ${module}`, path);
    }
    const text = toJson(collector.plans());
    wholesWritten = wholesWritten.then(() => writeWhole('plan.json', text));
  };
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
    if (failed.length === 0) return;
    const text = failed.map(host => `${host}\n`).join('');
    wholesWritten = wholesWritten.then(() => writeWhole('failed.hosts', text));
  };
  const keepEnd = async () => {
    // A summary says that all is there: after a power cut too.
    await syncPath(join(directory, 'events.ndjson'));
    await writeWhole('summary.json', toJson(collector.summary(complete)));
    const begun = await head;
    if (begun !== undefined) {
      const bytes = await measureDirectory(directory);
      await writeWhole('run.json', toJson(endHead(begun, { at: new Date().toISOString(), finished, complete, bytes })));
    }
  };
  const eventsFile = join(directory, 'events.ndjson');
  // A host may print millions of lines.
  const hostFiles = { stdout: new Map<string, string>(), stderr: new Map<string, string>() };
  const hostFile = (host: OutputLine['host'], stream: OutputLine['stream']) => {
    const ending = stream === 'stdout' ? 'txt' : 'err.txt';
    const path = hostFiles[stream].get(host) ?? join(directory, 'output', `${hostFileName(host)}.${ending}`);
    hostFiles[stream].set(host, path);
    return path;
  };
  const keepLine = ({ host, module, stream, text }: OutputLine, play: number | undefined) => {
    const line = `${text}\n`;
    files.append(hostFile(host, stream), line);
    if (stream === 'stderr' || outputFiles.size === 0) return;
    const own = outputFiles.get(`${play} ${host} ${module}`);
    if (own !== undefined) files.append(own, line);
  };

  return {
    read(event) {
      const play = playIndexOf(event);
      collector.read(event, play);
      files.append(eventsFile, `${JSON.stringify(event)}\n`);
      if (event.kind === 'line') keepLine(event, play);
      else if (event.kind === 'play-started') keepHosts(event.hosts);
      else if (event.kind === 'play-planned') {
        keepHosts(event.plan.hosts.map(({ name }) => name));
        keepPlan(event.plan, play);
      } else if (event.kind === 'run-started') {
        const own = identifyOwnProcess().then(controller => beginHead(event, controller));
        head = own;
        wholesWritten = wholesWritten.then(async () => writeWhole('run.json', toJson(await own)));
      } else if (event.kind === 'run-finished') finished = event;
      else if (event.kind === 'host-finished' && event.outcome.kind !== 'ok') {
        failedTimer ??= setTimeout(keepFailed, failedIntervalMs);
      }
    },
    congestion: () => files.congestion(),
    async close() {
      await files.close();
      keepFailed();
      await wholesWritten;
      await keepEnd();
    },
  };
}

/** Who failed is kept at most so much later. */
const failedIntervalMs = 500;

function* namedOutputFiles(plan: PlannedPlay): Generator<{ host: string; module: string; file: string }> {
  for (const { name, decision } of plan.hosts) {
    if (decision.kind !== 'run') continue;
    for (const { module, outputFile } of decision.scripts) {
      if (outputFile !== undefined) yield { host: name, module, file: outputFile };
    }
  }
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
