import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { measure } from './measure.ts';

export interface PlanRun {
  readonly hosts: number;
  readonly running: number;
  readonly builds: number;
  readonly seconds: number;
  readonly memoryMb: number;
}

/** The pure part of a plan, by a bundle of its own, so that no loader counts. */
export async function measurePlan(): Promise<PlanRun> {
  // The rig of the plan's tests looks for the schemas two folders up.
  const folder = await mkdtemp(new URL('../../node_modules/.tapbook-bench-', import.meta.url).pathname);
  try {
    const outfile = join(folder, 'plan.mjs');
    const entry = new URL('plan-ten-thousand.ts', import.meta.url).pathname;
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'warning' });
    const stdout = join(folder, 'result');
    const { code, memoryMb, output } = await measure([process.execPath, outfile], { stdout });
    if (code !== 0) throw new Error(`the plan ends with ${code}: ${output}`);
    return { ...(JSON.parse(await readFile(stdout, 'utf8')) as Omit<PlanRun, 'memoryMb'>), memoryMb };
  } finally {
    await rm(folder, { recursive: true });
  }
}
