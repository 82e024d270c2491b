import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { KernelBuildHost, PlannedBuild, PlannedHost, PlannedPlay, PlannedScript } from '../../model/plan.ts';
import { printableText } from '../../model/printable-text.ts';
import { sayTargetProcess } from '../../model/target-process.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { displayWidth } from '../layout/display-width.ts';
import { type Colour, createStyle, type Style } from '../layout/style.ts';
import { wrapText } from '../layout/wrap-text.ts';
import { binaryRows } from './binary-rows.ts';
import { lackingRows } from './lacking-rows.ts';
import { formatPlanSummary } from './plan-summary.ts';
import { rolloutRows } from './rollout-rows.ts';

export interface PlanTextOptions {
  readonly colour: Colour;
  readonly columns: number;
  /** What a limit of this process does to the play, as a sentence without a full stop. */
  readonly bound?: string;
}

/** A plan as a person reads it: which host has which kernel, what is built, what runs where, and which hosts are left out and why. */
export function formatPlan(plan: PlannedPlay, { colour, columns, bound }: PlanTextOptions): string {
  const style = createStyle(colour);
  const blocks = [
    [style.bold(printableText(`PLAY [${plan.name}] ${plan.pattern}`))],
    block('Kernels', kernelRows(plan, columns), style),
    block('Build hosts', buildHostRows(plan, columns, style), style),
    block('Builds', buildRows(plan, columns, style), style),
    block('Runs', runRows(plan, columns), style),
    block('Watched on each host', watchRows(plan), style),
    block(
      'Batches',
      [...batchRows(plan, columns), ...boundRows(bound, columns), ...rolloutRows(plan, columns, style)],
      style,
    ),
    block('Left out', leftOutRows(plan, columns, style), style),
    [style.bold(formatPlanSummary([plan]))],
  ];
  return blocks
    .filter(lines => lines.length > 0)
    .map(lines => `${lines.join('\n')}\n`)
    .join('\n');
}

function boundRows(bound: string | undefined, columns: number): readonly string[] {
  return bound === undefined ? [] : wrapText(bound, columns - 2);
}

/** That a plan was saved in this file. */
export function formatSavedPlan(path: string, digest: string): string {
  return `saved ${path}, digest ${digest}\n`;
}

function block(title: string, rows: readonly string[], style: Style): readonly string[] {
  return rows.length === 0 ? [] : [style.cyan(title), ...rows.map(row => `  ${row}`)];
}

function kernelRows({ kernelGroups }: PlannedPlay, columns: number): readonly string[] {
  const widest = Math.max(0, ...kernelGroups.map(group => `${group.release} ${group.machine}`.length));
  return kernelGroups.flatMap(({ release, machine, version, hosts }) => {
    const kernel = `${release} ${machine}`.padEnd(widest);
    const row = `${kernel}  ${countOf(hosts.length, 'host').padEnd(9)}  `;
    const stamp = version === undefined ? [] : [`  ${printableText(version)}`];
    return [`${row}${foldHostsWithin(hosts, columns - row.length - 2)}`, ...stamp];
  });
}

/** For each kernel that something is built for: the build hosts that can, and why each of the others cannot. */
function buildHostRows({ kernelGroups, builds }: PlannedPlay, columns: number, style: Style): readonly string[] {
  const needed = kernelGroups.filter(({ id }) =>
    builds.some(({ kernelGroup, artifact }) => kernelGroup === id && artifact.state !== 'cached'),
  );
  const widest = Math.max(0, ...needed.map(({ release, machine }) => `${release} ${machine}`.length));
  return needed.flatMap(({ release, machine, buildHosts }) => {
    const able = new Map<string, string[]>();
    for (const host of buildHosts) {
      if (host.state === 'unfit') continue;
      const what = printableText(`(stap ${host.stap}, ${host.state === 'known-good' ? 'known good' : 'canary first'})`);
      able.set(what, [...(able.get(what) ?? []), host.name]);
    }
    const rows = [...able].map(([what, names]) => {
      const room = columns - 2 - widest - 2 - what.length - 1;
      return `${foldHostsWithin(names, room)} ${what}`;
    });
    const unfit = buildHosts.flatMap(host => (host.state === 'unfit' ? describeUnfit(host, columns, style) : []));
    const kernel = `${release} ${machine}`.padEnd(widest);
    return [...rows.map((row, index) => `${index === 0 ? kernel : ' '.repeat(widest)}  ${row}`), ...unfit];
  });
}

