import type { BuildOptions, CrossBuild } from '../model/build-options.ts';

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
  const { compatible, privilege, sysroot, useServer } = options;
  return [
    '-p4',
    '-r',
    release,
    '-m',
    module,
    '-T',
    String(options.beltSeconds),
    ...(arch === undefined ? [] : ['-a', arch]),
    ...(prefix === undefined ? [] : ['-B', `CROSS_COMPILE=${prefix}`]),
    // stap takes the next one in guru mode only, so -g has to stand before it.
    ...(options.guru ? ['-g'] : []),
    ...(options.suppressTimeLimits ? ['--suppress-time-limits'] : []),
    ...(options.skipBadvars ? ['--skip-badvars'] : []),
    ...(compatible === undefined ? [] : [`--compatible=${compatible}`]),
    ...(privilege === undefined ? [] : [`--privilege=${privilege}`]),
    ...(options.allModules ? ['--all-modules'] : []),
    ...(sysroot === undefined ? [] : [`--sysroot=${sysroot}`]),
    ...(useServer === undefined ? [] : [useServer === true ? '--use-server' : `--use-server=${useServer}`]),
    ...sortedPairs(options.defines).flatMap(pair => ['-D', pair]),
    ...sortedPairs(options.modinfo ?? {}).flatMap(pair => ['--modinfo', pair]),
    ...(options.tapsets ?? []).flatMap((_, index) => ['-I', tapsetFolder(index)]),
    // What stands behind `--` is never an option, whatever it begins with.
    '--',
    scriptFile,
    ...args,
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
