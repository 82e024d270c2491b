import type { Resolving } from './resolving.ts';
import type { Play, Script, StapOptions } from './written-playbook.ts';

type Path = readonly (string | number)[];

/**
 * Reports options that stap refuses together. Each script is checked with each entry of a kernel, since a plan joins the
 * options of both and the script's win.
 */
export function refuseOptionConflicts(
  { scripts, kernels = [anyKernel] }: Play,
  path: Path,
  resolving: Resolving,
): void {
  const seen = new Set<string>();
  const report: Resolving['report'] = diagnostic => {
    const { line, column } = diagnostic.place ?? {};
    const same = `${diagnostic.code}:${line}:${column}`;
    if (!seen.has(same)) resolving.report(diagnostic);
    seen.add(same);
  };
  for (const [number, script] of scripts.entries()) {
    for (const [index, kernel] of kernels.entries()) {
      const written: readonly Written[] = [
        { options: script.stap_options ?? {}, path: [...path, 'scripts', number, 'stap_options'] },
        { options: kernel.stap_options ?? {}, path: [...path, 'kernels', index, 'stap_options'] },
      ];
      refuseTogether(written, { ...resolving, report });
      refuseServedUnwind(script, [...path, 'scripts', number, 'unwind'], written, { ...resolving, report });
    }
  }
}

const anyKernel = { release: '*' };

interface Written {
  readonly options: StapOptions;
  readonly path: Path;
}

/** A compile server is told of `-d`, but of neither `--ldd` nor `--all-modules`. */
function refuseServedUnwind(
  { unwind }: Script,
  path: Path,
  written: readonly Written[],
  { tree, report, isKnown }: Resolving,
): void {
  const server = written.find(({ options }) => options.use_server !== undefined);
  if (server?.options.use_server === undefined || server.options.use_server === false) return;
  if (unwind === undefined || Array.isArray(unwind) || !isKnown([...server.path, 'use_server'])) return;
  for (const key of ['libraries', 'all_modules'] as const) {
    if (unwind[key] !== true || !isKnown([...path, key])) continue;
    report({
      severity: 'error',
      code: 'not-for-a-server',
      message: `stap does not tell a compile server of unwind.${key}`,
      cure: 'take one of them away',
      place: tree.place([...path, key], 'key'),
      related: [
        { place: tree.place([...server.path, 'use_server'], 'key'), note: 'a compile server is to build here' },
      ],
    });
  }
}

function refuseTogether(written: readonly Written[], { tree, report, isKnown }: Resolving): void {
  const isGuru = saidOf('guru')?.value === true;
  const mayBeGuru = isGuru || !isSaidClearly('guru');
  const suppress = saidOf('suppress_time_limits');
  if (suppress?.value === true && !mayBeGuru) {
    report({
      severity: 'error',
      code: 'guru-needed',
      message: 'stap suppresses its limits in guru mode only',
      cure: 'write guru: true beside it',
      place: suppress.place,
      ...related('guru', 'guru mode is turned off here'),
    });
  }
  const privilege = saidOf('privilege');
  if (isGuru && (privilege?.value === 'stapusr' || privilege?.value === 'stapsys')) {
    report({
      severity: 'error',
      code: 'guru-unprivileged',
      message: `stap takes guru mode for stapdev only, not together with privilege: ${privilege.value}`,
      cure: 'take one of them away',
      place: privilege.place,
      ...related('guru', 'guru mode is turned on here'),
    });
  }

  const server = saidOf('use_server');
  if (server !== undefined && server.value !== false) {
    for (const key of ['modinfo', 'all_modules', 'sysroot', 'debuginfod', 'cross_compile'] as const) {
      const said = saidOf(key);
      if (said === undefined || said.value === false) continue;
      report({
        severity: 'error',
        code: 'not-for-a-server',
        message: `stap does not tell a compile server of ${key}`,
        cure: 'take one of them away',
        place: said.place,
        ...related('use_server', 'a compile server is to build here'),
      });
    }
  }

  function isSaidClearly(key: keyof StapOptions): boolean {
    return written.every(one => isKnown([...one.path, key]));
  }

  function saidOf(key: keyof StapOptions) {
    if (!isSaidClearly(key)) return undefined;
    const one = written.find(({ options }) => options[key] !== undefined);
    return one === undefined ? undefined : { value: one.options[key], place: tree.place([...one.path, key], 'key') };
  }

  function related(key: keyof StapOptions, note: string) {
    const found = saidOf(key);
    return found === undefined ? {} : { related: [{ place: found.place, note }] };
  }
}