function describeUnfit(
  { name, failure: { cause, cure } }: Extract<KernelBuildHost, { state: 'unfit' }>,
  columns: number,
  style: Style,
): readonly string[] {
  const wrapped = wrapText(`${printableText(name)} cannot: ${printableText(cause)}`, columns - 4);
  const lines = wrapped.map((line, index) => (index === 0 ? style.yellow(line) : line));
  return [...lines, ...(cure === undefined ? [] : wrapText(`  → ${printableText(cure)}`, columns - 4))].map(
    line => `  ${line}`,
  );
}

function buildRows({ builds, buildLimits }: PlannedPlay, columns: number, style: Style): readonly string[] {
  const width = (of: (build: (typeof builds)[number]) => string): number =>
    Math.max(0, ...builds.map(build => of(build).length));
  const nameOf = namesOf(builds);
  const module = width(nameOf);
  const kernel = width(build => `${build.release} ${build.machine}`);
  return builds.flatMap(build => {
    const row = `${nameOf(build).padEnd(module)}  ${`${build.release} ${build.machine}`.padEnd(kernel)}  `;
    const args = build.args.length === 0 ? '' : `  args ${printableText(JSON.stringify(build.args))}`;
    const binaries = binaryRows(build, builds, columns - 2);
    if (build.artifact.state === 'cached') {
      const isLong = displayWidth(`${row}cached${args}`) > columns - 2;
      const cached = `${row}${style.green('cached')}`;
      return [...(isLong ? [cached, `  ${args.trimStart()}`] : [`${cached}${args}`]), ...binaries];
    }
    const below = [...binaries, ...lackingRows(build, buildLimits.binaries, columns - 2)];
    const on = ` on ${printableText(build.buildHost)}`;
    const others = build.alternatives.map(({ buildHost }) => printableText(buildHost));
    const instead = others.length === 0 ? '' : `, else ${foldHostsWithin(others, columns - 10)}`;
    const isWide = displayWidth(`${row}build${on}${instead}${args}`) > columns - 2;
    const built = `${row}${style.yellow('build')}${on}`;
    if (!isWide) return [`${built}${instead}${args}`, ...below];
    return [built, instead.replace(', ', '    '), args === '' ? '' : `  ${args.trimStart()}`, ...below].filter(
      line => line !== '',
    );
  });
}

/** A build by its module; with its number, where builds of the module differ in their binaries. */
function namesOf(builds: readonly PlannedBuild[]): (build: PlannedBuild) => string {
  const probing = new Set(builds.flatMap(({ module, binaries }) => (binaries === undefined ? [] : [module])));
  return ({ id, module }) => `${module}${probing.has(module) ? (/#\d+$/.exec(id)?.[0] ?? '') : ''}`;
}

/** Hosts that run the same with the same values stand in one row. */
function runRows({ hosts }: PlannedPlay, columns: number): readonly string[] {
  const byWhat = new Map<string, string[]>();
  for (const host of hosts) {
    if (host.decision.kind !== 'run') continue;
    for (const script of host.decision.scripts) {
      const what = describeRun(script);
      const names = byWhat.get(what);
      if (names === undefined) byWhat.set(what, [host.name]);
      else names.push(host.name);
    }
  }
  const rows = [...byWhat];
  const shown = rows.slice(0, mostRows);
  const lines = shown.flatMap(([what, names]) => {
    const on = `on ${foldHostsWithin(names, columns - 7)}`;
    return what.length + on.length + 4 <= columns ? [`${what}  ${on}`] : [what, `  ${on}`];
  });
  const rest = rows.length - shown.length;
  return rest === 0 ? lines : [...lines, `and ${countOf(rest, 'more line')} with other values`];
}

