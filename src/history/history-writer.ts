import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { EventReader, OutputLine } from '../model/event.ts';
import type { PlannedPlay } from '../model/plan.ts';
import { createPlayTracker } from '../model/play-of-event.ts';
import { createAppendFiles } from './append-files.ts';
import { hostFileName } from './host-file-name.ts';
import { outputFilePath } from './output-file.ts';
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
  // One after the other, so that an older plan never replaces a newer one.
  let plansWritten: Promise<void> = Promise.resolve();

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
    plansWritten = plansWritten.then(() => writeWhole('plan.json', text));
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
    },
    congestion: () => files.congestion(),
    async close() {
      await files.close();
      await plansWritten;
      const failed = collector.failedHosts();
      if (failed.length > 0) await writeWhole('failed.hosts', failed.map(host => `${host}\n`).join(''));
      await writeWhole('summary.json', toJson(collector.summary(complete)));
    },
  };
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
