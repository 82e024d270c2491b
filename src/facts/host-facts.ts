import type { BinaryFacts } from '../model/binary.ts';
import type { ElfBuildId, KernelRelease } from '../model/ids.ts';
import type { Kernel } from '../model/kernel.ts';

/** The facts of a target. Undefined: the host does not tell. */
export interface HostFacts {
  readonly kernel: Kernel;
  /** /proc/sys/kernel/random/boot_id */
  readonly bootId?: string;
  /** `ID` and `VERSION_ID` of /etc/os-release. */
  readonly os: {
    readonly id?: string;
    readonly version?: string;
    readonly like: readonly string[];
    readonly name?: string;
  };
  readonly user: { readonly name: string; readonly uid: number; readonly groups: readonly string[] };
  /** The user to become, as that user's own `id` tells; undefined without become. */
  readonly becomeUser?: { readonly name: string; readonly uid: number; readonly groups: readonly string[] };
  /** Whether `sudo -n true` works for the login user; `root` where it needs none. */
  readonly sudo: 'root' | 'passwordless' | 'asks-password' | 'missing';
  readonly staprun?: {
    readonly path: string;
    /** From `staprun -V`, such as `5.1`; undefined where it could not be run. */
    readonly version?: string;
    /** Whether the login user may execute it at all (Debian's is mode 4754, group stapusr). */
    readonly executable: boolean;
    /** Its owner and its mode, as `stat -c '%U %a'` prints them: `root` and `4754`. */
    readonly owner?: string;
    readonly mode?: string;
  };
  /** The package that holds staprun, as the host's package manager names it. */
  readonly runtimePackage?: InstalledPackage;
  /** /lib/modules/RELEASE/systemtap, from which group stapusr may load. */
  readonly blessedDirectory?: { readonly owner: string; readonly mode: string };
  readonly kernelSettings: {
    /** CONFIG_MODULES: /proc/modules exists, or modules are seen in /sys. */
    readonly modules: boolean;
    readonly kprobes?: boolean;
    readonly uprobes?: boolean;
    readonly tracepoints?: boolean;
    readonly relay?: boolean;
    readonly debugfs: 'mounted' | 'supported' | 'missing';
    readonly tracefs: 'mounted' | 'supported' | 'missing';
    /** The active word of /sys/kernel/security/lockdown. */
    readonly lockdown?: 'none' | 'integrity' | 'confidentiality';
    readonly sigEnforce?: boolean;
    readonly modulesDisabled?: boolean;
    readonly fips?: boolean;
    readonly secureBoot?: boolean;
  };
  /** The name of the container technology, such as `lxc` or `docker`; undefined on a host of its own. */
  readonly container?: string;
  /**
   * Whether processes there can ever load modules: not without CAP_SYS_MODULE in their bounding set, nor in a user namespace
   * of their own, whose capabilities do not count for modules.
   */
  readonly moduleRight?: 'given' | 'no-capability' | 'user-namespace';
  /** Names in /proc/modules or /sys/module, sorted. */
  readonly loadedModules: readonly string[];
  readonly cpus: number;
  /** 1, 5 and 15 minutes. */
  readonly loadAverage: readonly [number, number, number];
  readonly memoryAvailableBytes?: number;
  /** Free bytes for an unprivileged user in the directory that uploads go to. */
  readonly freeBytes?: number;
  readonly uploadDirectory: string;
  /** Directories of tapbook's runs: ours (root's, and those of the users that log in and that are become) sorted by path, then others'. */
  readonly leftovers: readonly Leftover[];
  /** What was not looked at; absent where nothing was left out. */
  readonly unseenLeftovers?: UnseenLeftovers;
  /** The host's clock minus ours, in milliseconds; exact to half a second and half the probe's round trip. */
  readonly clockOffsetMs: number;
  readonly tools: { readonly sha256?: 'sha256sum' | 'busybox' | 'openssl' | 'shasum'; readonly shell?: string };
}

export interface InstalledPackage {
  readonly manager: 'dpkg' | 'rpm' | 'apk';
  readonly name: string;
  /** As the manager has it: `5.1-5`, `5.0-4.el9`. */
  readonly version: string;
}

