import type { SourceFile } from './source.ts';

/** What stap is told besides script and arguments, and what is done to the module: all of it is part of its identity. */
export interface BuildOptions {
  readonly compatible?: string;
  readonly guru: boolean;
  readonly suppressTimeLimits?: true;
  readonly skipBadvars?: true;
  readonly defines: Readonly<Record<string, string>>;
  readonly tapsets?: readonly Tapset[];
  readonly modinfo?: Readonly<Record<string, string>>;
  readonly privilege?: 'stapdev' | 'stapsys' | 'stapusr';
  readonly allModules?: true;
  readonly debuginfod?: readonly string[];
  readonly sysroot?: string;
  readonly arch?: string;
  readonly crossCompile?: string;
  readonly useServer?: true | string;
  readonly sign?: Signing;
  /** `-T`: the module's own end, in seconds after its start, for when nobody else is left to stop it. */
  readonly beltSeconds: number;
}

/** A directory of tapset files for `stap -I`. */
export interface Tapset {
  /** As it was written. */
  readonly directory: string;
  /** With paths below the directory, sorted. */
  readonly files: readonly SourceFile[];
}

/** Signing of modules on the build host, for kernels that take signed ones only. */
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

/** How much of a build host builds may take. None of it changes a module. */
export interface BuildLimits {
  readonly timeoutSeconds?: number;
  /** Address space of each process. */
  readonly memoryBytes?: number;
  readonly nice: number;
  /** Builds at once on one build host; undefined: as many as it has CPUs. */
  readonly jobs?: number;
}
