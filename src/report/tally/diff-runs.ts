import { createHash } from 'node:crypto';
import type { HostName } from '../../model/ids.ts';
import type { HostOutcome } from '../../model/outcome.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import { hostsOfPlay, hostsOfRun } from './hosts-of-run.ts';
import { pairPlays } from './pair-plays.ts';
import { playOutcomes } from './play-outcomes.ts';
import type { PlayTally } from './play-tally.ts';
import type { RunTally } from './run-tally.ts';

/** What is otherwise in the second of two runs. */
export interface RunDiff {
  readonly hostsAdded: readonly HostName[];
  readonly hostsGone: readonly HostName[];
  readonly plays: readonly PlayDiff[];
  /** Seconds; absent where a run was cut short. */
  readonly seconds: { readonly from?: number; readonly to?: number };
}

export interface PlayDiff {
  readonly play: string;
  /** `added` and `gone` plays have no changes besides. */
  readonly state: 'both' | 'added' | 'gone';
  readonly kernels: readonly HostsChange[];
  readonly outcomes: readonly HostsChange[];
  readonly globals: readonly (HostsChange & { readonly global: string })[];
  readonly modules: readonly ModuleChange[];
}

/** Something that changed on several hosts from one value to another; absent: there was none, or there is none. */
export interface HostsChange {
  readonly hosts: readonly HostName[];
  readonly from?: string;
  readonly to?: string;
}

export interface ModuleChange {
  readonly build: string;
  /** Keys. */
  readonly from?: string;
  readonly to?: string;
  /** What of it is not the same; empty where that lies in the build host: its tree, compiler or SystemTap. */
  readonly because: readonly string[];
  /** Digests (SHA-256) of the script's text; absent where it is the same. */
  readonly script?: { readonly from: string; readonly to: string };
}

export function diffRuns(before: RunTally, after: RunTally): RunDiff {
  const oldHosts = new Set(hostsOfRun(before));
  const newHosts = new Set(hostsOfRun(after));
  return {
    hostsAdded: [...newHosts].filter(host => !oldHosts.has(host)),
    hostsGone: [...oldHosts].filter(host => !newHosts.has(host)),
    plays: diffPlays(before, after),
    seconds: {
      ...(before.finished === undefined ? {} : { from: before.finished.seconds }),
      ...(after.finished === undefined ? {} : { to: after.finished.seconds }),
    },
  };
}

function diffPlays(before: RunTally, after: RunTally): PlayDiff[] {
  return pairPlays(before.plays, after.plays).map(({ name: play, from, to }) => {
    if (from === undefined || to === undefined) {
      const none = { kernels: [], outcomes: [], globals: [], modules: [] };
      return { play, state: from === undefined ? 'added' : 'gone', ...none };
    }
    return {
      play,
      state: 'both',
      kernels: diffHosts(kernelsOf(from), kernelsOf(to)),
      outcomes: diffHosts(outcomesOf(from, before), outcomesOf(to, after)),
      globals: diffGlobals(from, to),
      modules: diffModules(from, to),
    };
  });
}

type Values = ReadonlyMap<HostName, string>;

/** Of the hosts that both runs had; those that came or went are told apart. */
function diffHosts(from: Values, to: Values): HostsChange[] {
  const changes = new Map<string, { hosts: HostName[]; from?: string; to?: string }>();
  for (const [host, now] of to) {
    const old = from.get(host);
    if (old === undefined || old === now) continue;
    const key = JSON.stringify([old, now]);
    const change = changes.get(key) ?? { hosts: [], from: old, to: now };
    change.hosts.push(host);
    changes.set(key, change);
  }
  return [...changes.values()];
}

function kernelsOf({ plan, probes }: PlayTally): Values {
  const values = new Map<HostName, string>();
  // A host that the plan leaves out was probed nevertheless.
  for (const [host, { result }] of probes) if (result.kind === 'ok') values.set(host, result.kernel.release);
  for (const { hosts, release } of plan?.kernelGroups ?? []) for (const host of hosts) values.set(host, release);
  return values;
}

