import type { HostName } from '../../model/ids.ts';
import type { WantedProbe } from '../../model/wanted-probe.ts';
import type { ReadBinary } from '../../plan/checks/check-markers.ts';
import type { ReadyTarget, Target } from '../../plan/target.ts';
import type { BoundScript, PlannablePlay } from '../../playbook/playbook.ts';
import { readWantedProbes } from '../../script/read-wanted-probes.ts';
import type { ProbesReader } from '../probes/create-probes-reader.ts';
import { tapsetsOf } from './probed-files-of.ts';

/** Reads the files of targets in which their scripts name marks or functions; no others. */
export async function readNamedBinaries(
  targets: readonly Target[],
  play: Pick<PlannablePlay, 'kernels'>,
  read: ProbesReader,
): Promise<ReadonlyMap<HostName, readonly ReadBinary[]>> {
  // Each script is looked at once for the same arguments, however many hosts run it.
  const known = new Map<BoundScript['script'], Map<string, readonly WantedProbe[]>>();
  const wantedOf = ({ script, args }: BoundScript): readonly WantedProbe[] => {
    if (script.unknown?.includes('source')) return [];
    const ofScript = known.get(script) ?? new Map<string, readonly WantedProbe[]>();
    known.set(script, ofScript);
    const key = JSON.stringify(args);
    const wanted = ofScript.get(key) ?? readWantedProbes(script.source, args, tapsetsOf(script, play));
    ofScript.set(key, wanted);
    return wanted;
  };
  const ready = targets.filter((one): one is ReadyTarget => one.kind === 'ready');
  const all = ready.map(async target => {
    const wanted = target.scripts.flatMap(wantedOf);
    const files = (target.binaries ?? []).flatMap(file => {
      const named = wanted.filter(({ path }) => path === file.path);
      return file.state === 'present' && named.length > 0 ? [{ file, named }] : [];
    });
    const binaries = files.map(async ({ file, named }): Promise<ReadBinary> => {
      return { path: file.path, wanted: named, probes: await read(file, target) };
    });
    return [target.host.name, await Promise.all(binaries)] as const;
  });
  return new Map(await Promise.all(all));
}
