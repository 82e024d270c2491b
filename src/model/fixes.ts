import type { HostDiagnosis, HostFinding, PlayDiagnosis } from './diagnosis.ts';

/** Merges the diagnoses of a host in several plays: each finding once, and the worst result. */
export function mergePlays(plays: readonly PlayDiagnosis[]): readonly HostDiagnosis[] {
  const merged = new Map<string, { host: HostDiagnosis; readonly findings: Map<string, HostFinding> }>();
  for (const host of plays.flatMap(play => play.hosts)) {
    const known = merged.get(host.host) ?? { host, findings: new Map() };
    if (weight[host.result] > weight[known.host.result]) known.host = host;
    for (const finding of host.findings) known.findings.set(JSON.stringify(finding), finding);
    merged.set(host.host, known);
  }
  return [...merged.values()].map(({ host, findings }) => ({ ...host, findings: [...findings.values()] }));
}

const weight: Readonly<Record<HostDiagnosis['result'], number>> = { ok: 0, failed: 1, unreachable: 2 };

/** The commands that fix failed checks, each once: one command may fix several. */
export function fixesOf(findings: readonly HostFinding[]): readonly (readonly string[])[] {
  const commands = findings.filter(isWrong).flatMap(({ fix = [] }) => fix);
  return [...new Map(commands.map(argv => [JSON.stringify(argv), argv])).values()];
}

export function isWrong({ status }: Pick<HostFinding, 'status'>): boolean {
  return status === 'failed' || status === 'warning';
}
