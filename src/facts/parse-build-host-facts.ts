import { type KernelRelease, parseKernelRelease } from '../model/ids.ts';
import { optional } from '../model/optional.ts';
import { err, ok, type Result } from '../model/result.ts';
import { freeKb } from './free-kb.ts';
import type { BuildHostFacts, BuildTree, CrossCompiler } from './host-facts.ts';
import { parseBuilderBinaries } from './parse-builder-binaries.ts';
import { parseKernel, parseOs, parsePackage } from './parse-system-facts.ts';
import { count, findFacts, first, type Pairs, parsePairs } from './read-pairs.ts';

/**
 * Reads what the probe of a build host printed. The error says in one line why it cannot be read; it never throws. The output
 * has no probed paths, only their places in the question: without `probedPaths` nothing is told of them.
 */
export function parseBuildHostFacts(
  output: string,
  nonce: string,
  probedPaths: readonly string[] = [],
): Result<BuildHostFacts, string> {
  const lines = findFacts(output, nonce);
  if (!lines.ok) return lines;
  const pairs = parsePairs(lines.value);
  const kernel = parseKernel(pairs);
  if (!kernel.ok) return kernel;
  const uid = count(pairs, 'uid');
  if (uid === undefined) return err('the probe cannot tell the user (id -u)');
  const compilerPath = first(pairs, 'compiler');
  const memoryKb = count(pairs, 'memory_kb');
  const free = freeKb(first(pairs, 'df') ?? '');
  return ok({
    kernel: kernel.value,
    os: parseOs(pairs),
    user: { name: first(pairs, 'user') ?? String(uid), uid },
    ...optional('stap', parseStap(pairs)),
    ...optional('stapPackage', parsePackage(first(pairs, 'stap.package'))),
    ...optional(
      'compiler',
      compilerPath === undefined ? undefined : { path: compilerPath, version: first(pairs, 'compiler.version') ?? '' },
    ),
    ...optional('make', first(pairs, 'make')),
    crossCompilers: parseCrossCompilers(pairs),
    ...optional('kmodsign', first(pairs, 'kmodsign')),
    ...optional('readableKeys', pairs.get('readable')),
    ...optional('debuginfod', parseDebuginfod(first(pairs, 'debuginfod'))),
    ...optional('binaries', probedPaths.length === 0 ? undefined : parseBuilderBinaries(pairs, probedPaths)),
    cpus: count(pairs, 'cpus') || 1,
    ...optional('memoryAvailableBytes', memoryKb === undefined ? undefined : memoryKb * 1024),
    buildDirectory: first(pairs, 'folder') === '/tmp' ? '/tmp' : '/var/tmp',
    ...optional('freeBytes', free === undefined ? undefined : Number(free) * 1024),
    trees: parseTrees(lines.value),
  });
}

/** `stap -V` begins with `Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)`. */
function parseStap(pairs: Pairs): BuildHostFacts['stap'] {
  const path = first(pairs, 'stap');
  const banner = first(pairs, 'stap.banner');
  const version = /version (\d+(?:\.\d+)*)/.exec(banner ?? '')?.[1];
  if (path === undefined || banner === undefined || version === undefined) return undefined;
  return { path, version, banner, ...optional('rc', first(pairs, 'stap.rc')) };
}

function parseDebuginfod(text: string | undefined): BuildHostFacts['debuginfod'] {
  return text === 'asked' || text === 'not-set' ? text : undefined;
}

/** The first of a name on the PATH is the one that is found. */
function parseCrossCompilers(pairs: Pairs): readonly CrossCompiler[] {
  const found = new Map<string, string>();
  for (const line of pairs.get('cross') ?? []) {
    const [, name, identity] = /^([a-z\d_]+(?:-[a-z\d_]+)*-gcc(?:-\d+)?)(?: (\d+:\d+))?$/.exec(line) ?? [];
    if (name !== undefined && !found.has(name)) found.set(name, identity ?? '');
  }
  const names = [...found.keys()].sort().slice(0, 100);
  return names.map(name => ({ name, identity: found.get(name) ?? '' }));
}

/** The lines between one `tree=` and the next belong to one release. */
function parseTrees(lines: readonly string[]): readonly BuildTree[] {
  const starts = lines.flatMap((line, index) => (/^tree(?:\.end)?=/.test(line) ? [index] : []));
  return starts.slice(0, -1).flatMap((start, index) => {
    const part = parsePairs(lines.slice(start, starts[index + 1]));
    const release = parseKernelRelease(first(part, 'tree') ?? '');
    return release === undefined ? [] : [parseTree(release, part)];
  });
}

/** `ask-tree.sh` looks at three files. */
const mostLacking = 3;

function parseTree(release: KernelRelease, pairs: Pairs): BuildTree {
  const headers = first(pairs, 'headers');
  const debuginfo = first(pairs, 'debuginfo');
  const compiler = first(pairs, 'tree.compiler');
  return {
    release,
    headers: headers === 'present' || headers === 'dangling-link' || headers === 'incomplete' ? headers : 'missing',
    path: `/lib/modules/${release}/build`,
    ...optional('pointsTo', first(pairs, 'points_to')),
    ...optional('lacks', pairs.get('lacks')?.slice(0, mostLacking)),
    ...optional('identity', first(pairs, 'identity')),
    ...optional('utsVersion', first(pairs, 'uts_version')),
    ...optional('wantedCompiler', first(pairs, 'wanted_compiler')),
    ...optional('requiredCompiler', compilerName(first(pairs, 'required_compiler'))),
    ...optional(
      'compiler',
      compiler === undefined ? undefined : { path: compiler, version: first(pairs, 'tree.compiler.version') ?? '' },
    ),
    ...optional(
      'debuginfo',
      debuginfo === undefined
        ? undefined
        : { path: debuginfo, identity: first(pairs, 'debuginfo.identity') ?? debuginfo },
    ),
    ...optional('symbols', first(pairs, 'symbols')),
    ...optional('signFile', first(pairs, 'sign_file')),
  };
}

/** The name goes into a package to install, so only names of compilers pass. */
function compilerName(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:gcc|clang)(?:-\d+)?$/.test(text) ? text : undefined;
}
