import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { HostName } from '../../model/ids.ts';
import { hasRun, isFailure, type OutcomeKind } from '../../model/outcome.ts';
import type { KernelGroup, PlannedHost } from '../../model/plan.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf, formatSeconds, wholeSeconds } from '../layout/amounts.ts';
import { displayWidth, truncateToWidth } from '../layout/display-width.ts';
import { hasModules } from '../tally/has-modules.ts';
import type { BuildTally, PlayTally, TimedStage } from '../tally/play-tally.ts';
import { scriptLimits } from '../tally/script-limits.ts';

/** A play's stages as they are shown: few lines, however many hosts there are. */
export interface PlayView {
  readonly probe?: StageView;
  /** Undefined until a build begins: other plays may be planned first. */
  readonly build?: StageView;
  /**
   * The kernel groups that need builds, the same ones every time; undefined until a build begins as planned, and while hosts
   * may still join.
   */
  readonly groups?: readonly StageView[];
  readonly run?: StageView;
}

export interface StageView {
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed';
}

/** `now` in milliseconds since the epoch; `width` in columns for each title. */
export function viewPlay(play: PlayTally, now: number, width: number): PlayView {
  const cut = (view: StageView): StageView => ({ ...view, title: truncateToWidth(printableText(view.title), width) });
  const build = viewBuilds(play, now, width);
  const run = viewRun(play, now, width);
  return {
    probe: cut(viewProbe(play, now, width)),
    ...(build === undefined ? {} : { build: cut(build) }),
    ...(build === undefined || play.plan === undefined || play.awaited.length > 0
      ? {}
      : { groups: viewGroups(play, play.plan.kernelGroups, now).map(cut) }),
    ...(run === undefined ? {} : { run: cut(run) }),
  };
}

function viewProbe(play: PlayTally, now: number, width: number): StageView {
  const results = [...play.probes.values()].map(({ result }) => result.kind);
  const all = [...results, ...[...play.buildHostProbes.values()].map(({ result }) => result.kind)];
  const count = (kind: 'failed' | 'unreachable') => all.filter(result => result === kind).length;
  const missing = [
    ...play.hosts.filter(host => !play.probes.has(host)),
    // By then they have answered, or nothing is to be built.
    ...(play.plan === undefined ? play.buildHosts.filter(host => !play.buildHostProbes.has(host)) : []),
  ];
  const parts = [
    `Probe hosts: ${results.filter(kind => kind === 'ok').length}/${play.hosts.length} ok`,
    ...counted(count('failed'), 'failed'),
    ...counted(count('unreachable'), 'unreachable'),
  ];
  if (play.plan !== undefined && play.awaited.length === 0) {
    return finished([...parts, ...timeOf(play, 'probe')], count('failed') + count('unreachable'));
  }
  const waits = { names: missing, noun: 'host', ms: now - play.startedAt } as const;
  return { title: withWaiting(parts, waits, width), state: 'running' };
}

function viewBuilds(play: PlayTally, now: number, width: number): StageView | undefined {
  const builds = [...play.builds.values()];
  const total = play.plan?.builds.length ?? builds.length;
  if (!play.stages.has('build')) return undefined;
  const count = (kind: 'built' | 'cached' | 'failed') => builds.filter(({ result }) => result?.kind === kind).length;
  const ready = count('built') + count('cached');
  const parts = [
    `Build modules: ${ready}/${total} ready`,
    ...counted(count('built'), 'built'),
    ...counted(count('cached'), 'cached'),
    ...counted(count('failed'), 'failed'),
  ];
  const mayGrow = play.plan === undefined || play.awaited.length > 0;
  if (!mayGrow && ready + count('failed') >= total) {
    return finished([...parts, ...timeOf(play, 'build')], count('failed'));
  }
  const under = builds.filter(({ result }) => result === undefined);
  const since = Math.min(...under.map(({ startedAt }) => startedAt));
  const names = mayGrow ? under.map(nameOfBuild) : [];
  return { title: withWaiting(parts, { names, noun: 'build', ms: now - since }, width), state: 'running' };
}

function nameOfBuild({ begun }: BuildTally): string {
  return `${begun.module} on ${begun.buildHost}`;
}

/** Of more groups only a count is shown: the list must leave room for what scripts print. */
const mostGroups = 8;

function viewGroups(play: PlayTally, groups: readonly KernelGroup[], now: number): StageView[] {
  const plan = play.plan?.builds ?? [];
  const needing = groups.filter(group => plan.some(build => build.kernelGroup === group.id));
  const shown = needing.length > mostGroups ? needing.slice(0, mostGroups - 1) : needing;
  const views = shown.map(group => viewGroup(play, group, now));
  const rest = needing.slice(shown.length);
  if (rest.length === 0) return views;
  const states = rest.map(group => viewGroup(play, group, now).state);
  const done = states.filter(state => state !== 'running').length;
  const failed = states.filter(state => state === 'failed').length;
  const parts = [`${rest.length} more kernels: ${done}/${rest.length} done`, ...counted(failed, 'failed')];
  if (done === rest.length) return [...views, finished(parts, failed)];
  return [...views, { title: parts.join(' · '), state: 'running' }];
}

