import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTapbook } from '../support/tapbook.ts';

/** What the hosts hold: files and folders of ours, and processes, open files and memory of the servers that are logged in to. */
export interface HostFootprint {
  readonly hostFiles: number;
  readonly processes: number;
  readonly handles: number;
  readonly serverKb: number;
}

/** What must not grow, however often a playbook is applied. */
export interface Footprint extends HostFootprint {
  /** After how many applies. */
  readonly after: number;
  /** Files and folders of ours here, in cache and history. */
  readonly ownFiles: number;
  /** The most memory that one of the last applies took. */
  readonly controllerKb: number;
}

/** A fleet that is applied to again and again. */
export interface SoakFleet {
  readonly env: Readonly<Record<string, string>>;
  readonly inventory: string;
  readonly playbook: string;
  /** Cache and history. */
  readonly ownFolders: readonly string[];
  measureHosts(): Promise<HostFootprint>;
  /** What is on hosts that should not be, a line each. */
  left(): Promise<readonly string[]>;
}

/** How many runs the history keeps: soon reached, so that it cannot grow behind our backs. */
const keptRuns = 5;

/** Applies a playbook to a fleet again and again, and measures after so many applies. Each has to end well. */
export async function soak(fleet: SoakFleet, marks: readonly number[]): Promise<readonly Footprint[]> {
  const footprints: Footprint[] = [];
  const peaks: number[] = [];
  for (let done = 1; done <= Math.max(...marks); done++) {
    const env = { ...fleet.env, TAPBOOK_KEEP_RUNS: String(keptRuns) };
    const running = startTapbook(['apply', fleet.playbook, '-i', fleet.inventory], { env });
    const watched = watchMemory(running.pid);
    const { code, stderr } = await running.finished;
    if (code !== 0) throw new Error(`apply ${done} ended with ${code}: ${stderr}`);
    peaks.push(await watched);
    if (marks.includes(done)) footprints.push(await measure(fleet, done, peaks.slice(-keptRuns)));
  }
  return footprints;
}

async function measure(fleet: SoakFleet, after: number, peaks: readonly number[]): Promise<Footprint> {
  // A server takes a moment to see that its client has gone.
  await sleep(1000);
  const own = await Promise.all(fleet.ownFolders.map(path => readdir(path, { recursive: true })));
  // Whether a host prints anything in its one second differs from run to run.
  const ownFiles = own.flat().filter(name => !/\/output\/./.test(name)).length;
  return { after, ...(await fleet.measureHosts()), ownFiles, controllerKb: Math.max(...peaks) };
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

/** Kilobytes; 0 where there is no such process any more. */
export async function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
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
