import type { BuildOptions, Signing } from '../model/build-options.ts';
import type { Kernel } from '../model/kernel.ts';
import { optional } from '../model/optional.ts';
import type { BuildId, BuildPlace, KernelGroupId, PlannedBuild, PlannedScript } from '../model/plan.ts';
import type { BoundScript, PlannableKernel, StapOptions } from '../playbook/playbook.ts';

/** How a script runs on one host. */
export function planScript({ script, globals, targetProcess, outputFile }: BoundScript, build: BuildId): PlannedScript {
  return {
    module: script.name,
    build,
    globals: globals.map(({ name, value }) => ({ name, value })),
    limitSeconds: script.run.kind === 'duration' ? script.run.seconds : script.run.limitSeconds,
    end: script.run.kind === 'duration' ? 'at-limit' : 'by-itself',
    ...(script.bufferMb === undefined ? {} : { bufferMb: script.bufferMb }),
    ...optional('targetProcess', targetProcess),
    ...(outputFile === undefined ? {} : { outputFile }),
    ...optional('maxFileBytes', script.maxFileBytes),
    ...(script.runOnce ? { once: true } : {}),
  };
}

/** A build without its place and its hosts. */
export type DescribedBuild = Omit<PlannedBuild, keyof BuildPlace | 'alternatives' | 'hosts' | 'id'>;

/** What a play has configured for a kernel. */
export interface KernelConfig {
  /** The entry of `kernels` that matches. */
  readonly rule: PlannableKernel | undefined;
  /** How modules are signed. */
  readonly sign: Signing | undefined;
}

/** What is built for a script on one kernel. A script's own stap options override those of the kernel's entry. */
export function planBuild(
  { script, args }: BoundScript,
  { release, machine }: Kernel,
  kernelGroup: KernelGroupId,
  { rule, sign }: KernelConfig,
): DescribedBuild {
  const limit = script.run.kind === 'duration' ? script.run.seconds : script.run.limitSeconds;
  return {
    module: script.name,
    kernelGroup,
    release,
    machine,
    source: script.source,
    args,
    options: {
      ...joinOptions(rule?.stapOptions ?? {}, script.stapOptions),
      ...(sign === undefined ? {} : { sign }),
      beltSeconds: beltFor(limit),
    },
  };
}

/** Merges stap options; the script's win. Defines and modinfo are merged by name, tapsets are concatenated. */
export function joinOptions(kernel: StapOptions, script: StapOptions): Omit<BuildOptions, 'beltSeconds'> {
  const joined = { ...kernel, ...script };
  const { defines: _, tapsets: __, modinfo: ___, guru, suppressTimeLimits, skipBadvars, allModules, ...rest } = joined;
  const { unwindLibraries, useServer, ...others } = rest;
  const tapsets = [...(script.tapsets ?? []), ...(kernel.tapsets ?? [])];
  const modinfo = { ...kernel.modinfo, ...script.modinfo };
  return {
    ...others,
    guru: guru ?? false,
    ...(suppressTimeLimits ? { suppressTimeLimits } : {}),
    ...(skipBadvars ? { skipBadvars } : {}),
    ...(allModules ? { allModules } : {}),
    ...(unwindLibraries ? { unwindLibraries } : {}),
    ...(useServer ? { useServer } : {}),
    defines: { ...kernel.defines, ...script.defines },
    ...(tapsets.length === 0 ? {} : { tapsets }),
    ...(Object.keys(modinfo).length === 0 ? {} : { modinfo }),
  };
}

/** In seconds: stap counts milliseconds in an int. */
const longestBelt = 2_147_483;

/**
 * The belt is compiled into the module, so only a few lengths are used: a change of `duration` then seldom needs a build.
 * It leaves the supervisor at least a minute to end the script first.
 */
function beltFor(limitSeconds: number): number {
  const lengths = [120, 300, 900, 3600, 4 * 3600, 24 * 3600, 7 * 24 * 3600];
  return lengths.find(length => length >= limitSeconds + 60) ?? longestBelt;
}
