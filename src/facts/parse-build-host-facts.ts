import { type KernelRelease, parseKernelRelease } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { BuildHostFacts, BuildTree } from './host-facts.ts';
import { parseKernel, parseOs } from './parse-system-facts.ts';
import { betweenMarks, count, first, optional, type Pairs, readPairs } from './read-pairs.ts';

/** Reads what the probe of a build host printed. The error says in one line why it cannot be read; it never throws. */
export function parseBuildHostFacts(output: string, nonce: string): Result<BuildHostFacts, string> {
  const read = readPairs(output, nonce);
  if (!read.ok) return read;
  const pairs = read.value;
  const kernel = parseKernel(pairs);
  if (!kernel.ok) return kernel;
  const uid = count(pairs, 'uid');
  if (uid === undefined) return err('the probe cannot tell the user (id -u)');
  const compilerPath = first(pairs, 'compiler');
  const memoryKb = count(pairs, 'memory_kb');
  return ok({
    kernel: kernel.value,
    os: parseOs(pairs),
    user: { name: first(pairs, 'user') ?? String(uid), uid },
    ...optional('stap', parseStap(pairs)),
    ...optional(
      'compiler',
      compilerPath === undefined ? undefined : { path: compilerPath, version: first(pairs, 'compiler.version') ?? '' },
    ),
    ...optional('make', first(pairs, 'make')),
    cpus: count(pairs, 'cpus') || 1,
    ...optional('memoryAvailableBytes', memoryKb === undefined ? undefined : memoryKb * 1024),
    buildDirectory: first(pairs, 'folder') === '/tmp' ? '/tmp' : '/var/tmp',
    freeBytes: (count(pairs, 'free_kb') ?? 0) * 1024,
    trees: parseTrees(betweenMarks(output, nonce)),
  });
}

/** `stap -V` begins with `Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)`. */
function parseStap(pairs: Pairs): BuildHostFacts['stap'] {
  const path = first(pairs, 'stap');
  const banner = first(pairs, 'stap.banner');
  const version = /version (\d+(?:\.\d+)*)/.exec(banner ?? '')?.[1];
  return path === undefined || banner === undefined || version === undefined ? undefined : { path, version, banner };
}

/** The lines between one `tree=` and the next belong to one release. */
function parseTrees(output: string): readonly BuildTree[] {
  return output
    .split(/^tree(?:\.end)?=/m)
    .slice(1, -1)
    .flatMap(part => {
      const [name = '', ...lines] = part.split('\n');
      const release = parseKernelRelease(name.trim());
      const pairs = readPairs(`t begin\n${lines.join('\n')}\nt end`, 't');
      return release === undefined || !pairs.ok ? [] : [parseTree(release, pairs.value)];
    });
}

function parseTree(release: KernelRelease, pairs: Pairs): BuildTree {
  const headers = first(pairs, 'headers');
  const debuginfo = first(pairs, 'debuginfo');
  return {
    release,
    headers: headers === 'present' || headers === 'dangling-link' || headers === 'incomplete' ? headers : 'missing',
    path: `/lib/modules/${release}/build`,
    ...optional('identity', first(pairs, 'identity')),
    ...optional('utsVersion', first(pairs, 'uts_version')),
    ...optional('wantedCompiler', first(pairs, 'wanted_compiler')),
    ...optional(
      'debuginfo',
      debuginfo === undefined
        ? undefined
        : { path: debuginfo, identity: first(pairs, 'debuginfo.identity') ?? debuginfo },
    ),
    ...optional('symbols', first(pairs, 'symbols')),
  };
}
