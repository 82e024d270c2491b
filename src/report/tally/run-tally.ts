import { type Event, playIndexOf, type RunFinished, type RunStarted } from '../../model/event.ts';
import { newPlay, type PlayTally, readIntoPlay, stageOf, type Writable, type WritablePlay } from './play-tally.ts';

/** What a run has come to so far, as its events tell it. All times are the events' own, in milliseconds. */
export interface RunTally {
  readonly started?: Event & RunStarted;
  readonly finished?: RunFinished;
  readonly plays: readonly PlayTally[];
  /**
   * The play that the latest event belongs to: all plays are planned before the first one runs. What is built meanwhile for
   * a later one does not count.
   */
  readonly focus?: PlayTally;
  /** Texts of the notices that warn. */
  readonly warnings: readonly string[];
  /** Some of what scripts printed is not kept. */
  readonly isFull?: true;
}

/** Reads events into a tally. The tally is one object that changes: to be read anew each time that it is shown. */
export function createTally(): { readonly tally: RunTally; read(event: Event): void } {
  const tally: WritableTally = { plays: [], warnings: [] };
  return { tally, read: event => readInto(tally, event) };
}

type WritableTally = Writable<Omit<RunTally, 'plays' | 'warnings' | 'focus'>> & {
  plays: WritablePlay[];
  warnings: string[];
  focus?: WritablePlay;
};

function readInto(tally: WritableTally, event: Event): void {
  // The commonest by far, and they change nothing here.
  if (event.kind === 'line' || event.kind === 'record' || event.kind === 'histogram') return;
  const at = Date.parse(event.time);
  const number = playIndexOf(event);
  switch (event.kind) {
    case 'run-started':
      tally.started = event;
      return;
    case 'play-started':
      tally.focus = newPlay(event, at);
      tally.plays.push(tally.focus);
      return;
    case 'notice':
      if (event.severity === 'warning' && event.about !== 'stop') tally.warnings.push(event.text);
      return;
    case 'tables':
      return;
    case 'output-full':
      tally.isFull = true;
      return;
    case 'run-finished':
      tally.finished = event;
      return;
    case 'build-moved':
      // The run goes on, but somebody should see to that host.
      tally.warnings.push(`${event.to} took over from build host ${event.from}: ${event.failure.cause}`);
      break;
  }
  const play = number === undefined ? undefined : tally.plays[number];
  if (play === undefined) return;
  const isAhead = tally.plays.slice(0, number).some(one => goesAheadOf(one, event.kind, tally.started));
  if (!isAhead) tally.focus = play;
  readIntoPlay(play, event, at);
}

/** Whether what comes of a later play comes ahead: its builds, and the probes of its late hosts once the earlier play runs. */
function goesAheadOf(earlier: PlayTally, kind: Event['kind'], started: RunTally['started']): boolean {
  const isProbe = stageOf[kind] === 'probe' || kind === 'host-retry';
  return (stageOf[kind] === 'build' || (isProbe && earlier.stages.has('run'))) && !isThrough(earlier, started);
}

/** Whether nothing more is to come of a play. */
function isThrough({ plan, awaited, builds, outcomes }: PlayTally, started: RunTally['started']): boolean {
  if (plan === undefined || awaited.length > 0) return false;
  return started?.command === 'build'
    ? plan.builds.every(({ id }) => builds.get(id)?.result !== undefined)
    : plan.hosts.every(({ name }) => outcomes.has(name));
}
