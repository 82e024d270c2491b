import type { BenchResults } from './bench.ts';
import type { RemoteRun } from './stap-remote.ts';
import type { JobRun } from './whole-job.ts';

/** The figures as a page has them, in Markdown; on a terminal they read well enough. */
export function performanceTables(results: BenchResults): string {
  const { machine, extent, leftOut, roundTrips, troubles, outputs, startUp, plan, inventories, builds } = results;
  return [
    `Machine: ${machine.cpu}, ${machine.memoryGb} GB, shared with all the hosts; Linux ${machine.kernel}, Node ${machine.node}, ${machine.openssh}.`,
    ...(leftOut.length === 0 ? [] : [`Left out: ${leftOut.join('; ')}.`]),
    `### The whole job\n\nMedians of ${extent.rounds} (one run for more than 100 hosts). The ratio is tapbook's time to theirs.`,
    jobTable(results),
    `tapbook waits ${roundTrips} times for an answer in the life of a host, TCP's own handshake not counted.`,
    `### Hosts that are slow or dead, among ${troubles[0]?.hosts ?? 0}`,
    table(
      ['', 'all others probed', 'all others done', 'the whole run'],
      troubles.map(one => [one.name, seconds(one.probed), seconds(one.done), seconds(one.wallSeconds)]),
    ),
    '### Output',
    table(
      ['', 'hosts', 'lines', 'lines/s', 'time', 'CPU', 'memory', 'bytes missing'],
      outputs.map(one => [
        ...[one.name, one.hosts, one.lines, Math.round(one.linesPerSecond), seconds(one.wallSeconds)],
        ...[seconds(one.cpuSeconds), megabytes(one.memoryMb), one.bytesMissing],
      ]),
    ),
    '### Start, plan and inventory',
    table(
      ['', 'time', 'of `node -e 0`'],
      startUp.map(({ name, milliseconds, ratio }) => [`\`${name}\``, `${milliseconds.toFixed(0)} ms`, times(ratio)]),
    ),
    `The plan of ${plan.hosts} hosts from facts that are there: ${seconds(plan.seconds)}, ${megabytes(plan.memoryMb)} for the whole program.`,
    table(
      ['inventory list, 10,000 hosts', 'tapbook', 'memory', 'ansible-inventory', 'ratio'],
      inventories.map(({ name, seconds: ours, memoryMb, ansibleSeconds: theirs }) => [
        ...[name, seconds(ours), megabytes(memoryMb)],
        ...(theirs === undefined ? ['not here', '–'] : [seconds(theirs), times(ours / theirs)]),
      ]),
    ),
    `### Builds\n\nWith a stap that takes ${extent.builds.stapSeconds} s. A new kernel is tried once with a script of one line before.`,
    table(
      ['', 'scripts', 'kernels', 'runs of stap', 'time', 'stap at a time'],
      builds.map(one => [
        ...[one.name, one.scripts, one.kernels, one.staps, seconds(one.wallSeconds), one.shareOfStap.toFixed(2)],
      ]),
    ),
  ].join('\n\n');
}

export function remoteTable(runs: readonly RemoteRun[]): string {
  return table(
    ['', 'first', 'again'],
    runs.map(({ name, first, again }) => [name, seconds(first), seconds(again)]),
  );
}

function jobTable({ jobs }: BenchResults): string {
  const ours = (hosts: number): JobRun | undefined => jobs.find(job => job.name === 'tapbook' && job.hosts === hosts);
  const head = ['hosts', '', 'key exchange', 'time', 'ratio', 'CPU a host', 'memory', 'connections', 'channels'];
  return table(
    head,
    jobs.map(job => {
      const own = ours(job.hosts);
      const ratio = job === own || own === undefined ? '–' : times(own.wallSeconds / job.wallSeconds);
      return [
        ...[job.hosts, job.name, job.keyExchange, seconds(job.wallSeconds), ratio],
        ...[`${((job.cpuSeconds * 1000) / job.hosts).toFixed(1)} ms`, megabytes(job.memoryMb)],
        ...[job.connections, job.channels],
      ];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map(row => row.map(String))];
  const widths = head.map((_, column) => Math.max(3, ...cells.map(row => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`;
  return [line(cells[0] ?? []), rule, ...cells.slice(1).map(line)].join('\n');
}

function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

function megabytes(value: number): string {
  return `${value.toFixed(0)} MB`;
}

function times(value: number): string {
  return `${value.toFixed(2)}x`;
}
