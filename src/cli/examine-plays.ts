import type { PlayDiagnosis } from '../model/diagnosis.ts';
import type { KernelRelease } from '../model/ids.ts';
import { diagnosePlay } from '../plan/diagnose-play.ts';
import { type SurveyOptions, surveyBuildHosts, surveyTargets } from '../run/survey.ts';
import { targetOf } from './plan-plays.ts';
import type { ExaminedPlay } from './select-for-doctor.ts';

/** Asks the hosts of each play for all that its checks look at. Reads hosts, changes nothing on them. */
export async function examinePlays(
  plays: readonly ExaminedPlay[],
  options: SurveyOptions,
): Promise<readonly PlayDiagnosis[]> {
  const diagnoses: PlayDiagnosis[] = [];
  for (const play of plays) diagnoses.push(await examinePlay(play, options));
  return diagnoses;
}

async function examinePlay(examined: ExaminedPlay, options: SurveyOptions): Promise<PlayDiagnosis> {
  const { play, hosts, builders, scripts, playBuilders, kernelBuilders } = examined;
  options.events.emit({
    kind: 'play-started',
    play: play.name,
    hosts: hosts.map(host => host.name),
    buildHosts: builders.map(host => host.name),
  });
  const opening = Promise.allSettled(builders.map(host => options.fleet.open(host)));
  const surveyed = await surveyTargets(hosts, play.preconditions, options);
  await opening;
  const releases = [
    ...new Set(surveyed.flatMap(one => (one.kind === 'ready' ? [one.facts.kernel.release] : []))),
  ].sort() as readonly KernelRelease[];
  return diagnosePlay({
    play,
    targets: surveyed.map(one => targetOf(one, scripts)),
    builders: await surveyBuildHosts(builders, releases, options),
    playBuilders,
    kernelBuilders,
  });
}