/** Values that differ on every host would make a line for each of them. */
const mostRows = 20;

function describeRun({ module, globals, targetProcess, limitSeconds, end, bufferMb, once }: PlannedScript): string {
  const values = globals.map(
    ({ name, value }) => `${name}=${/^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value)}`,
  );
  const length =
    end === 'at-limit'
      ? `for ${formatSeconds(limitSeconds)}`
      : `until it exits, ${formatSeconds(limitSeconds)} at most`;
  const buffer = bufferMb === undefined ? [] : [`buffer_mb=${bufferMb}`];
  const target = targetProcess === undefined ? [] : [`target_process=${sayTargetProcess(targetProcess)}`];
  return printableText([module, ...values, ...target, ...buffer, length, ...(once ? ['once'] : [])].join(' '));
}

function watchRows({ watch = {} }: PlannedPlay): readonly string[] {
  const { maxLoadPerCpu, stopAtLoadPerCpu, stopAtFreeMemoryBytes } = watch;
  return [
    ...(maxLoadPerCpu === undefined ? [] : [`loads nothing above a load of ${maxLoadPerCpu} for each CPU`]),
    ...(stopAtLoadPerCpu === undefined ? [] : [`stops a script at a load of ${stopAtLoadPerCpu} for each CPU`]),
    ...(stopAtFreeMemoryBytes === undefined
      ? []
      : [`stops a script when no more than ${formatBytes(stopAtFreeMemoryBytes)} of memory is available`]),
  ];
}

function batchRows({ batches }: PlannedPlay, columns: number): readonly string[] {
  if (batches.length < 2) return [];
  const rows = batches.slice(0, mostRows).map((batch, index) => {
    const row = `${String(index + 1).padStart(2)}  ${countOf(batch.length, 'host').padEnd(9)}  `;
    return `${row}${foldHostsWithin(batch, columns - row.length - 2)}`;
  });
  const rest = batches.length - rows.length;
  return [...rows, ...(rest > 0 ? [`    and ${countOf(rest, 'more batch')}`] : [])];
}

/** Hosts that are left out for the same reasons stand together. */
function leftOutRows({ hosts }: PlannedPlay, columns: number, style: Style): readonly string[] {
  const byReason = new Map<string, { readonly lines: readonly string[]; readonly names: string[] }>();
  for (const host of hosts) {
    const lines = describeDecision(host.decision, style);
    if (lines === undefined) continue;
    const known = byReason.get(lines.join('\n'));
    if (known === undefined) byReason.set(lines.join('\n'), { lines, names: [host.name] });
    else known.names.push(host.name);
  }
  return [...byReason.values()].flatMap(({ lines, names }) => [
    foldHostsWithin(names, columns - 2),
    ...lines.map(line => `    ${line}`),
  ]);
}

function describeDecision(decision: PlannedHost['decision'], style: Style): readonly string[] | undefined {
  const cure = (text: string | undefined): readonly string[] =>
    text === undefined ? [] : [`  → ${printableText(text)}`];
  switch (decision.kind) {
    case 'run':
      return undefined;
    case 'skip':
      return [`${style.yellow('skipped')}: ${printableText(decision.reason)}`, ...cure(decision.cure)];
    case 'unreachable':
      return [`${style.red('unreachable')}: ${printableText(decision.failure.cause)}`, ...cure(decision.failure.cure)];
    case 'fail':
      return decision.failures.flatMap(failure => [
        `${style.red('fails')}: ${printableText(failure.cause)}`,
        ...cure(failure.cure),
      ]);
    default:
      return decision satisfies never;
  }
}
