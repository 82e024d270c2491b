import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for one run of the lab's tests: the demo's history, and one cache for all, so that a SystemTap is tried on a kernel,
 * and a module built, once. `test/lab/apply.test.ts`, which comes first, finds it empty and proves what is built.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-lab-run-'));
  process.env['TAPBOOK_LAB_RUN'] = folder;
  return () => rm(folder, { recursive: true, force: true });
}
