import pLimit from 'p-limit';
import { probePackages } from '../../facts/probe-packages.ts';
import type { HostDiagnosis, PlayDiagnosis } from '../../model/diagnosis.ts';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import type { System } from '../../plan/packages/install-command.ts';
import { matchPackageOffers, wantedPackages } from '../../plan/packages/match-package-offers.ts';
import type { SurveyOptions } from '../fleet/survey.ts';

/** A host that was asked, and its distribution. */
export interface AskedHost {
  readonly host: Host;
  readonly os: System;
}

/**
 * Asks the package index of each host that lacks something whether it has it, so that nobody is told to install what is
 * there no more. What an index does not say changes nothing.
 */
export async function queryPackageIndexes(
  diagnosis: PlayDiagnosis,
  asked: ReadonlyMap<HostName, AskedHost>,
  options: SurveyOptions,
): Promise<PlayDiagnosis> {
  const limit = pLimit(options.forks);
  const hosts = await Promise.all(diagnosis.hosts.map(one => limit(() => consult(one, asked.get(one.host), options))));
  return { ...diagnosis, hosts };
}

async function consult(
  diagnosis: HostDiagnosis,
  asked: AskedHost | undefined,
  { fleet, signal }: SurveyOptions,
): Promise<HostDiagnosis> {
  const wanted = wantedPackages(diagnosis.findings);
  if (asked === undefined || wanted.length === 0) return diagnosis;
  const connection = await fleet.open(asked.host);
  if (!connection.ok) return diagnosis;
  const offers = await probePackages(connection.value, wanted, { signal });
  return offers.ok
    ? { ...diagnosis, findings: matchPackageOffers(diagnosis.findings, offers.value, asked.os) }
    : diagnosis;
}
