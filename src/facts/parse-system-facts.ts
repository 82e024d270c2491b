import { type KernelRelease, type Machine, parseKernelRelease, parseMachine } from '../model/ids.ts';
import type { Kernel } from '../model/kernel.ts';
import { optional } from '../model/optional.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { HostFacts, InstalledPackage } from './host-facts.ts';
import { first, type Pairs } from './read-pairs.ts';

/** The kernel, with which every probe begins. */
export function parseKernel(pairs: Pairs): Result<Kernel, string> {
  const release: KernelRelease | undefined = parseKernelRelease(first(pairs, 'release') ?? '');
  const machine: Machine | undefined = parseMachine(first(pairs, 'machine') ?? '');
  if (release === undefined || machine === undefined)
    return err('the probe cannot tell the kernel (uname -r, uname -m)');
  return ok({ release, machine, version: first(pairs, 'version') ?? '' });
}

/** The values of os-release(5), whose quotes the probe leaves in. */
export function parseOs(pairs: Pairs): HostFacts['os'] {
  const value = (key: string): string | undefined => first(pairs, `os.${key}`)?.replace(/^(["'])(.*)\1$/, '$2');
  return {
    ...optional('id', value('ID')),
    ...optional('version', value('VERSION_ID')),
    ...optional('name', value('PRETTY_NAME')),
    like: value('ID_LIKE')?.split(/\s+/) ?? [],
  };
}

/** `MANAGER NAME VERSION`. */
export function parsePackage(text: string | undefined): InstalledPackage | undefined {
  const [manager, name, version] = text?.split(' ') ?? [];
  if (name === undefined || version === undefined) return undefined;
  return manager === 'dpkg' || manager === 'rpm' || manager === 'apk' ? { manager, name, version } : undefined;
}
