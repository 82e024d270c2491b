import type { Change, OnDrift } from '../../model/drift.ts';
import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { HostName } from '../../model/ids.ts';
import type { PlannedHost, PlannedPlay } from '../../model/plan.ts';
import { type Rechecked, recheckConnection, recheckHost } from '../../plan/saved/recheck-host.ts';
import type { HostBasis, PlayBasis } from '../../plan/saved/saved-plan.ts';
import type { Target } from '../../plan/target.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import { surveyTargets } from '../fleet/survey.ts';
import type { SelectedPlay } from '../sources/select-plays.ts';
import type { PlanContext } from './plan-plays.ts';
import { probedPathsOf } from './probed-files-of.ts';
import { targetsOf } from './read-survey.ts';

/** A play of a saved plan, with its hosts as the inventory has them now; hosts that are gone from it are missing. */
export interface SavedPlay {
  readonly planned: PlannedPlay;
  readonly basis: PlayBasis;
  readonly selected: SelectedPlay<PlannablePlay>;
}

/** What was found on the hosts on which a saved play runs something. */
export interface SavedPlaySurvey {
  /** In the order of the plan. */
  readonly running: readonly HostName[];
  /** The hosts that were probed. */
  readonly targets: ReadonlyMap<HostName, Target>;
  /** The hosts that are not as planned, with what has changed. */
  readonly drift: Map<HostName, readonly Change[]>;
  /** The hosts that are as planned, but cannot run it now. */
  readonly blocked: Map<HostName, BlockedDecision>;
}

export type BlockedDecision = Extract<Rechecked, { kind: 'blocked' }>['decision'];

/** Probes the hosts of a saved play again. A host whose connection has changed is probed only if it is to be replanned. */
export async function surveySavedPlay(
  { planned, basis, selected }: SavedPlay,
  onDrift: OnDrift,
  context: PlanContext,
): Promise<SavedPlaySurvey> {
  const { events } = context;
  const running = planned.hosts.filter(isRunning);
  const present = new Map(selected.hosts.map(host => [host.name, host]));
  const bases = new Map(basis.hosts.map(host => [host.name, host]));
  const drift = new Map<HostName, readonly Change[]>();
  for (const { name } of running) {
    const changes = recheckConnection(basisOf(name, bases), present.get(name));
    if (changes.length > 0) drift.set(name, changes);
  }
  const asked = running.flatMap(({ name }) => {
    const host = drift.has(name) && onDrift !== 'replan' ? undefined : present.get(name);
    return host === undefined ? [] : [host];
  });
  const surveyed = await surveyTargets(asked, selected.play.preconditions, {
    ...context,
    probedPaths: probedPathsOf(selected),
    retry: selected.play.retry,
  });
  const targets = new Map(targetsOf(surveyed, selected).map(one => [one.host.name, one]));
  const blocked = new Map<HostName, BlockedDecision>();
  const booted: HostName[] = [];
  for (const host of running) {
    const { name, decision } = host;
    const target = targets.get(name);
    if (target === undefined) continue;
    const wanted = { play: selected.play, signed: signingOf(host, planned) };
    const found = recheckHost(basisOf(name, bases), decision, target, wanted);
    if (found.kind === 'drifted') drift.set(name, [...(drift.get(name) ?? []), ...found.changes]);
    else if (found.kind === 'blocked') blocked.set(name, found.decision);
    else if (found.booted.length > 0 && !drift.has(name)) booted.push(name);
  }
  for (const [host, changes] of drift) events.emit({ kind: 'host-drifted', host, role: 'target', changes, onDrift });
  if (booted.length > 0) {
    const text = `booted since the plan was made, and otherwise as it has them: ${foldHostsWithin(booted, 60)}`;
    events.emit({ kind: 'notice', severity: 'warning', text });
  }
  return { running: running.map(({ name }) => name), targets, drift, blocked };
}

type RunningHost = PlannedHost & { readonly decision: { readonly kind: 'run' } };

function isRunning(host: PlannedHost): host is RunningHost {
  return host.decision.kind === 'run';
}

function basisOf(name: HostName, bases: ReadonlyMap<HostName, HostBasis>): HostBasis {
  const found = bases.get(name);
  if (found === undefined) throw new Error(`the plan has no basis for ${name}`);
  return found;
}

function signingOf({ name }: PlannedHost, { builds }: PlannedPlay): 'signed' | 'unsigned' {
  const own = builds.filter(({ hosts }) => hosts.includes(name));
  return own.every(({ options }) => options.sign !== undefined) ? 'signed' : 'unsigned';
}
