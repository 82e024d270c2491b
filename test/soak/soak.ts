import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StandInFleet } from '../support/stand-in-fleet.ts';
import { startTapbook } from '../support/tapbook.ts';

/** What must not grow, however often a playbook is applied. */
export interface Footprint {
  /** After how many applies. */
  readonly after: number;
  /** Files and folders of ours: on the hosts, and in cache and history here. */
  readonly hostFiles: number;
  readonly ownFiles: number;
  /** Processes, open files and memory of the servers that are logged in to. */
  readonly processes: number;
  readonly handles: number;
  readonly serverKb: number;
  /** The most memory that one of the last applies took. */
  readonly controllerKb: number;
}

/** How many runs the history keeps: soon reached, so that it cannot grow behind our backs. */
const keptRuns = 5;

/** Applies a playbook to a fleet again and again, and measures after so many applies. Each has to end well. */
export async function soak(fleet: StandInFleet, marks: readonly number[]): Promise<readonly Footprint[]> {
  const playbook = await fleet.playbook(
    'soak.yml',
    `- hosts: db\n  scripts: [{ name: soak, inline: 'probe timer.s(1) { println(1) }', duration: 1s }]\n`,
  );
  const footprints: Footprint[] = [];
  const peaks: number[] = [];
  for (let done = 1; done <= Math.max(...marks); done++) {
    const env = { ...fleet.env, TAPBOOK_KEEP_RUNS: String(keptRuns) };
    const running = startTapbook(['apply', playbook, '-i', fleet.inventory], { env });
    const watched = watchMemory(running.pid);
    const { code, stderr } = await running.finished;
    if (code !== 0) throw new Error(`apply ${done} ended with ${code}: ${stderr}`);
    peaks.push(await watched);
    if (marks.includes(done)) footprints.push(await measure(fleet, done, peaks.slice(-keptRuns)));
  }
  return footprints;
}

async function measure(fleet: StandInFleet, after: number, peaks: readonly number[]): Promise<Footprint> {
  // A server takes a moment to see that its client has gone.
  await sleep(1000);
  const servers = await findProcesses(fleet.hosts.map(({ sshd }) => sshd.directory));
  const handles = await Promise.all(
    servers.map(async pid => (await readdir(`/proc/${pid}/fd`).catch(() => [])).length),
  );
  const memory = await Promise.all(servers.map(pid => memoryOf(pid, 'VmRSS')));
  const roots = fleet.hosts.flatMap(({ root }) =>
    ['tmp', 'var-tmp', 'run', 'sys/module'].map(path => join(root, path)),
  );
  const hostFiles = await Promise.all(roots.map(async path => (await readdir(path)).length));
  const own = await Promise.all(['cache', 'state'].map(path => readdir(join(fleet.folder, path), { recursive: true })));
  return {
    after,
    hostFiles: sum(hostFiles),
    ownFiles: sum(own.map(({ length }) => length)),
    processes: servers.length,
    handles: sum(handles),
    serverKb: sum(memory),
    controllerKb: Math.max(...peaks),
  };
}

/** The high water mark of a process, in kilobytes, as long as it lives. */
async function watchMemory(pid: number): Promise<number> {
  let peak = 0;
  for (;;) {
    const now = await memoryOf(pid, 'VmHWM');
    if (now === 0) return peak;
    peak = Math.max(peak, now);
    await sleep(20);
  }
}

/** 0 where there is no such process any more. */
async function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}

async function findProcesses(words: readonly string[]): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async pid => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return words.some(word => line.includes(word)) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What has grown between two footprints, a line each; memory may differ by a tenth and 4 MB, as it does between any two runs. */
export function findGrowth(before: Footprint, later: Footprint): readonly string[] {
  const keys = ['hostFiles', 'ownFiles', 'processes', 'handles', 'serverKb', 'controllerKb'] as const;
  return keys.flatMap(key => {
    const most = key.endsWith('Kb') ? before[key] * 1.1 + 4096 : before[key];
    return later[key] <= most
      ? []
      : [`${key}: ${before[key]} after ${before.after}, ${later[key]} after ${later.after}`];
  });
}
