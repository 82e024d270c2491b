import type { OutputFull, OutputLine } from '../../model/event.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { HostName } from '../../model/ids.ts';
import type { PlannedPlay } from '../../model/plan.ts';
import type { AppendFiles } from './append-files.ts';
import { outputFilePath } from './output-file.ts';
import { outputPath } from './output-path.ts';

/** What scripts print, in the files of a run: each host's own, and those that scripts name by `output.file`. */
export interface KeptLines {
  /** Finds out which files the scripts of a play name. */
  readPlan(plan: PlannedPlay, play: number | undefined): void;
  keep(line: OutputLine, play: number | undefined): void;
  /** The files that have something of a host. */
  filesOf(host: HostName): readonly string[];
  /** Says in the files that nothing more comes. */
  close(full: OutputFull, play: number | undefined): void;
}

export function createKeptLines(directory: string, files: AppendFiles, onTrouble: (reason: string) => void): KeptLines {
  const named = new Map<string, string>();
  // A host may print millions of lines: its paths are made once.
  const ofHosts = { stdout: new Map<HostName, string>(), stderr: new Map<HostName, string>() };
  const namedOf = new Map<HostName, Set<string>>();
  const pathOf = (host: HostName, stream: OutputLine['stream']) => {
    const path = ofHosts[stream].get(host) ?? outputPath(directory, host, stream);
    ofHosts[stream].set(host, path);
    return path;
  };
  const append = (
    { host, module, stream }: Omit<OutputLine, 'kind' | 'text'>,
    play: number | undefined,
    line: string,
  ) => {
    files.append(pathOf(host, stream), line);
    if (stream === 'stderr' || named.size === 0) return;
    const own = named.get(`${play} ${host} ${module}`);
    if (own === undefined) return;
    files.append(own, line);
    const known = namedOf.get(host);
    if (known === undefined) namedOf.set(host, new Set([own]));
    else known.add(own);
  };
  return {
    readPlan(plan, play) {
      for (const { host, module, file } of namedFiles(plan)) {
        const path = outputFilePath(directory, file);
        if (path === undefined) onTrouble(`output.file ${JSON.stringify(file)} leads out of the run's directory`);
        else named.set(`${play} ${host} ${module}`, path);
      }
    },
    filesOf(host) {
      const own = [ofHosts.stdout.get(host), ofHosts.stderr.get(host)].filter(path => path !== undefined);
      return [...own, ...(namedOf.get(host) ?? [])];
    },
    keep: (line, play) => append(line, play, `${line.text}\n`),
    close: (full, play) => append(full, play, `${sayFull(full)}\n`),
  };
}

/** The last line of a file that is not whole. Without its host, so that hosts which printed the same still have the same. */
function sayFull({ module, limit, most }: OutputFull): string {
  const why =
    limit === 'max_file'
      ? `output.max_file is ${formatBytes(most)}`
      : `the run keeps ${formatBytes(most)} (--max-output)`;
  return `… nothing more of ${module} is kept here: ${why}`;
}

function* namedFiles(plan: PlannedPlay): Generator<{ host: string; module: string; file: string }> {
  for (const { name, decision } of plan.hosts) {
    if (decision.kind !== 'run') continue;
    for (const { module, outputFile } of decision.scripts) {
      if (outputFile !== undefined) yield { host: name, module, file: outputFile };
    }
  }
}
