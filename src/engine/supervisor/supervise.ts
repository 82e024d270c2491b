import type { ScriptEnd } from '../../model/event.ts';
import { optional } from '../../model/optional.ts';
import { failureAt } from '../../model/outcome.ts';
import { deferred } from '../../process/deferred.ts';
import { limitSignal } from '../../process/limit-signal.ts';
import { splitLines } from '../../process/lines.ts';
import { newNonce } from '../../process/nonce.ts';
import { onAbort } from '../../process/on-abort.ts';
import type { Exit, RemoteProcess } from '../../transport/transport.ts';
import { concludeRun, harmOf } from './conclude-run.ts';
import { findSignal } from './find-signal.ts';
import { followArming } from './follow-arming.ts';
import { lookBack } from './look-back.ts';
import { parametersOf, startSupervisor } from './start-supervisor.ts';
import type { SupervisedRun, Supervision } from './supervision.ts';
import { newReport, readLogLine, type SupervisorReport } from './supervisor-report.ts';

/** A line longer than this is handed on in pieces. */
const maxLineBytes = 64 * 1024;

/** How long a script that is told to end may do nothing before it is stopped harder, step by step. */
const patienceSeconds = 10;

/** How long the supervisor's last line may take after all of its limits. */
const graceSeconds = 60;

/** Sends a module with its supervisor to a target, runs it, hands on what it prints, and resolves to how it ended. */
export async function supervise(options: Supervision): Promise<SupervisedRun> {
  const { script, artifact } = options;
  const nonce = newNonce();
  // The last resort for a host that neither ends the script nor hangs up.
  const { armSeconds, endSeconds, leaseSeconds } = options;
  // The end probes and the removal of the module have `endSeconds` each.
  const total = (armSeconds + script.limitSeconds + leaseSeconds + 2 * endSeconds + graceSeconds) * 1000;
  using limited = limitSignal(options.abandon, total);
  const started = await startSupervisor(nonce, options, patienceSeconds, limited.signal);
  if (!started.ok) {
    const { kind, cause } = started.error;
    const begun = kind === 'lost' ? ({ begun: 'no' } as const) : {};
    const end: ScriptEnd =
      kind === 'lost' ? { kind: 'lost', cause } : { kind: 'failed', failure: failureAt('load', started.error) };
    const left = { module: 'none', directory: 'removed' } as const;
    return { ...begun, end, seconds: 0, left, notes: [], unchecked: [], remains: {} };
  }

  const process = started.value;
  const report = newReport(parametersOf(options));
  const lifeline = holdLifeline(process, report, options);
  const arming = followArming({
    onLoaded: () => options.onLoaded(report.target),
    onArmed: seconds => {
      // The host counts the script's time from then on.
      void process.stdin.write('armed\n');
      options.onArmed(seconds);
    },
  });
  let loadBegan: number | undefined;
  let lastHeard = 0;
  const folder = deferred();
  const note = (): void => {
    lastHeard = performance.now();
    if (report.ready) loadBegan ??= lastHeard;
    if (report.folder !== undefined) folder.resolve();
  };
  let isTold = false;
  const stopIfHarmful = (): void => {
    if (isTold || harmOf(report, options) === undefined) return;
    isTold = true;
    lifeline.stop();
  };
  const send = async (): Promise<void> => {
    // A supervisor that ends before it has a folder takes no module.
    await Promise.race([folder.promise, process.exit]);
    await process.stdin.write(artifact.bytes);
  };
  try {
    await Promise.all([
      pump(process.stdout, line => {
        note();
        return options.onLine('stdout', line);
      }),
      pump(process.stderr, line => {
        const printed = readLogLine(line, nonce, report);
        note();
        stopIfHarmful();
        arming.look(report);
        return printed === undefined ? undefined : options.onLine('stderr', printed);
      }),
      send(),
    ]);
    const exit = explainTimeout(await process.exit, limited.signal, options, total);
    const sinceLoad =
      loadBegan === undefined
        ? undefined
        : { lastHeard: (lastHeard - loadBegan) / 1000, known: (performance.now() - loadBegan) / 1000 };
    const traced = arming.traced(report);
    const run = concludeRun(report, exit, options, sinceLoad);
    const seen = wasKilled(report, exit) ? await lookBack(report.folder, options) : undefined;
    return {
      ...run,
      left: { ...run.left, ...seen, ...(run.left.module === 'loaded' ? { module: 'loaded' as const } : {}) },
      ...optional('traced', traced),
    };
  } finally {
    lifeline.release();
  }
}

/** Whether a signal has ended one of the script's processes, or all of them, on a host that is still there. */
function wasKilled(report: SupervisorReport, exit: Exit): report is SupervisorReport & { readonly folder: string } {
  const { folder, ended, refused } = report;
  if (folder === undefined || exit.kind === 'lost' || refused !== undefined) return false;
  return ended === undefined || ended.code === -1 || findSignal(ended.code) !== undefined;
}

/** A channel that was closed here because its time was over would look lost: the cause says which limit it was. */
function explainTimeout(exit: Exit, limited: AbortSignal, { abandon }: Supervision, totalMs: number): Exit {
  if (exit.kind !== 'lost' || !limited.aborted || abandon.aborted) return exit;
  return { kind: 'lost', cause: `it had not ended after ${Math.round(totalMs / 1000)} s` };
}

/** Renews the lease until it is released, and passes on `stop`. */
function holdLifeline(
  process: RemoteProcess,
  report: SupervisorReport,
  { stop, leaseSeconds }: Supervision,
): { release(): void; stop(): void } {
  const renew = setInterval(
    () => {
      // Before `ready` the module is still on its way on the same input.
      if (report.ready) void process.stdin.write('renew\n');
    },
    (leaseSeconds * 1000) / 4,
  );
  const askToStop = (): void => {
    // Before `ready` there is nothing to stop: the supervisor refuses the end of its input as an incomplete module.
    if (report.ready) void process.stdin.write('stop\n');
    else process.stdin.end();
  };
  const forget = onAbort(stop, askToStop);
  if (stop.aborted) askToStop();
  return {
    stop: askToStop,
    release() {
      clearInterval(renew);
      forget();
      process.stdin.end();
    },
  };
}

async function pump(
  stream: AsyncIterable<Uint8Array>,
  take: (line: string) => Promise<void> | undefined,
): Promise<void> {
  for await (const line of splitLines(stream, { maxLineBytes })) {
    const wait = take(line);
    if (wait !== undefined) await wait;
  }
}
