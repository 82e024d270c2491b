import type { BinaryPolicy } from './binary.ts';
import { optional } from './optional.ts';
import type { SourceFile } from './source.ts';

/** stap's options and what is done to the module: all of it is part of the module's identity. */
export interface BuildOptions {
  /** `--compatible=VERSION` */
  readonly compatible?: string;
  /** `-g` */
  readonly guru: boolean;
  /** `--suppress-time-limits`: only where the play allows overload, and with guru. */
  readonly suppressTimeLimits?: true;
  /** `--skip-badvars` */
  readonly skipBadvars?: true;
  /** `-D NAME=VALUE`, sorted by name. */
  readonly defines: Readonly<Record<string, string>>;
  /** `-I`, in their order. */
  readonly tapsets?: readonly Tapset[];
  /** `--modinfo NAME=VALUE`, sorted by name. */
  readonly modinfo?: Readonly<Record<string, string>>;
  /** `--privilege=` */
  readonly privilege?: 'stapdev' | 'stapsys' | 'stapusr';
  /** `--all-modules` */
  readonly allModules?: true;
  /** `-d`, sorted: `kernel`, kernel modules by their names, and paths on the build host. */
  readonly unwind?: readonly string[];
  /** `--ldd` */
  readonly unwindLibraries?: true;
  /** `DEBUGINFOD_URLS` */
  readonly debuginfod?: readonly string[];
  /** `--sysroot=`, a path on the build host. */
  readonly sysroot?: string;
  /** `-a`, with the kernel's name of the machine. */
  readonly arch?: string;
  /** kbuild's `CROSS_COMPILE`. */
  readonly crossCompile?: string;
  /** `--use-server`, with a server if it is named. */
  readonly useServer?: true | string;
  readonly sign?: Signing;
  /** `-T`: after how many seconds the module ends itself, if nothing else has stopped it. */
  readonly beltSeconds: number;
}

/** Options that make canaries of plain builds meaningless for a build. */
export type BuildVariant = Pick<BuildOptions, 'arch' | 'crossCompile' | 'sysroot' | 'useServer'> & {
  /** Those that say what a kernel has, in place of stap's own tests: `STAPCONF_…`. */
  readonly kernelDefines?: BuildOptions['defines'];
};

/** Empty for a plain build. */
export function pickVariant({ arch, crossCompile, sysroot, useServer, defines }: BuildOptions): BuildVariant {
  const ofKernel = Object.entries(defines).filter(([name]) => name.startsWith('STAPCONF_'));
  return {
    ...optional('kernelDefines', ofKernel.length === 0 ? undefined : Object.fromEntries(ofKernel)),
    ...optional('arch', arch),
    ...optional('crossCompile', crossCompile),
    ...optional('sysroot', sysroot),
    ...optional('useServer', useServer),
  };
}

/** How many bytes a string of a script holds: MAXSTRINGLEN (default: 128) includes the closing NUL. */
export function longestString(defines: BuildOptions['defines'] | undefined): number {
  const size = Number(defines?.['MAXSTRINGLEN'] ?? usualSize);
  return (Number.isSafeInteger(size) && size > 0 ? size : usualSize) - 1;
}

const usualSize = 128;

/** A directory of tapset files for `stap -I`. */
export interface Tapset {
  /** As it was written. */
  readonly directory: string;
  /** With paths below the directory, sorted. */
  readonly files: readonly SourceFile[];
}

/** How modules are signed on the build host, for kernels that load only signed ones. */
export interface Signing {
  /** A path on the build host, or a PKCS#11 URI. */
  readonly key: string;
  readonly certificate: { readonly path: string; readonly base64: string };
  readonly hash: string;
}

/** Building for another machine than the build host's own. */
export interface CrossBuild {
  /** The kernel's word for the machine, as `stap -a` and kbuild's ARCH take it. */
  readonly arch: string;
  /** kbuild's CROSS_COMPILE; undefined where the build host's own compiler builds for that machine, too. */
  readonly prefix?: string;
}

/** Limits of builds on a build host. None of them changes a module. */
export interface BuildLimits {
  readonly timeoutSeconds?: number;
  /** Address space of each process. */
  readonly memoryBytes?: number;
  readonly nice: number;
  /** Builds at once on one build host; undefined: as many as it has CPUs. */
  readonly jobs?: number;
  /** What is done for binaries that a build host lacks; undefined: as usual. */
  readonly binaries?: BinaryPolicy;
}
