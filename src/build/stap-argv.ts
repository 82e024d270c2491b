import type { BuildOptions } from '../model/plan.ts';

/** What stap is called with, apart from its own path. */
export interface StapCall {
  readonly release: string;
  readonly module: string;
  /** Without folders: stap writes the path it is given into the module's error texts. */
  readonly scriptFile: string;
  readonly args: readonly string[];
  readonly options: BuildOptions;
}

/** stap's arguments for building one module (`man stap`). */
export function stapArgv({ release, module, scriptFile, args, options }: StapCall): readonly string[] {
  return [
    '-p4',
    '-r',
    release,
    '-m',
    module,
    '-T',
    String(options.beltSeconds),
    ...(options.guru ? ['-g'] : []),
    ...(options.compatible === undefined ? [] : [`--compatible=${options.compatible}`]),
    ...Object.entries(options.defines)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([name, value]) => ['-D', `${name}=${value}`]),
    // What stands behind `--` is never an option, whatever it begins with.
    '--',
    scriptFile,
    ...args,
  ];
}
