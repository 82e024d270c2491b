import { type ApplyRequest, applyRun } from '../../engine/apply-run.ts';
import { newRunId } from '../../history/write/new-run-id.ts';
import { defaultLimits } from '../../model/default-limits.ts';
import { optional } from '../../model/optional.ts';
import type { Refusal } from '../../model/refusal.ts';
import { ok, type Result } from '../../model/result.ts';
import type { RunOptions } from '../arguments/options/apply-options.ts';
import { refuseTableOptions } from '../arguments/refuse-table-options.ts';
import { askToFetch } from '../asking/ask-to-fetch.ts';
import { composeBinaries, composeCache, composeFleet, composeMemory } from '../compose.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { sayRefusal, sayWarnings } from '../say-refusal.ts';
import { catchSignals } from '../session/catch-signals.ts';
import { delayStart } from '../session/delay-start.ts';
import { limitTime } from '../session/limit-time.ts';
import { lockRun } from '../session/lock-run.ts';
import { openRecord, type RunRecord } from '../session/open-record.ts';
import { askGit, openSource } from '../session/open-source.ts';
import { retainRuns } from '../session/retain-runs.ts';

/** `tapbook apply` and `tapbook build`: plan, build what is missing, and for `apply` run it everywhere. */
export async function apply(command: ApplyRequest['command'], path: string, runOptions: RunOptions): Promise<ExitCode> {
  // CSV and tables keep stdout for themselves: errors of the input go to stderr then.
  const options = { ...runOptions, format: runOptions.format === 'json' ? ('json' as const) : ('text' as const) };
  let record: RunRecord | undefined;
  const warn = (text: string): void => record?.events.emit({ kind: 'notice', severity: 'warning', text });
  const answer = (text: string): void =>
    record?.events.emit({ kind: 'notice', severity: 'warning', text, about: 'stop' });
  using interrupts = catchSignals(
    why => {
      const more = why.startsWith('SIG') ? ' Once more leaves that to their lease.' : '';
      const order =
        record?.hasBegun() === true
          ? `${why}: no further host is begun; scripts are stopped and unloaded.${more}`
          : `${why}: nothing has been loaded, and nothing is.`;
      answer(command === 'apply' ? order : `${why}: builds are stopped.`);
    },
    () => answer('once more: what still runs is left to its lease.'),
  );
  const { stop, abandon } = interrupts;
  await delayStart(options.sleep, stop);
  using _limit = limitTime(options.timeout, interrupts);
  const opened = await openSource(path, options, stop);
  if (!opened.ok) return sayRefusal(opened.error, options.format);
  const source = opened.value;
  const senseless = refuseTableOptions(runOptions, source);
  if (senseless !== undefined) return sayRefusal(senseless, options.format);
  if (!options.quiet) sayWarnings(source.warnings, options.format);
  const asked = await askGit(source, options, stop);
  if (!asked.ok) return sayRefusal(asked.error, options.format);

  const cache = await composeCache();
  if (!cache.ok) return sayRefusal(cache.error, options.format);
  const run = newRunId(new Date());
  const locks = command === 'apply' ? await lockRun(source, run, options, stop) : nothingToLock;
  if (!locks.ok) return sayRefusal(locks.error, options.format);
  await using _locks = locks.value;
  const recorded = await openRecord(command, run, { source, provenance: asked.value }, runOptions, interrupts);
  if (!recorded.ok) return sayRefusal(recorded.error, options.format);
  record = recorded.value;
  const leaseSeconds = options.lease ?? defaultLimits.leaseSeconds;
  const { events, saveLog } = record;
  let code: ExitCode = exitCodes.ok;
  let kept: 'complete' | 'incomplete' = 'complete';
  try {
    await using fleet = composeFleet(options, warn, stop);
    const { forks } = options;
    const request: ApplyRequest = { command, run, source, forks, leaseSeconds, ...limits(options) };
    const binaries = { binaries: composeBinaries(), ask: askToFetch(stop) };
    const ports = { fleet, events, cache: cache.value, ...composeMemory(options), ...binaries, saveLog, stop, abandon };
    code = await record.finish(await applyRun(request, ports));
  } finally {
    kept = await record.close({ run, inventory: source.sources, leaseSeconds });
    await retainRuns(options);
  }
  // What is written last, such as the summary, may be what cannot be.
  return code === exitCodes.ok && kept === 'incomplete' ? exitCodes.hostFailed : code;
}

function limits({
  buildTimeout,
  armTimeout = defaultLimits.armSeconds,
  stopTimeout = defaultLimits.endSeconds,
  maxFile,
  maxOutput,
}: RunOptions): Pick<ApplyRequest, 'armSeconds' | 'endSeconds' | 'buildLimitSeconds' | 'keep'> {
  return {
    armSeconds: armTimeout,
    endSeconds: stopTimeout,
    ...optional('buildLimitSeconds', buildTimeout),
    keep: { ...optional('maxFileBytes', maxFile), ...optional('maxOutputBytes', maxOutput) },
  };
}

const nothingToLock: Result<AsyncDisposable, Refusal> = ok({ [Symbol.asyncDispose]: async () => undefined });
