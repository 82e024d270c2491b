import type { HostName } from '../../model/ids.ts';
import type { OpenBuildHost } from '../../module/build/pooled-build-host.ts';
import type { Builder } from '../../plan/builds/choose-build-host.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** Connects to the build hosts that have a stap; those that cannot be reached are left out. */
export async function openBuildHosts(
  builders: readonly Builder[],
  fleet: Fleet,
): Promise<ReadonlyMap<HostName, OpenBuildHost>> {
  const opened = new Map<HostName, OpenBuildHost>();
  for (const builder of builders) {
    if (builder.kind !== 'ready' || builder.facts.stap === undefined) continue;
    const connection = await fleet.open(builder.host);
    if (!connection.ok) continue;
    const { cpus, buildDirectory, stap } = builder.facts;
    opened.set(builder.host.name, { connection: connection.value, cpus, directory: buildDirectory, stap });
  }
  return opened;
}
