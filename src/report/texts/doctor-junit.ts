import XMLBuilder from 'fast-xml-builder';
import type { HostDiagnosis, HostFinding, PlayDiagnosis } from '../../model/diagnosis.ts';
import { printableText } from '../../model/printable-text.ts';

/**
 * What `tapbook doctor` found as JUnit XML, as Jenkins, GitLab and others read it: a suite for each host, a case for
 * each check. What fails is a failure, what cannot be reached an error, what the host does not say is skipped; a warning
 * passes with the words in `system-out`.
 */
export function formatDiagnosisAsJunit(plays: readonly PlayDiagnosis[]): string {
  const suites = plays.flatMap(play => play.hosts.map(host => suiteOf(host, play.name)));
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true });
  const document = {
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: { '@name': 'tapbook doctor', ...countCases(plays.flatMap(play => play.hosts)), testsuite: suites },
  };
  return `${builder.build(document)}\n`;
}

function suiteOf(host: HostDiagnosis, play: string): object {
  const name = plain(`${host.host} (${host.role}, ${play})`);
  return {
    '@name': name,
    '@hostname': plain(host.host),
    ...countCases([host]),
    testcase: host.findings.map(finding => caseOf(finding, host)),
  };
}

function caseOf({ check, kernel, status, found, cure }: HostFinding, host: HostDiagnosis): object {
  const words = {
    '@classname': plain(`${host.role}.${host.host}`),
    '@name': plain(kernel === undefined ? check : `${check} (${kernel})`),
  };
  const text = plain(cure === undefined ? found : `${found}\n${cure}`);
  switch (status) {
    case 'ok':
      return { ...words, 'system-out': text };
    case 'warning':
      return { ...words, 'system-out': `warning: ${text}` };
    case 'unknown':
      return { ...words, skipped: { '@message': plain(found) } };
    case 'failed': {
      const element = host.result === 'unreachable' ? 'error' : 'failure';
      return { ...words, [element]: { '@message': plain(found), '@type': check, '#text': text } };
    }
    default:
      return status satisfies never;
  }
}

function countCases(hosts: readonly HostDiagnosis[]): object {
  const count = (matches: (finding: HostFinding, host: HostDiagnosis) => boolean): number =>
    hosts.reduce((sum, host) => sum + host.findings.filter(finding => matches(finding, host)).length, 0);
  return {
    '@tests': count(() => true),
    '@failures': count(({ status }, { result }) => status === 'failed' && result !== 'unreachable'),
    '@errors': count(({ status }, { result }) => status === 'failed' && result === 'unreachable'),
    '@skipped': count(({ status }) => status === 'unknown'),
  };
}

/** XML 1.0 has no place for most control characters, not even escaped, nor for halves of surrogate pairs. */
function plain(text: string): string {
  const lines = text.split('\n').map(printableText);
  return lines.join('\n').replace(/[\ufffe\uffff]/g, '\ufffd');
}