function viewGroup(play: PlayTally, group: KernelGroup, now: number): StageView {
  const planned = play.plan?.builds.filter(build => build.kernelGroup === group.id) ?? [];
  const tallies = planned.flatMap(build => play.builds.get(build.id) ?? []);
  const results = tallies.flatMap(({ result }) => result?.kind ?? []);
  const failed = results.filter(kind => kind === 'failed').length;
  const head = `${group.release} ${group.machine} (${countOf(group.hosts.length, 'host')})`;
  if (results.length === planned.length) {
    const cached = results.every(kind => kind === 'cached') ? ' cached' : '';
    return finished(
      [`${head}: ${countOf(planned.length - failed, 'module')}${cached}`, ...counted(failed, 'failed')],
      failed,
    );
  }
  const under = tallies.filter(({ result }) => result === undefined);
  const canaries = [...play.canaries.values()].filter(
    ({ begun }) => begun.release === group.release && begun.machine === group.machine,
  );
  const told = [
    ...canaries.map(({ begun, startedAt }) => ({ name: `canary on ${begun.buildHost}`, startedAt })),
    ...under.map(tally => ({ name: nameOfBuild(tally), startedAt: tally.startedAt })),
  ].map(({ name, startedAt }) => `${name} ${formatSeconds(wholeSeconds(now - startedAt))}`);
  return { title: `${head}: ${told.length === 0 ? 'waiting' : told.join(', ')}`, state: 'running' };
}

function viewRun(play: PlayTally, now: number, width: number): StageView | undefined {
  const { batch, plan, outcomes } = play;
  if (batch === undefined) return undefined;
  const chosen = plan?.batches.flat() ?? batch.hosts;
  const known = chosen.flatMap(host => outcomes.get(host) ?? []);
  const count = (wanted: OutcomeKind) => known.filter(({ kind }) => kind === wanted).length;
  const failed = known.filter(isFailure).length;
  const head = batch.of > 1 ? `Run, batch ${batch.batch} of ${batch.of}` : 'Run';
  const parts = [
    `${head}: ${known.filter(hasRun).length}/${chosen.length} ok`,
    ...counted(count('degraded'), 'degraded'),
    ...counted(failed, 'failed'),
    ...counted(count('interrupted'), 'interrupted'),
    ...counted(count('not-started'), 'not started'),
  ];
  if (known.length === chosen.length && play.awaited.length === 0)
    return finished([...parts, ...timeOf(play, 'run')], failed);
  const planned = new Map(plan?.hosts.map(host => [host.name, host]));
  const late = batch.hosts
    .filter(host => !outcomes.has(host) && hasModules(play, planned.get(host)))
    .flatMap(host => lateness(play, planned.get(host), host, now));
  const ms = Math.max(0, ...late.map(one => one.ms));
  const waits = { names: late.map(({ host }) => host), noun: 'host', ms } as const;
  const running = `${play.running.size} running ${formatSeconds(wholeSeconds(now - batch.startedAt))}`;
  const arming = sayArming(play, now);
  const title = withWaiting([...parts, running, ...arming], waits, Number.POSITIVE_INFINITY);
  if (displayWidth(title) <= width) return { title, state: 'running' };
  // The names of hosts that are late say more than the number of those that run.
  if (late.length === 0)
    return { title: [...parts, ...(arming.length > 0 ? arming : [running])].join(' · '), state: 'running' };
  return { title: withWaiting(parts, waits, width), state: 'running' };
}

/** In milliseconds: most scripts are armed before anybody could read that they are not. */
const briefMs = 5_000;

function sayArming({ arming, running }: PlayTally, now: number): string[] {
  const slow = [...arming].filter(([host, modules]) =>
    [...modules].some(module => now - (running.get(host)?.get(module) ?? now) > briefMs),
  );
  const [only] = slow;
  // One that takes long is the one that is looked for.
  return slow.length === 1 && only !== undefined ? [`${only[0]} arming probes`] : counted(slow.length, 'arming probes');
}

/** By how much a host of the batch is later than it should be: past its script's limit, or long between two steps. */
function lateness(
  play: PlayTally,
  planned: PlannedHost | undefined,
  host: HostName,
  now: number,
): { host: HostName; ms: number }[] {
  const limits = scriptLimits(play, host, planned);
  const since = limits.length === 0 ? (play.lastStep.get(host) ?? play.batch?.startedAt ?? now) : Math.min(...limits);
  const ms = now - since;
  return ms > patienceMs ? [{ host, ms }] : [];
}

/** Hosts and builds that are waited for are named after so many milliseconds. */
const patienceMs = 5_000;

interface Waits {
  readonly names: readonly string[];
  readonly noun: 'host' | 'build';
  /** For how long already. */
  readonly ms: number;
}

/** A title that ends with the names that are waited for. Where there is little room, the time stays before the names and all else. */
function withWaiting(parts: readonly string[], { names, noun, ms }: Waits, width: number): string {
  const head = parts.join(' · ');
  if (names.length === 0 || ms <= patienceMs) return head;
  const waiting = ` · waiting ${formatSeconds(wholeSeconds(ms))}`;
  const room = width - displayWidth(`${head}${waiting} for `);
  // A number that is cut off would be another number.
  const folded = foldHostsWithin(names, Math.min(mostNames, room));
  const told = [folded, `${names[0]} and ${names.length - 1} more`, countOf(names.length, noun)];
  const who = names.length === 1 ? names[0] : told.find(text => displayWidth(text) <= room);
  if (who !== undefined && room > 0) return `${head}${waiting} for ${who}`;
  return `${truncateToWidth(head, width - displayWidth(waiting))}${waiting}`;
}

/** So many columns. */
const mostNames = 30;

function counted(count: number, noun: string): string[] {
  return count === 0 ? [] : [`${count} ${noun}`];
}

function timeOf(play: PlayTally, stage: TimedStage): string[] {
  const span = play.stages.get(stage);
  return span === undefined ? [] : [formatSeconds((span.to - span.from) / 1000)];
}

function finished(parts: readonly string[], failed: number): StageView {
  return { title: parts.join(' · '), state: failed > 0 ? 'failed' : 'done' };
}
