import type { BuildHostFacts, BuildTree } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import { install } from '../packages/install-command.ts';
import { fails, passes, staysUnknown, warns } from './verdicts.ts';

export function checkStap({ stap, os }: BuildHostFacts): Finding {
  if (stap === undefined) return fails('stap', 'stap is not installed', install(os, [{ name: 'systemtap' }]));
  return passes('stap', `stap ${stap.version} (${stap.path})`);
}

/**
 * Debian's kernel trees name their compiler and fail without exactly that one. Others take any gcc: another major version
 * mostly works, but may lack options that the kernel's makefiles use.
 */
export function checkCompiler({ compiler, os }: BuildHostFacts, tree: BuildTree | undefined): Finding {
  const check = 'compiler';
  const required = tree?.requiredCompiler;
  if (required !== undefined && tree?.compiler === undefined) {
    return fails(
      check,
      `${required} is not installed, and the headers take no other`,
      install(os, [{ name: required }]),
    );
  }
  const used = tree?.compiler ?? compiler;
  if (used === undefined) return fails(check, 'no C compiler is installed', install(os, [{ name: 'gcc' }]));
  const wanted = tree?.wantedCompiler;
  if (wanted === undefined) return passes(check, used.version);
  if (/\bclang\b/.test(wanted) && !/\bclang\b/.test(used.version)) {
    return warns(check, `${used.version}, but the kernel was made with ${wanted}`, {
      cure: 'install clang if builds fail',
    });
  }
  const [has, wants] = [majorOf(used.version), majorOf(wanted)];
  if (has === undefined || wants === undefined || has === wants) return passes(check, used.version);
  return warns(check, `${used.version}, but the kernel was made with ${wanted}`, {
    cure: `install gcc ${wants} if builds fail: another one may not know the kernel's options`,
  });
}

export function checkMake({ make, os }: BuildHostFacts): Finding {
  return make === undefined
    ? fails('make', 'make is not installed', install(os, [{ name: 'make' }]))
    : passes('make', make);
}

/** Below `least` nothing can be built; below `enough` a large script may fail. */
const diskBytes = { least: 20e6, enough: 200e6 };

export function checkBuildDisk({ freeBytes, buildDirectory }: BuildHostFacts): Finding {
  if (freeBytes === undefined) return staysUnknown('disk', `the host does not say what is free in ${buildDirectory}`);
  const found = `${buildDirectory} has ${(freeBytes / 1e6).toFixed(1)} MB free`;
  const remedy = { cure: `make room in ${buildDirectory}` };
  if (freeBytes < diskBytes.least) return fails('disk', found, remedy);
  return freeBytes < diskBytes.enough ? warns('disk', found, remedy) : passes('disk', found);
}

/** What stap takes when it reads DWARF, together with the compiler. */
const enoughMemoryBytes = 512e6;

export function checkBuildMemory({ memoryAvailableBytes }: BuildHostFacts): Finding {
  if (memoryAvailableBytes === undefined) return staysUnknown('memory', 'the host does not say');
  const found = `${(memoryAvailableBytes / 1e6).toFixed(0)} MB available`;
  if (memoryAvailableBytes >= enoughMemoryBytes) return passes('memory', found);
  return warns('memory', `${found}: a build with debuginfo may take more`, { cure: 'free memory, or add swap' });
}

/** `gcc-12 (Debian 12.2.0-14) 12.2.0`, `gcc (GCC) 13.2.1 20231011 (Red Hat 13.2.1-4)`: 12 and 13. */
function majorOf(version: string): string | undefined {
  return /(?:^|\s)(\d+)\.\d/.exec(version.replace(/\([^)]*\)/g, ''))?.[1];
}
