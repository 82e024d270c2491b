import type { HostDiagnosis, HostFinding, PlayDiagnosis } from '../../model/diagnosis.ts';
import type { FindingStatus } from '../../model/finding.ts';
import { isWrong, mergePlays } from '../../model/fixes.ts';
import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf } from '../layout/amounts.ts';
import { type Colour, createStyle, type Style } from '../layout/style.ts';
import { wrapText } from '../layout/wrap-text.ts';

export interface DoctorTableOptions {
  readonly colour: Colour;
  readonly columns: number;
  /** `quiet`: only what is wrong. */
  readonly verbosity: 'normal' | 'quiet';
}

/**
 * What `tapbook doctor` found, a table for each set of hosts with the same problems: a row for each check, its status,
 * what was found, and below it what mends it. What holds may be a different text on each of them.
 */
export function formatDiagnosis(play: PlayDiagnosis, { colour, columns, verbosity }: DoctorTableOptions): string {
  const style = createStyle(colour);
  const blocks = groupHosts(play.hosts)
    .filter(group => verbosity === 'normal' || group.some(({ findings }) => findings.some(isWrong)))
    .map(group => [
      ...heading(group, columns, style),
      ...sectionsOf(group, verbosity).flatMap(({ kernel, rows }) => [
        ...(kernel === undefined ? [] : [`  for ${printableText(kernel)}`]),
        ...rows.flatMap(row => formatRow(row, group, columns, style)),
      ]),
    ]);
  const title = style.bold(printableText(`PLAY [${play.name}]`));
  return [[title], ...blocks, [summary(play.hosts, style)]].map(lines => `${lines.join('\n')}\n`).join('\n');
}

/** What differs only in a measured value, or in the name of a folder of ours, is alike. */
function shapeOf(text: string): string {
  return text.replace(/\/tapbook-[\w-]+/g, '/tapbook').replace(/\b\d+(?:\.\d+)?\b(?! *%)/g, '#');
}

/** Hosts of one role and system with the same rows, but for the texts of what holds and values; in the order of their first. */
function groupHosts(hosts: readonly HostDiagnosis[]): readonly (readonly HostDiagnosis[])[] {
  const groups = new Map<string, HostDiagnosis[]>();
  for (const host of hosts) {
    const rows = host.findings.map(({ check, kernel, status, found, cure }) => [
      check,
      kernel,
      status,
      ...(status === 'ok' ? [] : [shapeOf(found), shapeOf(cure ?? '')]),
    ]);
    const key = JSON.stringify([host.role, host.kernel, host.os, rows]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [host]);
    else group.push(host);
  }
  return [...groups.values()];
}

function heading(group: readonly HostDiagnosis[], columns: number, style: Style): readonly string[] {
  const names = foldHostsWithin(
    group.map(({ host }) => host),
    columns - 1,
  );
  const [first] = group;
  const count = group.length === 1 ? [] : [countOf(group.length, 'host')];
  const kernel = first?.kernel === undefined ? [] : [`${first.kernel.release} ${first.kernel.machine}`];
  const what = [
    first?.role === 'build-host' ? 'build host' : 'target',
    ...count,
    ...kernel,
    ...(first?.os ? [first.os] : []),
  ].map(printableText);
  const line = `${names}  ${what.join(', ')}`;
  return line.length <= columns
    ? [`${style.cyan(names)}  ${what.join(', ')}`]
    : [style.cyan(names), ...wrapText(what.join(', '), columns - 2).map(text => `  ${text}`)];
}

interface Row {
  readonly check: string;
  readonly status: FindingStatus;
  readonly found: string;
  readonly cure?: string;
}

interface Section {
  readonly kernel: string | undefined;
  readonly rows: Row[];
}

/**
 * One row for each check; those of a build host that are about one kernel stand together behind its name. What runs have left
 * comes first where there is any.
 */
function sectionsOf(group: readonly HostDiagnosis[], verbosity: DoctorTableOptions['verbosity']): readonly Section[] {
  const sections = new Map<string | undefined, Section>();
  const rank = ({ check, status }: HostFinding): number => (remains.has(check) && isWrong({ status }) ? 0 : 1);
  const findings = [...(group[0]?.findings ?? []).entries()].sort(([, one], [, other]) => rank(one) - rank(other));
  for (const [index, { check, status, cure, kernel }] of findings) {
    if (verbosity === 'quiet' && !isWrong({ status })) continue;
    const section = sections.get(kernel) ?? { kernel, rows: [] };
    sections.set(kernel, section);
    const all = (text: (finding: HostFinding) => string | undefined): string =>
      several(
        [...new Set(group.map(host => host.findings[index]).flatMap(one => (one && text(one)) ?? []))].map(
          printableText,
        ),
      );
    const row = { check, status, found: all(one => one.found) };
    section.rows.push(cure === undefined ? row : { ...row, cure: all(one => one.cure) });
  }
  return [...sections.values()];
}

/** Checks of what earlier runs have left on a host: it may go on there. */
const remains: ReadonlySet<string> = new Set(['module', 'leftovers']);

function several(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).join('; ');
  return texts.length <= 3 ? shown : `${shown}; and ${texts.length - 3} more`;
}

const words: Readonly<Record<FindingStatus, string>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'FAILED',
  unknown: 'unknown',
};

function formatRow(
  { check, status, found, cure }: Row,
  group: readonly HostDiagnosis[],
  columns: number,
  style: Style,
): readonly string[] {
  const widest = Math.max(...(group[0]?.findings ?? []).map(finding => finding.check.length));
  const word = words[status].padEnd(7);
  const indent = 2 + 7 + 2 + widest + 2;
  const [first = '', ...others] = hang(found, columns, indent);
  const arrow = cure === undefined ? [] : hang(`→ ${cure}`, columns, indent);
  return [
    `  ${paint(status, style)(word)}  ${check.padEnd(widest)}  ${first}`,
    ...[...others, ...arrow].map(line => `${' '.repeat(indent)}${line}`),
  ];
}

/** In lines that fit behind the indent; on a narrow terminal the words run over rather than be cut. */
function hang(text: string, columns: number, indent: number): readonly string[] {
  return wrapText(text, Math.max(24, columns - indent)).map(line => line.replace(/^ {4}/, '  '));
}

function paint(status: FindingStatus, style: Style): (text: string) => string {
  switch (status) {
    case 'ok':
      return style.green;
    case 'failed':
      return style.red;
    case 'warning':
      return style.yellow;
    case 'unknown':
      return style.dim;
    default:
      return status satisfies never;
  }
}

function summary(roles: readonly HostDiagnosis[], style: Style): string {
  const hosts = mergePlays([{ name: '', hosts: roles }]);
  const count = (result: HostDiagnosis['result']): number => hosts.filter(host => host.result === result).length;
  const parts = [
    `${countOf(hosts.length, 'host')}: ${count('ok')} ready`,
    ...(count('failed') > 0 ? [`${count('failed')} with failures`] : []),
    ...(count('unreachable') > 0 ? [`${count('unreachable')} unreachable`] : []),
  ];
  return style.bold(parts.join(', '));
}
