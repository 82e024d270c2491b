import type { HostName } from '../../model/ids.ts';
import type { Latecomers } from '../rollout/run-play.ts';
import type { ReadyPlay } from './plan-plays.ts';

/** Begins, for each wave of late hosts, the builds that are still missing, and hands the wave on. Undefined where no host is late. */
export function joinLateHosts(play: ReadyPlay, begin: (play: ReadyPlay) => void): Latecomers | undefined {
  const { late } = play;
  if (late === undefined) return undefined;
  async function* joined(waves: AsyncIterable<ReadyPlay>): Latecomers['joined'] {
    for await (const wave of waves) {
      begin(wave);
      yield { plan: wave.plan, uploadDirectories: wave.uploadDirectories, awaited: notYetIn(wave) };
    }
  }
  return { hosts: notYetIn(play), joined: joined(late) };
}

function notYetIn({ selected, plan }: ReadyPlay): readonly HostName[] {
  const known = new Set(plan.hosts.map(({ name }) => name));
  return selected.hosts.map(({ name }) => name).filter(name => !known.has(name));
}
