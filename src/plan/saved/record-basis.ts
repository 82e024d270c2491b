import { type Host, identifyConnection } from '../../model/host.ts';
import type { HostName, Sha256 } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import type { BuildId, PlannedPlay } from '../../model/plan.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import type { Builder } from '../builds/choose-build-host.ts';
import type { Target } from '../target.ts';
import { decisiveFacts, identifyBuildHost } from './decisive-facts.ts';
import type { BuildHostBasis, HostBasis, PlayBasis, SavedKernelRule } from './saved-plan.ts';

export interface BasisInput {
  readonly play: PlannablePlay;
  readonly planned: PlannedPlay;
  readonly targets: readonly Pick<Target, 'kind' | 'host'>[];
  readonly buildHosts: readonly Host[];
  /** The build hosts that were probed. */
  readonly builders: readonly Builder[];
  readonly playBuilders: readonly HostName[];
  readonly kernelBuilders: ReadonlyMap<number, readonly HostName[]>;
  /** Digests of the modules in the cache. */
  readonly modules: ReadonlyMap<BuildId, Sha256>;
  /** Digests a text as it is, anything else as canonical JSON. */
  readonly digest: (value: unknown) => Sha256;
}

/** Records what a planned play is based on, for the saved plan. Holds no secrets, since its input has none. */
export function recordBasis(input: BasisInput): PlayBasis {
  const { play, planned, buildHosts, builders, playBuilders, modules, digest } = input;
  const { packages, maxLoadPerCpu, minFreeDiskBytes, commands } = play.preconditions;
  return {
    onDrift: play.onDrift,
    hosts: (input.targets as readonly Target[]).map(basisOfTarget),
    buildHosts: buildHosts.map(host => basisOfBuildHost(host, builders)),
    playBuilders,
    kernels: play.kernels.map(
      ({ release, machine, stapOptions, sign }, index): SavedKernelRule => ({
        release,
        ...optional('machine', machine),
        stapOptions,
        ...optional('sign', sign),
        ...optional('builders', input.kernelBuilders.get(index)),
      }),
    ),
    ...optional('sign', play.sign),
    preconditions: {
      packages,
      ...optional('maxLoadPerCpu', maxLoadPerCpu),
      ...optional('minFreeDiskBytes', minFreeDiskBytes),
      commands: commands.map(({ value }) => value),
    },
    scripts: play.scripts.map(({ name, source, run, stapOptions, bufferMb, maxFileBytes, runOnce }) => ({
      name,
      source,
      run,
      stapOptions,
      ...optional('bufferMb', bufferMb),
      ...optional('maxFileBytes', maxFileBytes),
      ...optional('runOnce', runOnce),
      sha256: digest(source.text),
    })),
    builds: planned.builds.map(({ id, artifact, source, args, options }) => ({
      build: id,
      key: artifact.key,
      source: digest(source.text),
      args: digest(args),
      options: digest(options),
      ...optional('module', modules.get(id)),
    })),
  };
}

function basisOfTarget(target: Target): HostBasis {
  const { name, connection } = target.host;
  const facts = target.kind === 'ready' ? decisiveFacts(target) : undefined;
  return { name, connection: identifyConnection(connection), ...optional('facts', facts) };
}

function basisOfBuildHost({ name, connection }: Host, builders: readonly Builder[]): BuildHostBasis {
  const builder = builders.find(({ host }) => host.name === name);
  const facts = builder?.kind === 'ready' ? identifyBuildHost(builder.facts) : undefined;
  return { name, connection: identifyConnection(connection), ...optional('facts', facts) };
}
