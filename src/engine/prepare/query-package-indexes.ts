import pLimit from 'p-limit';
import { probePackages } from '../../facts/probe-packages.ts';
import type { HostDiagnosis, PlayDiagnosis } from '../../model/diagnosis.ts';
import { type Host, probeLimitMs } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import type { System } from '../../plan/packages/install-command.ts';
import { matchPackageOffers, wantedPackages } from '../../plan/packages/match-package-offers.ts';
import type { SurveyOptions } from '../fleet/survey.ts';

/** A probed host and its distribution. */
export interface AskedHost {
  readonly host: Host;
  readonly os: System;
}

/**
 * Asks the package index of each host that lacks something whether the package is on offer, so that no finding proposes to
 * install what the index no longer has. Where an index does not answer, its findings stay.
 */
export async function queryPackageIndexes(
  diagnosis: PlayDiagnosis,
  asked: ReadonlyMap<HostName, AskedHost>,
  options: SurveyOptions,
): Promise<PlayDiagnosis> {
  const limit = pLimit(options.forks);
  const hosts = await Promise.all(
    diagnosis.hosts.map(one => limit(() => queryIndex(one, asked.get(one.host), options))),
  );
  return { ...diagnosis, hosts };
}

async function queryIndex(
  diagnosis: HostDiagnosis,
  asked: AskedHost | undefined,
  { fleet, signal }: SurveyOptions,
): Promise<HostDiagnosis> {
  const wanted = wantedPackages(diagnosis.findings);
  if (asked === undefined || wanted.length === 0) return diagnosis;
  using _held = fleet.hold(asked.host.name);
  const connection = await fleet.open(asked.host);
  if (!connection.ok) return diagnosis;
  const offers = await probePackages(connection.value, wanted, { signal, limitMs: probeLimitMs(asked.host) });
  return offers.ok
    ? { ...diagnosis, findings: matchPackageOffers(diagnosis.findings, offers.value, asked.os) }
    : diagnosis;
}
