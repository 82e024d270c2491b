import { optional } from '../model/optional.ts';
import type { StapOptions } from './playbook.ts';
import { readTapset } from './read-tapset.ts';
import type { Resolving } from './resolving.ts';
import type { StapOptions as WrittenOptions } from './written-playbook.ts';

/** Resolves stap's options. The files that they name are read, and options that the play does not allow are reported. */
export async function resolveStapOptions(
  written: WrittenOptions | undefined,
  path: readonly (string | number)[],
  resolving: Resolving,
  overload: 'allowed' | 'refused',
): Promise<StapOptions> {
  if (written === undefined) return {};
  if (written.suppress_time_limits === true && overload === 'refused') refuseOverload(path, resolving);
  const tapsets = await Promise.all(
    (written.tapset_dirs ?? []).map((directory, index) =>
      readTapset(directory, [...path, 'tapset_dirs', index], resolving),
    ),
  );
  const { arch, compatible, cross_compile, debuginfod, defines, guru, modinfo, privilege, sysroot } = written;
  return {
    ...optional('compatible', compatible),
    ...optional('guru', guru),
    ...optional('suppressTimeLimits', written.suppress_time_limits),
    ...optional('skipBadvars', written.skip_badvars),
    ...optional('defines', sortedTexts(defines)),
    ...optional('tapsets', written.tapset_dirs === undefined ? undefined : tapsets.filter(one => one !== undefined)),
    ...optional('modinfo', sortedTexts(modinfo)),
    ...optional('privilege', privilege),
    ...optional('allModules', written.all_modules),
    ...optional('debuginfod', typeof debuginfod === 'string' ? [debuginfod] : (debuginfod as string[] | undefined)),
    ...optional('sysroot', sysroot),
    ...optional('arch', arch),
    ...optional('crossCompile', cross_compile),
    ...optional('useServer', written.use_server),
  };
}

function sortedTexts(
  written: Readonly<Record<string, number | string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(written ?? {}).map(([name, value]) => [name, String(value)] as const);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function refuseOverload(path: readonly (string | number)[], { tree, report }: Resolving): void {
  report({
    severity: 'error',
    code: 'overload',
    message: 'without its limits a script can hang a host, and the play does not allow it',
    cure: 'write allow_overload: true into the play if you mean it',
    place: tree.place([...path, 'suppress_time_limits'], 'key'),
  });
}
