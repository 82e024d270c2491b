import type { HostDiagnosis, HostFinding, PlayDiagnosis } from '../../model/diagnosis.ts';
import { isWrong, mergePlays } from '../../model/fixes.ts';
import { foldHosts } from '../../model/fold-hosts.ts';
import { printableText } from '../../model/printable-text.ts';

export interface FixScript {
  readonly hosts: readonly HostDiagnosis[];
  /** POSIX sh, for root. Empty of commands where a person has to decide everything. */
  readonly text: string;
}

/**
 * The commands that mend what `tapbook doctor` found, for a person to read and run: one script for each host, those
 * that are the same together. What no command mends stands in it as a comment. `quote` makes a line of sh of an argv.
 */
export function formatFixScripts(
  plays: readonly PlayDiagnosis[],
  quote: (argv: readonly string[]) => string,
): readonly FixScript[] {
  const scripts = new Map<string, HostDiagnosis[]>();
  for (const host of mergePlays(plays)) {
    if (host.result === 'unreachable') continue;
    const body = scriptBody(host.findings, quote);
    if (body === undefined) continue;
    const hosts = scripts.get(body);
    if (hosts === undefined) scripts.set(body, [host]);
    else hosts.push(host);
  }
  return [...scripts].map(([body, hosts]) => ({ hosts, text: `${scriptHead(hosts)}\n${body}` }));
}

/** Several of them one behind the other are not one to be piped into a shell: that would run them all on one host. */
export function joinFixScripts(scripts: readonly FixScript[]): string {
  const count = scripts.length;
  const guard = `echo "${count} scripts, each for hosts of its own: run them one by one" >&2\nexit 1\n\n`;
  return `${count > 1 ? guard : ''}${scripts.map(({ text }) => text).join('\n')}`;
}

function scriptHead(hosts: readonly HostDiagnosis[]): string {
  const names = foldHosts(hosts.map(({ host }) => host));
  const systems = [...new Set(hosts.flatMap(({ os }) => (os === undefined ? [] : [os])))].map(printableText);
  const system = systems.length === 0 ? '' : ` (${systems.join(', ')})`;
  return ['#!/bin/sh', `# For root on ${names}${system}. Read it before you run it.`, 'set -eu', ''].join('\n');
}

/** Undefined where there is nothing to mend, and nothing to say. */
function scriptBody(findings: readonly HostFinding[], quote: (argv: readonly string[]) => string): string | undefined {
  const wrong = findings.filter(finding => isWrong(finding) && finding.cure !== undefined);
  if (wrong.length === 0) return undefined;
  const written = new Set<string>();
  return wrong
    .map(({ check, kernel, found, cure, fix }) => {
      const about = comment(`${check}${kernel === undefined ? '' : ` (${kernel})`}: ${found}`);
      if (fix === undefined) return `${about}${comment(`by hand: ${cure}`)}`;
      const lines = fix.map(argv => `${quote(argv)}\n`).filter(line => !written.has(line));
      for (const line of lines) written.add(line);
      return `${about}${lines.join('')}`;
    })
    .join('\n');
}

/** One line: whatever another machine has said must not become a command. */
function comment(text: string): string {
  return `# ${printableText(text).replace(/\s+/g, ' ')}\n`;
}
