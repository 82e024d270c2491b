import type { Branded } from './brand.ts';
import { printableText } from './printable-text.ts';

/** A host's name in the inventory. It is never a path: see `history/write/host-file-name.ts`. */
export type HostName = Branded<string, 'HostName'>;
export type GroupName = Branded<string, 'GroupName'>;

/** What `uname -r` prints. Compared for equality only: it is not a semantic version. */
export type KernelRelease = Branded<string, 'KernelRelease'>;

/** What `uname -m` prints, such as `x86_64`. */
export type Machine = Branded<string, 'Machine'>;

/** A SystemTap module's name as `stap -m` takes it. */
export type ModuleName = Branded<string, 'ModuleName'>;

/** 64 lower-case hexadecimal digits. */
export type Sha256 = Branded<string, 'Sha256'>;

/** The build-id of an ELF file, as its note of type NT_GNU_BUILD_ID has it: lower-case hexadecimal digits, mostly 40. */
export type ElfBuildId = Branded<string, 'ElfBuildId'>;

/** The digest of everything that decides a module's bytes; names its entry in the cache. */
export type ArtifactKey = Branded<string, 'ArtifactKey'>;

/** The digest of what decides whether SystemTap on a build host can build for a kernel at all. */
export type CanaryKey = Branded<string, 'CanaryKey'>;

/** Names one apply and its directory; sorts by time. */
export type RunId = Branded<string, 'RunId'>;

/** The longest module name that stap keeps whole; it silently cuts a longer one. */
export const longestModuleName = 55;

export function parseHostName(text: string): HostName | undefined {
  return isShownWord(text) ? (text as HostName) : undefined;
}

export function parseGroupName(text: string): GroupName | undefined {
  return isShownWord(text) ? (text as GroupName) : undefined;
}

/** Without blanks, and without what a terminal would act on or not show: a reversed name could be read as another host's. */
function isShownWord(text: string): boolean {
  return /^\S{1,255}$/u.test(text) && printableText(text) === text;
}

export function parseKernelRelease(text: string): KernelRelease | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}$/.test(text) ? (text as KernelRelease) : undefined;
}

export function parseMachine(text: string): Machine | undefined {
  return /^[A-Za-z0-9_]{1,32}$/.test(text) ? (text as Machine) : undefined;
}

/** stap's own pattern for `-m` is `^[a-z0-9_]+$`, read case-insensitively. */
export function parseModuleName(text: string): ModuleName | undefined {
  return /^[A-Za-z0-9_]+$/.test(text) && text.length <= longestModuleName ? (text as ModuleName) : undefined;
}

export function parseRunId(text: string): RunId | undefined {
  return /^\d{8}T\d{6}Z-[0-9a-f]{6}$/.test(text) ? (text as RunId) : undefined;
}
