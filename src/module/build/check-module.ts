import { type ModuleInfo, readModinfo } from '../../elf/read-modinfo.ts';
import { type ProbedBinary, shortBuildId } from '../../model/binary.ts';
import type { KernelRelease } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { digest } from '../cache/digest.ts';
import { hasUserProbes } from '../cache/kept-binaries.ts';
import type { Artifact } from '../cache/module-cache.ts';

import { findDanger } from '../stap/known-breakages.ts';
import { type GeneratedProbes, readGeneratedProbes } from '../stap/read-generated-probes.ts';
import { readStapVersion } from '../stap/read-stap-version.ts';

type Wanted = Pick<PlannedBuild, 'module' | 'release' | 'machine' | 'options' | 'artifact' | 'binaries'>;
type Flaw = Pick<Failure, 'cause' | 'cure'>;

/**
 * Checks a built module against its plan, so that none for another kernel, or for other files in user space, is cached or
 * loaded. `probes`: what its generated C says of those files, if stap has left it.
 */
export function checkModule(
  build: Wanted,
  bytes: Uint8Array,
  probes: GeneratedProbes | undefined,
): Result<Artifact, Flaw> {
  const info = checkKernel(build, bytes);
  if (!info.ok) return err({ cause: info.error });
  const binaries = checkBinaries(build, bytes, probes);
  if (!binaries.ok) return binaries;
  const { vermagic, parameters } = info.value;
  return ok({
    key: build.artifact.key,
    module: build.module,
    bytes,
    sha256: digest(bytes),
    vermagic,
    parameters,
    binaries: binaries.value,
  });
}

/** All files that a target has to be asked about before the module is loaded there, sorted by path. */
function checkBinaries(
  { binaries: planned = [], options }: Wanted,
  bytes: Uint8Array,
  probes: GeneratedProbes | undefined,
): Result<readonly ProbedBinary[], Flaw> {
  if (probes === undefined && hasUserProbes(bytes)) {
    const unknown = 'it cannot be told which files in user space the module has breakpoints for';
    if (options.useServer === undefined)
      return err({ cause: `${unknown}: stap has left no C that says so`, cure: 'use SystemTap 2.0 or newer there' });
    return err({
      cause: `${unknown}: a compile server made it, and does not say so`,
      cure: 'build this script without use_server, on a host that has these files and SystemTap',
    });
  }
  const found = probes === undefined ? ok([]) : readGeneratedProbes(probes);
  if (!found.ok) return found;
  for (const { path, buildId } of found.value) {
    const wanted = planned.find(binary => (binary.realPath ?? binary.path) === path || binary.path === path);
    if (wanted === undefined || wanted.buildId === buildId) continue;
    return err({
      cause: `the build host has another ${printableLine(path, 200)} than the hosts of this build: its build-id is ${shortBuildId(buildId)}, theirs ${shortBuildId(wanted.buildId)}`,
      cure: 'install the same version of its package on the build host, or name a build host that has it',
    });
  }
  // What was planned and is not probed in the end is the same there all the same.
  const others = planned.filter(({ path }) => !found.value.some(binary => binary.path === path));
  return ok([...found.value, ...others].sort((left, right) => (left.path < right.path ? -1 : 1)));
}

/** The error is one line. */
function checkKernel(build: Wanted, bytes: Uint8Array): Result<ModuleInfo, string> {
  const info = readModinfo(bytes);
  if (!info.ok) return err(`what stap built is no module: ${info.error}`);
  const { vermagic, elfMachine, signature } = info.value;
  const builtFor = vermagic.split(' ')[0] as KernelRelease | undefined;
  if (builtFor !== build.release) return err(`the module was built for ${builtFor}, wanted was ${build.release}`);
  const machine = elfMachines[build.machine];
  if (machine !== undefined && machine !== elfMachine) {
    return err(`the module is for ELF machine ${elfMachine}, ${build.machine} is ${machine}`);
  }
  if (build.options.sign !== undefined && signature === undefined)
    return err('the module was to be signed, and is not');
  if (build.options.useServer !== undefined) {
    const version = readStapVersion(bytes);
    const danger = version === undefined ? undefined : findDanger(version, build.release);
    if (danger !== undefined) {
      return err(`the compile server's SystemTap ${version} must not be used for ${build.release}: ${danger.cause}`);
    }
  }
  return info;
}

/** `EM_*` of elf.h by `uname -m`. */
const elfMachines: Readonly<Record<string, number>> = {
  i386: 3,
  i486: 3,
  i586: 3,
  i686: 3,
  ppc64: 21,
  ppc64le: 21,
  s390x: 22,
  armv6l: 40,
  armv7l: 40,
  x86_64: 62,
  aarch64: 183,
  riscv64: 243,
  loongarch64: 258,
};
