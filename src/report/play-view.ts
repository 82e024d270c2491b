import type { HostName } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { KernelGroup, PlannedHost } from '../model/plan.ts';
import { countOf, formatSeconds } from './amounts.ts';
import { displayWidth, truncateToWidth } from './display-width.ts';
import { foldHosts, foldHostsWithin } from './fold-hosts.ts';
import type { BuildTally, PlayTally, TimedStage } from './run-tally.ts';
import { sanitiseText } from './sanitise-text.ts';

/** A play's stages as they are shown: few lines, however many hosts there are. */
export interface PlayView {
  readonly probe?: StageView;
  /** Undefined until a build begins: other plays may be planned first. */
  readonly build?: StageView;
  /** The kernel groups that need builds, the same ones every time; undefined until a build begins as planned. */
  readonly groups?: readonly StageView[];
  readonly run?: StageView;
}

export interface StageView {
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed';
}

/** `now` in milliseconds since the epoch; `width` in columns for each title. */
export function viewPlay(play: PlayTally, now: number, width: number): PlayView {
  const cut = (view: StageView): StageView => ({ ...view, title: truncateToWidth(sanitiseText(view.title), width) });
  const build = viewBuilds(play, now);
  const run = viewRun(play, now, width);
  return {
    probe: cut(viewProbe(play, now)),
    ...(build === undefined ? {} : { build: cut(build) }),
    ...(build === undefined || play.plan === undefined
      ? {}
      : { groups: viewGroups(play, play.plan.kernelGroups, now).map(cut) }),
    ...(run === undefined ? {} : { run: cut(run) }),
  };
}

function viewProbe(play: PlayTally, now: number): StageView {
  const results = [...play.probes.values()].map(({ result }) => result.kind);
  const all = [...results, ...[...play.buildHostProbes.values()].map(({ result }) => result.kind)];
  const count = (kind: 'failed' | 'unreachable') => all.filter(result => result === kind).length;
  const missing = [
    ...play.hosts.filter(host => !play.probes.has(host)),
    ...play.buildHosts.filter(host => !play.buildHostProbes.has(host)),
  ];
  const parts = [
    `Probe hosts: ${results.filter(kind => kind === 'ok').length}/${play.hosts.length} ok`,
    ...counted(count('failed'), 'failed'),
    ...counted(count('unreachable'), 'unreachable'),
  ];
  if (play.plan !== undefined && play.awaited.length === 0) {
    return finished([...parts, ...timeOf(play, 'probe')], count('failed') + count('unreachable'));
  }
  return { title: [...parts, ...waiting(missing, play.startedAt, now)].join(' · '), state: 'running' };
}

function viewBuilds(play: PlayTally, now: number): StageView | undefined {
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
  if (play.plan !== undefined && ready + count('failed') >= total) {
    return finished([...parts, ...timeOf(play, 'build')], count('failed'));
  }
  const under = builds.filter(({ result }) => result === undefined);
  const since = Math.min(...under.map(({ startedAt }) => startedAt));
  const waits = play.plan === undefined ? waiting(under.map(nameOfBuild), since, now) : [];
  return { title: [...parts, ...waits].join(' · '), state: 'running' };
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
  const kinds = chosen.flatMap(host => outcomes.get(host)?.kind ?? []);
  const count = (...wanted: HostOutcome['kind'][]) => kinds.filter(kind => wanted.includes(kind)).length;
  const failed = count('failed', 'unreachable', 'left-behind');
  const head = batch.of > 1 ? `Run, batch ${batch.batch} of ${batch.of}` : 'Run';
  const parts = [
    `${head}: ${count('ok', 'degraded')}/${chosen.length} ok`,
    ...counted(count('degraded'), 'degraded'),
    ...counted(failed, 'failed'),
    ...counted(count('interrupted'), 'interrupted'),
    ...counted(count('not-started'), 'not started'),
  ];
  if (kinds.length === chosen.length && play.awaited.length === 0)
    return finished([...parts, ...timeOf(play, 'run')], failed);
  const planned = new Map(plan?.hosts.map(host => [host.name, host]));
  const late = batch.hosts
    .filter(host => !outcomes.has(host))
    .flatMap(host => lateness(play, planned.get(host), host, now));
  const since = now - Math.max(0, ...late.map(({ ms }) => ms));
  const names = late.map(({ host }) => host);
  const running = [`${play.running.size} running ${formatSeconds(wholeSeconds(now - batch.startedAt))}`];
  const title = [...parts, ...running, ...waiting(names, since, now)].join(' · ');
  if (names.length === 0 || displayWidth(title) <= width) return { title, state: 'running' };
  // Who is waited for says more.
  const room = width - displayWidth([...parts, ''].join(' · '));
  return { title: [...parts, ...waiting(names, since, now, room)].join(' · '), state: 'running' };
}

/** By how much a host of the batch is later than it should be: past its script's limit, or long between two steps. */
function lateness(
  play: PlayTally,
  planned: PlannedHost | undefined,
  host: HostName,
  now: number,
): { host: HostName; ms: number }[] {
  const running = play.running.get(host);
  const due = [...(running ?? [])].map(([module, begun]) => begun + limitOf(planned, module) * 1000);
  const since = running === undefined ? (play.lastStep.get(host) ?? play.batch?.startedAt ?? now) : Math.min(...due);
  const ms = now - since;
  return ms > patienceMs ? [{ host, ms }] : [];
}

function limitOf(planned: PlannedHost | undefined, module: string): number {
  const scripts = planned?.decision.kind === 'run' ? planned.decision.scripts : [];
  return scripts.find(script => script.module === module)?.limitSeconds ?? Number.POSITIVE_INFINITY;
}

/** Who is waited for is named after so many milliseconds. */
const patienceMs = 5_000;

/** In so many columns, as far as one name allows it. */
function waiting(names: readonly string[], since: number, now: number, columns = 50): string[] {
  if (names.length === 0 || now - since <= patienceMs) return [];
  const time = formatSeconds(wholeSeconds(now - since));
  const room = Math.min(30, columns - `waiting for  ${time}`.length);
  const told = names.length === 1 ? foldHosts(names) : foldHostsWithin(names, room);
  return [`waiting for ${told} ${time}`];
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000));
}

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
