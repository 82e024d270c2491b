import type { StapOptions } from './playbook.ts';
import { readTapset } from './read-tapset.ts';
import type { Resolving } from './resolving.ts';
import type { StapOptions as WrittenOptions } from './written-playbook.ts';

/** Resolves stap's options; what they name is read, what the play does not allow is reported. */
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
    ...given('compatible', compatible),
    ...given('guru', guru),
    ...given('suppressTimeLimits', written.suppress_time_limits),
    ...given('skipBadvars', written.skip_badvars),
    ...given('defines', sortedTexts(defines)),
    ...given('tapsets', written.tapset_dirs === undefined ? undefined : tapsets.filter(one => one !== undefined)),
    ...given('modinfo', sortedTexts(modinfo)),
    ...given('privilege', privilege),
    ...given('allModules', written.all_modules),
    ...given('debuginfod', typeof debuginfod === 'string' ? [debuginfod] : (debuginfod as string[] | undefined)),
    ...given('sysroot', sysroot),
    ...given('arch', arch),
    ...given('crossCompile', cross_compile),
    ...given('useServer', written.use_server),
  };
}

/** An entry only where there is a value, for exact optional properties. */
function given<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value });
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