function outcomesOf(play: PlayTally, run: RunTally): Values {
  const outcomes = playOutcomes(play, run);
  return new Map(hostsOfPlay(play).map(host => [host, tellOutcome(outcomes.get(host))]));
}

function tellOutcome(outcome: HostOutcome | undefined): string {
  if (outcome === undefined) return 'unknown';
  return 'failure' in outcome ? `${outcome.kind} at ${outcome.failure.stage}` : outcome.kind;
}

function diffGlobals(from: PlayTally, to: PlayTally): PlayDiff['globals'] {
  const old = globalsOf(from);
  const now = globalsOf(to);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap(global => {
    const hosts = new Set([...(old.get(global)?.keys() ?? []), ...(now.get(global)?.keys() ?? [])]);
    const both = [...hosts].filter(host => runsOn(from, host) && runsOn(to, host));
    // A global that was not there, and one that is empty, are two things.
    const fill = (values: Values | undefined): Values =>
      new Map(both.map(host => [host, JSON.stringify(values?.get(host) ?? null)]));
    return diffHosts(fill(old.get(global)), fill(now.get(global))).map(({ hosts: changed, from: was, to: is }) => ({
      global,
      hosts: changed,
      ...known('from', was),
      ...known('to', is),
    }));
  });
}

function known<Key extends 'from' | 'to'>(key: Key, json: string | undefined): { readonly [K in Key]?: string } {
  const value: unknown = JSON.parse(json ?? 'null');
  return typeof value === 'string' ? ({ [key]: value } as { readonly [K in Key]: string }) : {};
}

function runsOn({ plan }: PlayTally, host: HostName): boolean {
  return plan?.hosts.some(one => one.name === host && one.decision.kind === 'run') ?? false;
}

/** `MODULE.GLOBAL` → host → value. */
function globalsOf({ plan }: PlayTally): Map<string, Map<HostName, string>> {
  const values = new Map<string, Map<HostName, string>>();
  for (const { name: host, decision } of plan?.hosts ?? []) {
    if (decision.kind !== 'run') continue;
    for (const { module, globals } of decision.scripts) {
      for (const { name, value } of globals) {
        const key = `${module}.${name}`;
        values.set(key, (values.get(key) ?? new Map<HostName, string>()).set(host, value));
      }
    }
  }
  return values;
}

function diffModules(from: PlayTally, to: PlayTally): ModuleChange[] {
  const old = new Map(from.plan?.builds.map(build => [build.id, build]));
  const now = new Map(to.plan?.builds.map(build => [build.id, build]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap(id => {
    const was = old.get(id);
    const is = now.get(id);
    const before = was === undefined ? undefined : keyOf(from, was);
    const after = is === undefined ? undefined : keyOf(to, is);
    if (before === after) return [];
    return [
      {
        build: id,
        ...(before === undefined ? {} : { from: before }),
        ...(after === undefined ? {} : { to: after }),
        because: was === undefined || is === undefined ? [] : compareBuilds(was, is),
        ...(was === undefined || is === undefined ? {} : compareTexts(was, is)),
      },
    ];
  });
}

/** That of the module that was used: another build host, with another key, may have stepped in. */
function keyOf(play: PlayTally, build: PlannedBuild): string {
  const result = play.builds.get(build.id)?.result;
  return result === undefined || result.kind === 'failed' ? build.artifact.key : result.key;
}

function compareBuilds(was: PlannedBuild, is: PlannedBuild): string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['script', was.source.text, is.source.text],
    ['arguments', was.args, is.args],
    ['options', was.options, is.options],
    ['build host', was.buildHost, is.buildHost],
  ];
  return pairs.flatMap(([name, left, right]) => (JSON.stringify(left) === JSON.stringify(right) ? [] : [name]));
}

function compareTexts(was: PlannedBuild, is: PlannedBuild): Pick<ModuleChange, 'script'> {
  const digest = ({ source }: PlannedBuild): string => createHash('sha256').update(source.text).digest('hex');
  return was.source.text === is.source.text ? {} : { script: { from: digest(was), to: digest(is) } };
}
