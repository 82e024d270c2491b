import type { HostFacts } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { BoundScript, PlannablePreconditions } from '../../playbook/playbook.ts';
import { fails, passes, staysUnknown, warns } from './verdicts.ts';

/** For a module and what staprun writes beside it. */
const leastFreeBytes = 5_000_000;

/** Beyond this, times in the output of different hosts cannot be compared. */
const mostClockOffsetMs = 2000;

/** Checks free disk space, memory and load, and the clock. */
export function checkResources(
  facts: HostFacts,
  wanted: PlannablePreconditions,
  scripts: readonly BoundScript[],
): readonly Finding[] {
  return [checkDisk(facts, wanted), checkMemory(facts, scripts), checkLoad(facts, wanted), checkClock(facts)];
}

function checkDisk({ freeBytes, uploadDirectory }: HostFacts, { minFreeDiskBytes }: PlannablePreconditions): Finding {
  const needed = Math.max(leastFreeBytes, minFreeDiskBytes ?? 0);
  if (freeBytes === undefined) return staysUnknown('disk', `the host does not say what is free in ${uploadDirectory}`);
  if (freeBytes >= needed) return passes('disk', `${uploadDirectory} has ${megabytes(freeBytes)} free`);
  return fails('disk', `${uploadDirectory} has ${megabytes(freeBytes)} free, ${megabytes(needed)} are needed`, {
    cure: `make room in ${uploadDirectory}`,
  });
}

/** A module has its buffers once for each CPU, and they cannot be swapped out. */
function checkMemory({ memoryAvailableBytes, cpus }: HostFacts, scripts: readonly BoundScript[]): Finding {
  if (memoryAvailableBytes === undefined) return staysUnknown('memory', 'the host does not say');
  const forEachCpu = scripts.reduce((sum, { script }) => sum + (script.bufferMb ?? 0), 0);
  const buffers = forEachCpu * 1024 * 1024 * Math.max(1, cpus);
  const has = `${megabytes(memoryAvailableBytes)} available`;
  if (buffers <= memoryAvailableBytes / 2) return passes('memory', has);
  return warns(
    'memory',
    `${has}; the scripts' buffers take ${megabytes(buffers)} (buffer_mb for each of ${cpus} CPUs)`,
    {
      cure: 'lower buffer_mb',
    },
  );
}

function checkLoad({ loadAverage, cpus }: HostFacts, { maxLoadPerCpu }: PlannablePreconditions): Finding {
  const load = loadAverage[0] / Math.max(1, cpus);
  if (maxLoadPerCpu === undefined || load <= maxLoadPerCpu) return passes('load', `${load.toFixed(2)} for each CPU`);
  return fails('load', `its load is ${load.toFixed(2)} for each CPU, the playbook allows ${maxLoadPerCpu}`, {
    cure: 'wait, or raise max_load_per_cpu',
  });
}

function checkClock({ clockOffsetMs }: HostFacts): Finding {
  // The offset is not known more precisely.
  const seconds = Math.round(Math.abs(clockOffsetMs) / 1000);
  const offset =
    seconds === 0 ? 'within a second of ours' : `${seconds} s ${clockOffsetMs < 0 ? 'behind' : 'ahead of'} ours`;
  if (Math.abs(clockOffsetMs) <= mostClockOffsetMs) return passes('clock', offset);
  return warns('clock', `its clock is ${offset}`, { cure: 'let it follow a time server: timedatectl set-ntp true' });
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
