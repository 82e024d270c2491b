import type { HostDiagnosis } from '../../model/diagnosis.ts';
import { fixesOf } from '../../model/fixes.ts';
import { foldHosts } from '../../model/fold-hosts.ts';
import type { HostName } from '../../model/ids.ts';
import { formatLines } from '../layout/format-lines.ts';

/** Makes a line of sh of an argv. */
type Quote = (argv: readonly string[]) => string;

/** The commands that would mend each host; hosts with the same ones stand together. */
export function formatFixes(diagnoses: readonly HostDiagnosis[], quote: Quote): string {
  const alike = new Map<string, HostName[]>();
  for (const { host, findings } of diagnoses) {
    const text = formatLines(fixesOf(findings).map(quote), '    ');
    alike.set(text, [...(alike.get(text) ?? []), host]);
  }
  return [...alike].map(([text, hosts]) => `${foldHosts(hosts)}\n${text}`).join('');
}

/** A command that is run on a host now. */
export function formatFixRun(host: HostName, argv: readonly string[], quote: Quote): string {
  return formatLines([quote(argv)], `${host}: `);
}

/** Why it failed, and what it printed. */
export function formatFixFailure(host: HostName, cause: string, output: readonly string[]): string {
  return formatLines([`FAILED: ${cause}`, ...output.map(line => `    ${line}`)], `${host}: `);
}

/** The question before any of them is run; it is asked on one line. */
export function askForFixes(hosts: number): string {
  return `Run these as root on ${hosts === 1 ? 'this host' : `these ${hosts} hosts`} (yes/no)? `;
}

export const nothingToFix = 'tapbook: there is nothing that a command would mend\n';
