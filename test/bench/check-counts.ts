import type { BenchResults } from './bench.ts';
import { linesOfHost } from './whole-job.ts';

/** What is judged of all that is measured. */
export type Counts = Pick<BenchResults, 'jobs' | 'outputs' | 'builds' | 'plan' | 'troubles'>;

/** What is wrong whatever the machine does: connections, channels, builds, lines. Times are not judged, nor what was not measured. */
export function checkCounts({
  jobs = [],
  outputs = [],
  builds = [],
  plan,
  troubles,
}: Partial<Counts>): readonly string[] {
  const wrong: string[] = [];
  const expect = (what: string, is: number, shouldBe: number): void => {
    if (is !== shouldBe) wrong.push(`${what}: ${is}, not ${shouldBe}`);
  };
  for (const job of jobs) {
    const of = (what: string): string => `${job.name} on ${job.hosts} hosts: ${what}`;
    expect(of('lines of output'), job.lines, job.hosts * linesOfHost);
    if (job.name !== 'tapbook') continue;
    expect(of('connections'), job.connections, job.hosts);
    expect(of('channels'), job.channels, job.hosts * 2);
    expect(of('builds on a repeat'), job.builds, 0);
    expect(of('what is left on the hosts'), job.left.length, 0);
  }
  for (const output of outputs) expect(`${output.name}: bytes of output that are missing`, output.bytesMissing, 0);
  for (const { name, scripts, kernels, staps } of builds) {
    // A new kernel is tried once with a script of one line.
    const wanted = { cold: (scripts + 1) * kernels, again: 0, 'one more script': kernels }[name];
    if (wanted !== undefined) expect(`builds, ${name}: runs of stap`, staps, wanted);
  }
  if (plan !== undefined) expect('plan: hosts that run', plan.running, plan.hosts);
  if (troubles !== undefined) expect('troubles', troubles.length, 3);
  return wrong;
}
