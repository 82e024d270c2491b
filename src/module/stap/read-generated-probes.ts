import type { ProbedBinary } from '../../model/binary.ts';
import type { ElfBuildId } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';

/** Lines of the C that stap has made of a script, as `tell-probes.sh` sends them. */
export interface GeneratedProbes {
  /** The initializers of its breakpoints in user space, each kind once. */
  readonly probes: readonly string[];
  /** What it has compiled in of files: `.name = "/usr/bin/dash",` and the build-id. */
  readonly symbols: readonly string[];
  /** How many of `probes` there are. */
  readonly count: number;
}

/**
 * The files that a module has breakpoints for, sorted by path, as the generated C has them. The forms are those of
 * `emit_module_inode_decls` and `emit_module_utrace_decls` (tapsets.cxx) and of `dump_unwindsym_cxt` (translate.cxx) in
 * SystemTap 1.8 to 5.6. Files that a script names by build-id are left out: SystemTap compares that itself before it plants a
 * breakpoint. What is not understood is an error, since a file that is not compared might get a wrong one.
 */
export function readGeneratedProbes({
  probes,
  symbols,
  count,
}: GeneratedProbes): Result<readonly ProbedBinary[], Pick<Failure, 'cause' | 'cure'>> {
  if (probes.length !== count)
    return err({ cause: `stap told of ${count} kinds of probes, and ${probes.length} came` });
  const known = readBuildIds(symbols);
  const found = new Map<string, ElfBuildId>();
  for (const line of probes) {
    const path = pathOf(line);
    if (!path.ok) return path;
    if (path.value === undefined) continue;
    const buildId = known.get(path.value);
    if (buildId === undefined || buildId === '') {
      return err({
        cause: `${printableLine(path.value, 200)} has no build-id on the build host: no host could be told to have the same file`,
        cure: 'link it with -Wl,--build-id',
      });
    }
    if (buildId === 'several') return err({ cause: `stap tells of several files ${printableLine(path.value, 200)}` });
    found.set(path.value, buildId);
  }
  return ok(
    [...found].map(([path, buildId]) => ({ path, buildId })).sort((left, right) => (left.path < right.path ? -1 : 1)),
  );
}

/** The file of one initializer; undefined if it names none, or SystemTap compares it itself. */
function pathOf(line: string): Result<string | undefined, Pick<Failure, 'cause' | 'cure'>> {
  const fields = new Map([...line.matchAll(stringField)].map(([, name = '', text = '']) => [name, unquote(text)]));
  // The targets that these refer to have initializers of their own.
  if (/^\{ +\.target=&stap_inode_uprobe_targets\[\d+\],$/.test(line)) return ok(undefined);
  const byBuildId = fields.get('build_id') ?? fields.get('solib_build_id');
  if (byBuildId !== undefined && /^[0-9a-f]{8,128}$/.test(byBuildId)) return ok(undefined);
  // With a `filename` or `pathname`, `procname` is only the program whose processes are searched for that library.
  const path = ['filename', 'pathname', 'solib_pathname', 'procname'].flatMap(name => fields.get(name) ?? [])[0];
  if (path === undefined || path === '') {
    return err({
      cause: 'it has a breakpoint at a bare address of a process: nothing tells which file that is in',
      cure: 'name the file: process("PATH").statement(ADDRESS).absolute',
    });
  }
  const module = fields.get('module_name') ?? path;
  // A blank at its end would be lost where the maps of processes are read.
  if (!/^\/\P{Cc}*[^\p{Cc}\s]$/u.test(path) || module !== path) {
    return err({ cause: `it is not clear which file this probes: ${printableLine(line, 300)}` });
  }
  return ok(path);
}

/** Build-ids by path: empty where a file has none, `several` where it is told twice. */
function readBuildIds(lines: readonly string[]): ReadonlyMap<string, ElfBuildId | '' | 'several'> {
  const known = new Map<string, ElfBuildId | '' | 'several'>();
  let paths = new Set<string>();
  let bytes: readonly string[] = [];
  for (const line of lines) {
    const named = /^\.(?:name|path) = "((?:[^"\\]|\\.)*)",?$/.exec(line)?.[1];
    if (named !== undefined) paths.add(unquote(named));
    const bits = /^\.build_id_bits = (?:\(unsigned char \*\))? ?"((?:\\x[0-9a-f]{1,2})*)",?$/.exec(line)?.[1];
    if (bits !== undefined) bytes = bits.split('\\x').slice(1);
    const length = /^\.build_id_len = (\d+),?$/.exec(line)?.[1];
    if (length === undefined) continue;
    // The last field: what came before is of one file.
    const buildId = bytes.length === Number(length) ? bytes.map(byte => byte.padStart(2, '0')).join('') : '';
    for (const path of paths) {
      const other = known.get(path);
      known.set(path, other === undefined || other === buildId ? (buildId as ElfBuildId) : 'several');
    }
    paths = new Set();
    bytes = [];
  }
  return known;
}

const stringField = /\.(\w+)="((?:[^"\\]|\\.)*)"/g;

/** A string of C as stap writes it (`lex_cast_qstring`): bytes that do not print are octal. */
function unquote(text: string): string {
  const plain = text.replace(/\\(?:([0-7]{1,3})|(.))/g, (_, octal: string | undefined, other: string) =>
    octal === undefined ? other : String.fromCharCode(Number.parseInt(octal, 8) & 255),
  );
  // Characters beyond ASCII come as their bytes, or as they are.
  return /^[\0-\xff]*$/.test(plain) ? Buffer.from(plain, 'latin1').toString('utf8') : plain;
}
