import type { Event, RunFinished, RunStarted } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { type HostOutcome, isFailure, outcomeByPlan } from '../../model/outcome.ts';
import type { PlannedPlay } from '../../model/plan.ts';

/** What `summary.json` holds. */
export interface RunSummary {
  readonly format: 'tapbook-summary/1';
  readonly run?: string;
  readonly command?: RunStarted['command'];
  readonly version?: string;
  readonly playbook?: string;
  readonly inventory?: readonly string[];
  readonly repositories?: RunStarted['repositories'];
  /** The first event's time and the last one's. */
  readonly started?: string;
  readonly ended?: string;
  /** Absent where the run was cut short before it could say so. */
  readonly finished?: Pick<RunFinished, 'exitCode' | 'stopped' | 'seconds' | 'hosts' | 'builds'>;
  readonly plays: readonly { readonly name: string; readonly hosts: Readonly<Record<string, HostOutcome>> }[];
  /** False where some events or output could not be kept. */
  readonly complete: boolean;
}

/** Gathers what is written at a run's end. */
export interface SummaryCollector {
  /** `play`: the number of the play that the event belongs to. */
  read(event: Event, play: number | undefined): void;
  /** What plan.json holds. */
  plans(): { readonly format: 'tapbook-plan/1'; readonly playbook: string; readonly plays: readonly PlannedPlay[] };
  summary(complete: boolean): RunSummary;
  /** The hosts to run again: failed, unreachable, or with something left behind; in the order of the inventory. */
  failedHosts(): readonly HostName[];
}

export function createSummaryCollector(): SummaryCollector {
  let begun: (Event & RunStarted) | undefined;
  let finished: RunFinished | undefined;
  let started: string | undefined;
  let ended: string | undefined;
  const plans: PlannedPlay[] = [];
  const plays: { readonly name: string; readonly outcomes: Map<HostName, HostOutcome | undefined> }[] = [];
  return {
    read(event, play) {
      started ??= event.time;
      ended = event.time;
      const outcomes = play === undefined ? undefined : plays[play]?.outcomes;
      if (event.kind === 'run-started') begun = event;
      else if (event.kind === 'run-finished') finished = event;
      else if (event.kind === 'play-started') {
        // With every host from the start, the outcomes keep the order of the inventory.
        plays.push({ name: event.play, outcomes: new Map(event.hosts.map(host => [host, undefined])) });
      } else if (event.kind === 'play-planned') {
        if (event.joined !== undefined) plans.pop();
        plans.push(event.plan);
        for (const [host, outcome] of decidedByPlan(event.plan)) outcomes?.set(host, outcome);
      } else if (event.kind === 'host-finished') outcomes?.set(event.host, event.outcome);
    },
    plans: () => ({ format: 'tapbook-plan/1', playbook: begun?.playbook ?? '', plays: plans }),
    summary: complete => ({
      format: 'tapbook-summary/1',
      ...(begun === undefined ? {} : beginningOf(begun)),
      ...(started === undefined ? {} : { started }),
      ...(ended === undefined ? {} : { ended }),
      ...(finished === undefined ? {} : { finished: endOf(finished) }),
      plays: plays.map(({ name, outcomes }) => ({ name, hosts: Object.fromEntries(known(outcomes)) })),
      complete,
    }),
    failedHosts() {
      const outcomes = plays.flatMap(play => known(play.outcomes));
      return [...new Set(outcomes.filter(([, outcome]) => isFailure(outcome)).map(([host]) => host))];
    },
  };
}

/** The outcome of a host that the plan leaves out, unless a later event gives another. */
function* decidedByPlan(plan: PlannedPlay): Generator<[HostName, HostOutcome]> {
  for (const { name, decision } of plan.hosts) {
    const outcome = outcomeByPlan(decision);
    if (outcome !== undefined) yield [name, outcome];
  }
}

function known(outcomes: ReadonlyMap<HostName, HostOutcome | undefined>): [HostName, HostOutcome][] {
  return [...outcomes].flatMap(([host, outcome]) => (outcome === undefined ? [] : [[host, outcome]]));
}

function beginningOf(begun: Event & RunStarted): Partial<RunSummary> {
  const { run, command, version, playbook, inventory, repositories } = begun;
  return { run, command, version, playbook, inventory, ...optional('repositories', repositories) };
}

function endOf({ exitCode, stopped, seconds, hosts, builds }: RunFinished): NonNullable<RunSummary['finished']> {
  return { exitCode, ...optional('stopped', stopped), seconds, hosts, builds };
}
