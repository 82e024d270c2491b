import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Event, EventReader, RunFinished } from '../model/event.ts';
import type { HostName, ModuleName } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlanDocument, PlannedPlay } from '../model/plan.ts';
import { hostFileName } from './host-file-name.ts';

/** How long something may be held back, in milliseconds: what a crash would lose. */
const longestDelay = 500;

/** How much may be held back, in characters, before whoever emits has to wait. */
const mostHeldBack = 8 * 1024 * 1024;

export interface HistoryOptions {
  /** Called once, when the directory cannot be written to any more: the run goes on without it. */
  readonly onTrouble: (reason: string) => void;
}

/**
 * Writes a run as it happens: `events.ndjson`, `output/HOST.txt` and `output/HOST.err.txt` (what scripts printed, as it
 * came), `files/…` where a script has an `output.file`; at the end `plan.json`, `summary.json` and `failed.hosts`.
 */
export function createHistoryWriter(directory: string, { onTrouble }: HistoryOptions): EventReader {
  const held = new Map<string, string[]>();
  const plays: PlannedPlay[] = [];
  const outcomes = new Map<HostName, HostOutcome>();
  const outputFiles = new Map<string, string>();
  let playbook = '';
  let heldBack = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let broken = false;

  const trouble = (error: Error): void => {
    if (!broken) onTrouble(`the history in ${directory} is incomplete: ${error.message}`);
    broken = true;
  };
  const hold = (file: string, text: string): void => {
    if (broken) return;
    const lines = held.get(file);
    if (lines === undefined) held.set(file, [text]);
    else lines.push(text);
    heldBack += text.length;
    timer ??= setTimeout(flush, longestDelay);
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const batch = [...held];
    held.clear();
    writing = writing.then(async () => {
      for (const [file, lines] of batch) {
        const text = lines.join('');
        heldBack -= text.length;
        await appendFile(join(directory, file), text, { mode: 0o600 }).catch(trouble);
      }
    });
    return writing;
  };
  const plan = (play: PlannedPlay): void => {
    plays.push(play);
    for (const host of play.hosts) {
      if (host.decision.kind !== 'run') continue;
      for (const { module, outputFile } of host.decision.scripts) {
        if (outputFile !== undefined) outputFiles.set(`${host.name}\n${module}`, join('files', outputFile));
      }
    }
    const folders = new Set([...outputFiles.values()].map(file => dirname(join(directory, file))));
    writing = writing.then(async () => {
      for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 }).catch(trouble);
    });
  };
  const line = (host: HostName, module: ModuleName, stream: 'stdout' | 'stderr', text: string): void => {
    hold(join('output', `${hostFileName(host)}${stream === 'stdout' ? '.txt' : '.err.txt'}`), `${text}\n`);
    const file = outputFiles.get(`${host}\n${module}`);
    if (file !== undefined && stream === 'stdout') hold(file, `${text}\n`);
  };
  const finish = async (event: Event & RunFinished): Promise<void> => {
    const failed = [...outcomes].filter(([, { kind }]) => ['failed', 'unreachable', 'left-behind'].includes(kind));
    const summary = { ...event, outcomes: Object.fromEntries(outcomes) };
    const write = (file: string, text: string): Promise<void> =>
      writeFileAtomic(join(directory, file), text, { mode: 0o600 }).catch(trouble);
    const document: PlanDocument = { format: 'tapbook-plan/1', playbook, plays };
    await write('plan.json', `${JSON.stringify(document, undefined, 2)}\n`);
    await write('summary.json', `${JSON.stringify(summary, undefined, 2)}\n`);
    await write('failed.hosts', failed.map(([host]) => `${host}\n`).join(''));
  };

  let finished: (Event & RunFinished) | undefined;
  return {
    read(event) {
      hold('events.ndjson', `${JSON.stringify(event)}\n`);
      if (event.kind === 'run-started') playbook = event.playbook;
      if (event.kind === 'play-planned') plan(event.plan);
      if (event.kind === 'line') line(event.host, event.module, event.stream, event.text);
      if (event.kind === 'host-finished') outcomes.set(event.host, event.outcome);
      if (event.kind === 'run-finished') finished = event;
    },
    congestion() {
      return heldBack > mostHeldBack && !broken ? flush() : undefined;
    },
    async close() {
      await flush();
      if (finished !== undefined) await finish(finished);
    },
  };
}
