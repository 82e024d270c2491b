import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostName, KernelRelease, Machine } from '../../model/ids.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { PlanDocument } from '../../model/plan.ts';
import { listRunIds } from './list-runs.ts';

/** So many runs are looked through, the newest first. */
const mostRuns = 50;

/** The kernels that hosts had when a run last asked them, as far as the plans of the latest runs tell. */
export function readLastKernels(root: string): ReadonlyMap<HostName, Pick<Kernel, 'release' | 'machine'>> {
  const kernels = new Map<HostName, Pick<Kernel, 'release' | 'machine'>>();
  for (const run of listRunIds(root).slice(0, mostRuns)) {
    for (const { name, kernelGroup } of readHosts(join(root, 'runs', run, 'plan.json'))) {
      const [release = '', machine = ''] = kernelGroup?.split('/') ?? [];
      if (machine === '' || kernels.has(name)) continue;
      kernels.set(name, { release: release as KernelRelease, machine: machine as Machine });
    }
  }
  return kernels;
}

function readHosts(path: string): PlanDocument['plays'][number]['hosts'] {
  try {
    const document = JSON.parse(readFileSync(path, 'utf8')) as PlanDocument;
    return document.plays.flatMap(({ hosts }) => hosts);
  } catch {
    // None, or a damaged one.
    return [];
  }
}
