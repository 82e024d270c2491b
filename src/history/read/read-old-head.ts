import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import type { RunHead } from '../../model/run-head.ts';
import { headOf } from '../write/run-head-file.ts';
import type { RunSummary } from '../write/run-summary.ts';
import { startOfRun } from './start-of-run.ts';

/** The head of a run whose `run.json` is missing or damaged, from its other files. */
export interface OldHead {
  readonly head: RunHead;
  /** `running`: it has no end, and something was written within the last day. */
  readonly state: 'finished' | 'running' | 'died';
}

/** From its summary, or the first of its events, or its plan: the first of them that is whole. Undefined where none is. */
export function readOldHead(directory: string, id: RunId): OldHead | undefined {
  const summary = readJson<RunSummary>(join(directory, 'summary.json'));
  if (summary?.format === 'tapbook-summary/1' && typeof summary.playbook === 'string') return fromSummary(summary, id);
  const state = isFresh(directory) ? 'running' : 'died';
  const event = readFirstEvent(join(directory, 'events.ndjson'));
  if (event?.kind === 'run-started') return { head: headOf(event), state };
  const plan = readJson<{ readonly playbook: string }>(join(directory, 'plan.json'));
  return typeof plan?.playbook === 'string' ? { head: headWithout(plan.playbook, id), state } : undefined;
}

/** Of a run that has written nothing at all: it was killed right after its folder was made, or has just made it. */
export function bareHead(id: RunId): OldHead {
  const head = headWithout('', id);
  return { head, state: Date.now() - Date.parse(head.started) < minuteMs ? 'running' : 'died' };
}

function headWithout(playbook: string, run: RunId): RunHead {
  const started = startOfRun(run);
  return { run, command: 'apply', version: '', playbook, playbookFile: playbook, inventory: [], started };
}

/** In which folder its playbook was meant is not known. */
function fromSummary(summary: Partial<RunSummary>, run: RunId): OldHead {
  const { command = 'apply', version = '', playbook = '', inventory = [], finished } = summary;
  const { started = startOfRun(run), repositories, ended, complete } = summary;
  return {
    head: {
      ...{ run, command, version, playbook, playbookFile: playbook, inventory, started },
      ...optional('repositories', repositories),
      ...optional('ended', ended),
      ...optional('finished', finished),
      ...optional('complete', complete),
    },
    state: finished === undefined ? 'died' : 'finished',
  };
}

function readJson<Shape>(path: string): Partial<Shape> | undefined {
  try {
    return Object(JSON.parse(readFileSync(path, 'utf8'))) as Partial<Shape>;
  } catch {
    return undefined;
  }
}

/** Without the rest of the file, which may be large. */
function readFirstEvent(path: string): Event | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(longestFirst);
      const length = readSync(file, bytes, 0, longestFirst, 0);
      const [line = ''] = bytes.toString('utf8', 0, length).split('\n', 1);
      const event = Object(JSON.parse(line)) as Partial<Event & { kind: 'run-started' }>;
      const words = [event.run, event.command, event.version, event.playbook, event.time];
      return words.every(word => typeof word === 'string') && Array.isArray(event.inventory)
        ? (event as Event)
        : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

const longestFirst = 65_536;

/** Its process is not known: it counts as running as long as something was written lately. */
function isFresh(directory: string): boolean {
  const changes = ['events.ndjson', 'plan.json', '.'].map(
    name => statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return Date.now() - Math.max(...changes) < dayMs;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