/** A directory that a run made on a target. */
export interface Leftover {
  /** Absolute; holds only letters, digits and `._-`. */
  readonly path: string;
  /** The user it belongs to. */
  readonly owner?: string;
  /** Whether a supervisor of that run is there; unknown where other users' processes cannot be seen. */
  readonly run: 'live' | 'over' | 'unknown';
  /** The module in it, if it is loaded. */
  readonly loaded?: string;
}

/** `too-slow`: looking for them took too long. Else how many more there are than are told: of ours, and of other users. */
export type UnseenLeftovers = 'too-slow' | { readonly ours: number; readonly others: number };

/** The facts of a build host, for the kernel releases that it was asked about. */
export interface BuildHostFacts {
  readonly kernel: Kernel;
  readonly os: {
    readonly id?: string;
    readonly version?: string;
    readonly like: readonly string[];
    readonly name?: string;
  };
  readonly user: { readonly name: string; readonly uid: number };
  /** `stap -V`: `5.1`, and the whole first line; a checksum of the options in ~/.systemtap/rc, if there are any. */
  readonly stap?: { readonly path: string; readonly version: string; readonly banner: string; readonly rc?: string };
  /** The package that holds stap. */
  readonly stapPackage?: InstalledPackage;
  readonly compiler?: { readonly path: string; readonly version: string };
  readonly make?: string;
  /** The C compilers for other machines on the PATH, sorted by name. */
  readonly crossCompilers?: readonly CrossCompiler[];
  /** The path of kmodsign, which signs modules where the headers bring no sign-file. */
  readonly kmodsign?: string;
  /** Of the keys that were asked about, those that its user can read. */
  readonly readableKeys?: readonly string[];
  /** `asked`: DEBUGINFOD_URLS is set where stap runs; `not-set`: servers stand in /etc/debuginfod only. */
  readonly debuginfod?: 'asked' | 'not-set';
  /** Of the files that scripts probe, those of which it could say in time what they are. Never of a probe that was kept. */
  readonly binaries?: readonly BuilderBinary[];
  readonly cpus: number;
  readonly memoryAvailableBytes?: number;
  /** Where builds take place, and what is free there. */
  readonly buildDirectory: string;
  readonly freeBytes?: number;
  /** One for each release that was asked about, in that order. */
  readonly trees: readonly BuildTree[];
}

/** What a build host has itself at a path that scripts probe. */
export interface BuilderBinary extends Pick<BinaryFacts, 'path' | 'state' | 'realPath'> {
  /** Of a file that is `present`. */
  readonly buildId?: ElfBuildId;
}

/** Such as `aarch64-linux-gnu-gcc-12`; `identity` is its size and modification time. */
export interface CrossCompiler {
  readonly name: string;
  readonly identity: string;
}

/** The kernel tree of one release on a build host. */
export interface BuildTree {
  readonly release: KernelRelease;
  readonly headers: 'present' | 'missing' | 'dangling-link' | 'incomplete';
  /** The path that was looked at, `/lib/modules/R/build`. */
  readonly path: string;
  /** Where it points, if it is a link to nothing. */
  readonly pointsTo?: string;
  /** Which of .config, Module.symvers and Makefile are not there, if it is incomplete. */
  readonly lacks?: readonly string[];
  /** sha256 over .config, Module.symvers, and include/generated/{utsrelease.h,compile.h}: the tree's identity. */
  readonly identity?: string;
  /** `UTS_VERSION` of include/generated/compile.h, if the tree carries it: then `uname -v` counts. */
  readonly utsVersion?: string;
  /** `CONFIG_CC_VERSION_TEXT` of .config. */
  readonly wantedCompiler?: string;
  /** The compiler that the tree's own makefiles require, as Debian's do: `gcc-12`. */
  readonly requiredCompiler?: string;
  /** The compiler that builds would use: the required one, else the wanted one, else gcc; undefined where it is missing. */
  readonly compiler?: { readonly path: string; readonly version: string };
  /** DWARF: the vmlinux that stap would find, and its identity (build id, else size and time). */
  readonly debuginfo?: { readonly path: string; readonly identity: string };
  /** System.map, in the tree or in /boot. */
  readonly symbols?: string;
  /** Its scripts/sign-file, if it brings one. */
  readonly signFile?: string;
}
