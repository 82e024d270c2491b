import type { PlayDiagnosis } from '../../model/diagnosis.ts';
import type { RunEvents } from '../../model/event.ts';
import type { CanaryRecords } from '../../module/cache/canary-records.ts';
import type { KeptProbes } from '../../module/cache/kept-probes.ts';
import { diagnosePlay } from '../../plan/checks/diagnose-play.ts';
import { type SurveyOptions, surveyBuildHosts, surveyTargets } from '../fleet/survey.ts';
import { createProbesReader, type ProbesReader } from '../probes/create-probes-reader.ts';
import type { ExaminedPlay } from '../sources/select-for-doctor.ts';
import { announcePlay } from './announce-play.ts';
import { loadCanaryLookup } from './load-canary-lookup.ts';
import { probedPathsOf } from './probed-files-of.ts';
import { queryPackageIndexes } from './query-package-indexes.ts';
import { readNamedBinaries } from './read-named-binaries.ts';
import { buildQuestionsOf, kernelsOf, releasesOf, targetsOf } from './read-survey.ts';

export interface ExamineOptions extends Omit<SurveyOptions, 'events'> {
  readonly events: RunEvents;
  readonly canaries: CanaryRecords;
  /** What is known of binaries that were read before. */
  readonly kept: KeptProbes;
}

/** Probes the hosts of each play and runs all checks on what was found. Changes nothing on them. */
export async function diagnosePlays(
  plays: readonly ExaminedPlay[],
  options: ExamineOptions,
): Promise<readonly PlayDiagnosis[]> {
  const diagnoses: PlayDiagnosis[] = [];
  const read = createProbesReader(options);
  for (const [index, play] of plays.entries()) {
    diagnoses.push(await diagnose(play, read, { ...options, events: options.events.forPlay(index) }));
  }
  return diagnoses;
}

async function diagnose(
  examined: ExaminedPlay,
  read: ProbesReader,
  options: SurveyOptions & Pick<ExamineOptions, 'canaries'>,
): Promise<PlayDiagnosis> {
  const { play, hosts, builders, playBuilders, kernelBuilders } = examined;
  announcePlay(examined, options.events);
  const opening = Promise.allSettled(builders.map(host => options.fleet.open(host)));
  const surveyed = await surveyTargets(hosts, play.preconditions, {
    ...options,
    probedPaths: probedPathsOf(examined),
  });
  await opening;
  const kernels = kernelsOf(surveyed);
  const targets = targetsOf(surveyed, examined);
  const [asked, named] = await Promise.all([
    surveyBuildHosts(builders, buildQuestionsOf(examined, releasesOf(kernels)), options),
    readNamedBinaries(targets, play, read),
  ]);
  const diagnosis = diagnosePlay({
    play,
    targets,
    read: named,
    builders: asked,
    playBuilders,
    kernelBuilders,
    lookUpCanary: await loadCanaryLookup(asked, kernels, options.canaries),
  });
  const known = [...surveyed, ...asked].flatMap(one =>
    one.kind === 'ready' ? [[one.host.name, { host: one.host, os: one.facts.os }] as const] : [],
  );
  return queryPackageIndexes(diagnosis, new Map(known), options);
}
