import type { HostName } from '../../model/ids.ts';
import type { SourceFile } from '../../model/source.ts';
import type { BoundScript, PlannablePlay, PlannableScript } from '../../playbook/playbook.ts';
import { type ProbedFiles, readProbedFiles } from '../../script/read-probed-files.ts';

/**
 * The user-space files that a script probes, with its arguments for one host. Known before any host is asked: the tapsets of
 * every kernel of the play count. Each script is read once for the same arguments, however many hosts run it.
 */
export function probedFilesOf(
  { script, args }: Pick<BoundScript, 'script' | 'args'>,
  { kernels }: Pick<PlannablePlay, 'kernels'>,
): ProbedFiles {
  if (script.unknown?.includes('source')) return nothing;
  const known = read.get(script) ?? new Map<string, ProbedFiles>();
  read.set(script, known);
  const key = JSON.stringify(args);
  const probed = known.get(key) ?? readProbedFiles(script.source.text, args, tapsetsOf(script, { kernels }));
  known.set(key, probed);
  return probed;
}

/** The files of tapsets that a script may be built with, for whichever kernel. */
export function tapsetsOf(
  { stapOptions }: Pick<PlannableScript, 'stapOptions'>,
  { kernels }: Pick<PlannablePlay, 'kernels'>,
): readonly SourceFile[] {
  const all = [stapOptions, ...kernels.map(({ stapOptions: ofKernel }) => ofKernel)];
  return all.flatMap(({ tapsets }) => tapsets?.flatMap(({ files }) => files) ?? []);
}

/** For each host, the paths that its scripts probe, each once. */
export function probedPathsOf({
  play,
  scripts,
}: {
  readonly play: Pick<PlannablePlay, 'kernels'>;
  readonly scripts: ReadonlyMap<HostName, readonly BoundScript[]>;
}): (host: HostName) => readonly string[] {
  return host => {
    const paths = (scripts.get(host) ?? []).flatMap(bound => probedFilesOf(bound, play).paths.map(({ path }) => path));
    return [...new Set(paths)].sort();
  };
}

const read = new WeakMap<PlannableScript, Map<string, ProbedFiles>>();

/** Of a script that could not be read: nothing is built of it. */
const nothing: ProbedFiles = { paths: [], buildIds: [], unsure: [] };
