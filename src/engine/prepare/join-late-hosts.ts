import type { HostName } from '../../model/ids.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import type { Builds } from '../../module/build/run-builds.ts';
import type { Latecomers } from '../rollout/run-play.ts';
import type { ReadyPlay } from './plan-plays.ts';

export interface LateHosts {
  /** Builds that were made for the earlier hosts. */
  readonly known: Builds;
  readonly build: (play: ReadyPlay, planned: readonly PlannedBuild[]) => Promise<Builds>;
  /** Called with the play as it is now, and all its builds. */
  readonly onJoined: (play: ReadyPlay, builds: Builds) => void;
}

/** Builds, for each wave of late hosts, the modules that are still missing, and hands the wave on. Undefined where no host is late. */
export function joinLateHosts(play: ReadyPlay, { known, build, onJoined }: LateHosts): Latecomers | undefined {
  const { late } = play;
  if (late === undefined) return undefined;
  async function* joined(waves: AsyncIterable<ReadyPlay>): Latecomers['joined'] {
    let builds = known;
    for await (const wave of waves) {
      const had = builds;
      const missing = wave.plan.builds.filter(({ id }) => !had.has(id));
      builds = new Map([...had, ...(await build(wave, missing))]);
      onJoined(wave, builds);
      yield { plan: wave.plan, uploadDirectories: wave.uploadDirectories, builds, awaited: notYetIn(wave) };
    }
  }
  return { hosts: notYetIn(play), joined: joined(late) };
}

function notYetIn({ selected, plan }: ReadyPlay): readonly HostName[] {
  const known = new Set(plan.hosts.map(({ name }) => name));
  return selected.hosts.map(({ name }) => name).filter(name => !known.has(name));
}
