import type { BuildOptions, CrossBuild } from '../../model/build-options.ts';

/** What stap's arguments are made from. */
export interface StapCall {
  readonly release: string;
  readonly module: string;
  /** Without folders, since stap writes this path into the module's error messages. */
  readonly scriptFile: string;
  readonly args: readonly string[];
  readonly options: BuildOptions;
  /** For building for another machine than the build host's own. */
  readonly cross?: CrossBuild | undefined;
}

/** stap's arguments for building one module (`man stap`). Tapsets lie in folders of the build's own. */
export function stapArgv({ release, module, scriptFile, args, options, cross }: StapCall): readonly string[] {
  const arch = options.arch ?? cross?.arch;
  const prefix = options.crossCompile ?? cross?.prefix;
  const { useServer } = options;
  // A client does not pass -T (see beltProbe) and -B on to a compile server, which has its own compilers.
  const isServed = useServer !== undefined;
  return [
    '-p4',
    '-r',
    release,
    '-m',
    module,
    ...(isServed ? [] : ['-T', String(options.beltSeconds)]),
    ...(arch === undefined ? [] : ['-a', arch]),
    ...(prefix === undefined || isServed ? [] : ['-B', `CROSS_COMPILE=${prefix}`]),
    ...(options.allModules ? ['--all-modules'] : []),
    ...(options.unwind ?? []).flatMap(one => ['-d', one]),
    ...(options.unwindLibraries ? ['--ldd'] : []),
    ...(useServer === undefined ? [] : [useServer === true ? '--use-server' : `--use-server=${useServer}`]),
    ...sortedPairs(options.modinfo ?? {}).flatMap(pair => ['--modinfo', pair]),
    ...languageArgv(options),
    // After `--` nothing is an option.
    '--',
    scriptFile,
    ...args,
  ];
}

/** What `-T` would compile in, as text to append to a script for a compile server, which does not get `-T`. */
export function beltProbe({ beltSeconds }: Pick<BuildOptions, 'beltSeconds'>): string {
  return `\nprobe timer.s(${beltSeconds}) { exit() }\n`;
}

/** The arguments that decide how stap reads a script. */
export function languageArgv(options: Omit<BuildOptions, 'beltSeconds'>): readonly string[] {
  const { compatible, privilege, sysroot } = options;
  return [
    // stap accepts the next one only after -g.
    ...(options.guru ? ['-g'] : []),
    ...(options.suppressTimeLimits ? ['--suppress-time-limits'] : []),
    ...(options.skipBadvars ? ['--skip-badvars'] : []),
    ...(compatible === undefined ? [] : [`--compatible=${compatible}`]),
    ...(privilege === undefined ? [] : [`--privilege=${privilege}`]),
    ...(sysroot === undefined ? [] : [`--sysroot=${sysroot}`]),
    ...sortedPairs(options.defines).flatMap(pair => ['-D', pair]),
    ...(options.tapsets ?? []).flatMap((_, index) => ['-I', tapsetFolder(index)]),
  ];
}

/** Below the build's folder. */
export function tapsetFolder(index: number): string {
  return `tapset${index + 1}`;
}

function sortedPairs(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
}
