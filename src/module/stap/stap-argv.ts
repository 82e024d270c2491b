import type { BuildOptions, CrossBuild } from '../../model/build-options.ts';

/** What stap is called with, apart from its own path. */
export interface StapCall {
  readonly release: string;
  readonly module: string;
  /** Without folders: stap writes the path it is given into the module's error texts. */
  readonly scriptFile: string;
  readonly args: readonly string[];
  readonly options: BuildOptions;
  /** How to build for another machine; undefined: for its own. */
  readonly cross?: CrossBuild | undefined;
}

/** stap's arguments for building one module (`man stap`). Tapsets lie in folders of the build's own. */
export function stapArgv({ release, module, scriptFile, args, options, cross }: StapCall): readonly string[] {
  const arch = options.arch ?? cross?.arch;
  const prefix = options.crossCompile ?? cross?.prefix;
  const { useServer } = options;
  // A compile server is told neither of -T (see beltProbe) nor of -B, and has its own compilers.
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
    ...(useServer === undefined ? [] : [useServer === true ? '--use-server' : `--use-server=${useServer}`]),
    ...sortedPairs(options.modinfo ?? {}).flatMap(pair => ['--modinfo', pair]),
    ...languageArgv(options),
    // What stands behind `--` is never an option, whatever it begins with.
    '--',
    scriptFile,
    ...args,
  ];
}

/** What `-T` compiles in, for a compile server, to which a client does not pass it on: to stand behind the script. */
export function beltProbe({ beltSeconds }: Pick<BuildOptions, 'beltSeconds'>): string {
  return `\nprobe timer.s(${beltSeconds}) { exit() }\n`;
}

/** What decides how stap reads a script. */
export function languageArgv(options: Omit<BuildOptions, 'beltSeconds'>): readonly string[] {
  const { compatible, privilege, sysroot } = options;
  return [
    // stap takes the next one in guru mode only, so -g has to stand before it.
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
