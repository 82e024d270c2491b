import { readModinfo } from '../../elf/read-modinfo.ts';
import type { KernelRelease } from '../../model/ids.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { type Artifact, digest } from '../cache/module-cache.ts';
import { findDanger } from '../stap/known-breakages.ts';
import { readStapVersion } from '../stap/read-stap-version.ts';

/** Checks a built module against its plan, so that none for another kernel is cached or loaded. The error is one line. */
export function checkModule(
  build: Pick<PlannedBuild, 'module' | 'release' | 'machine' | 'options' | 'artifact'>,
  bytes: Uint8Array,
): Result<Artifact, string> {
  const info = readModinfo(bytes);
  if (!info.ok) return err(`what stap built is no module: ${info.error}`);
  const { vermagic, parameters, elfMachine, signature } = info.value;
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
  return ok({
    key: build.artifact.key,
    module: build.module,
    bytes,
    sha256: digest(bytes),
    vermagic,
    parameters,
  });
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
