import { isPlaybook } from '../../history/read/find-run.ts';
import { hasHost } from '../../history/read/has-host.ts';
import { listRuns } from '../../history/read/list-runs.ts';
import { countWhere, hasFailedThere } from '../../model/outcome.ts';
import type { RunEntry } from '../../model/run-head.ts';
import { formatMoreRuns, formatRuns, formatRunsAsJson, noRuns } from '../../report/texts/runs-table.ts';
import type { RunOutcome, RunsOptions } from '../arguments/options/history-options.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { stateDirectory } from '../paths.ts';

/** `tapbook runs`: lists runs, and reads only as much of the history as is shown. */
export async function printRuns(options: RunsOptions): Promise<ExitCode> {
  const found: RunEntry[] = [];
  let more = false;
  for await (const run of listRuns(stateDirectory())) {
    if (run.state !== 'unreadable' && Date.parse(run.head.started) < (options.since ?? 0)) break;
    if (!isWanted(run, options)) continue;
    more = found.length === options.limit;
    if (more) break;
    found.push(run);
  }
  if (options.format === 'json') {
    ownConsole.print(formatRunsAsJson(found));
    return exitCodes.ok;
  }
  if (found.length === 0) ownConsole.say(noRuns);
  else {
    ownConsole.print(formatRuns(found, { ...ownConsole.shape(), nowMs: Date.now() }));
  }
  if (more) ownConsole.say(formatMoreRuns(options.limit));
  return exitCodes.ok;
}

/** A run that cannot be read is shown only without filters: nothing is known of it. */
function isWanted(run: RunEntry, { playbook, host, outcome }: RunsOptions): boolean {
  if (run.state === 'unreadable') return playbook === undefined && host === undefined && outcome === undefined;
  if (playbook !== undefined && !isPlaybook(run.head, playbook)) return false;
  if (outcome !== undefined && !hasOutcome(run, outcome)) return false;
  return host === undefined || hasHost(run.directory, host);
}

function hasOutcome(run: Exclude<RunEntry, { state: 'unreadable' }>, outcome: RunOutcome): boolean {
  const { finished } = run.head;
  switch (outcome) {
    case 'died':
    case 'running':
      return run.state === outcome;
    case 'ok':
      return finished?.exitCode === 0;
    case 'failed':
      return finished !== undefined && countWhere(finished.hosts, hasFailedThere) > 0;
    case 'unreachable':
      return finished !== undefined && finished.hosts.unreachable > 0;
    case 'interrupted':
      return finished?.exitCode === exitCodes.interrupted || finished?.stopped !== undefined;
  }
}
