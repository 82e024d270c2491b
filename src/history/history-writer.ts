import { open } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { EventReader, OutputLine, RunFinished } from '../model/event.ts';
import type { PlannedPlay } from '../model/plan.ts';
import { createPlayTracker } from '../model/play-of-event.ts';
import { createAppendFiles } from './append-files.ts';
import { hostFileName } from './host-file-name.ts';
import { measureDirectory } from './measure-directory.ts';
import { outputFilePath } from './output-file.ts';
import { identifyOwnProcess } from './process-identity.ts';
import { beginHead, endHead, type RunHeadFile } from './run-head-file.ts';
import { createSummaryCollector } from './run-summary.ts';

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
  const playOf = createPlayTracker();
  const collector = createSummaryCollector();
  const outputFiles = new Map<string, string>();
  let head: Promise<RunHeadFile> | undefined;
  let finished: RunFinished | undefined;
  // One after the other, so that an older plan never replaces a newer one.
  let wholesWritten: Promise<void> = Promise.resolve();
  let failedTimer: NodeJS.Timeout | undefined;

  const writeWhole = async (name: string, text: string) => {
    try {
      await writeFileAtomic(join(directory, name), text, { mode: 0o600 });
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
  const keepFailed = () => {
    clearTimeout(failedTimer);
    failedTimer = undefined;
    const failed = collector.failedHosts();
    if (failed.length === 0) return;
    const text = failed.map(host => `${host}\n`).join('');
    wholesWritten = wholesWritten.then(() => writeWhole('failed.hosts', text));
  };
  const keepEnd = async () => {
    await writeWhole('summary.json', toJson(collector.summary(complete)));
    const begun = await head;
    if (begun !== undefined) {
      const bytes = await measureDirectory(directory);
      await writeWhole('run.json', toJson(endHead(begun, { at: new Date().toISOString(), finished, complete, bytes })));
    }
    await syncDirectory(directory);
  };
  const keepLine = ({ host, module, stream, text }: OutputLine, play: number | undefined) => {
    const ending = stream === 'stdout' ? 'txt' : 'err.txt';
    files.append(join(directory, 'output', `${hostFileName(host)}.${ending}`), `${text}\n`);
    const own = stream === 'stdout' ? outputFiles.get(`${play} ${host} ${module}`) : undefined;
    if (own !== undefined) files.append(own, `${text}\n`);
  };

  return {
    read(event) {
      const play = playOf(event);
      collector.read(event, play);
      files.append(join(directory, 'events.ndjson'), `${JSON.stringify(event)}\n`);
      if (event.kind === 'line') keepLine(event, play);
      else if (event.kind === 'play-planned') keepPlan(event.plan, play);
      else if (event.kind === 'run-started') {
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

/** So that the new names outlive a power cut too; file systems that cannot do that are left as they are. */
async function syncDirectory(path: string): Promise<void> {
  try {
    await using handle = await open(path);
    await handle.sync();
  } catch {
    // The files themselves are safe: whoever wrote them has synced each.
  }
}

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
