import { createHash } from 'node:crypto';
import type { BuildHostFacts, BuildTree } from '../../facts/host-facts.ts';
import { type BuildVariant, pickVariant } from '../../model/build-options.ts';
import type { ArtifactKey, CanaryKey, Machine, ModuleName } from '../../model/ids.ts';
import { printableLine } from '../../model/printable-text.ts';
import { crossBuild, crossCompilerIdentity } from '../../plan/builds/cross-build.ts';
import { explainStap } from '../stap/explain-stap.ts';
import { recogniseBreakage } from '../stap/known-breakages.ts';
import type { StapExplanation } from '../stap/stap-explanation.ts';
import type { BuildRequest } from './build-module.ts';

/** The digest of what decides whether SystemTap on a build host can build for a kernel at all. */
export function canaryKey(
  builder: BuildHostFacts,
  tree: BuildTree,
  machine: Machine,
  variant: BuildVariant = {},
): CanaryKey {
  const found = crossBuild(builder.kernel.machine, machine);
  const cross = typeof found === 'string' ? undefined : found;
  const decisive = [
    'tapbook-canary/2',
    builder.stap?.banner ?? '',
    builder.stap?.rc ?? '',
    tree.compiler?.version ?? builder.compiler?.version ?? '',
    crossCompilerIdentity(variant, cross, builder, tree) ?? '',
    [variant.arch ?? '', variant.crossCompile ?? '', variant.sysroot ?? '', variant.useServer ?? ''],
    ...(variant.kernelDefines === undefined ? [] : [variant.kernelDefines]),
    tree.release,
    machine,
    tree.identity ?? '',
    tree.utsVersion ?? '',
  ];
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex') as CanaryKey;
}

/** A minimal script, which needs only kernel headers, with the build variant of `build`. */
export function canaryFor(build: BuildRequest, key: CanaryKey): BuildRequest {
  const { kernelDefines: defines = {}, ...variant } = pickVariant(build.options);
  return {
    ...build,
    module: 'tapbook_canary' as ModuleName,
    source: { path: 'tapbook_canary.stp', text: 'probe begin { exit() }\n' },
    args: [],
    options: { ...variant, guru: false, defines, beltSeconds: 120 },
    // It is never loaded, so it is not cached.
    artifact: { key: key as string as ArtifactKey, state: 'not-kept' },
  };
}

/** Why a canary does not compile: a known breakage, else the compiler's first error. */
export function explainCanary(log: string, stapVersion: string, release: string): StapExplanation {
  const known = recogniseBreakage(log, stapVersion, release);
  if (known !== undefined) return known;
  const error = compileError(log);
  return error === undefined
    ? explainStap(log, release)
    : { cause: error, cure: 'install a newer SystemTap there, or use a build host that has one' };
}

/** Explains that SystemTap cannot build for a kernel; names the build host if `buildHost` is given. */
export function cannotBuild(
  { cause, cure }: StapExplanation,
  stapVersion: string,
  release: string,
  buildHost?: string,
): StapExplanation {
  const on = buildHost === undefined ? '' : ` on ${buildHost}`;
  const whole = `SystemTap ${stapVersion}${on} cannot build for ${release} at all (a minimal script fails too): ${cause}`;
  return cure === undefined ? { cause: whole } : { cause: whole, cure };
}

/** The compiler's first error, `file.h: message`, as one bounded line. */
export function compileError(log: string): string | undefined {
  const [, file, error] = /^(?:\S*\/)?([\w.-]+\.[ch]):\d+(?::\d+)?: (?:fatal )?error: (.+)$/m.exec(log) ?? [];
  if (error === undefined) return undefined;
  return printableLine(`${file}: ${error.replace(/ \[-W[\w=-]+\]\s*$/, '')}`, 200);
}
