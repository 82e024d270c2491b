import type { ModuleName } from '../../model/ids.ts';
import { joinScriptOutcomes } from '../../model/join-script-outcomes.ts';
import { optional } from '../../model/optional.ts';
import { hasRun, type ScriptOutcome } from '../../model/outcome.ts';
import type { PlannedScript } from '../../model/plan.ts';
import { isLeftBehind } from '../../model/script-end.ts';
import type { Connection } from '../../transport/transport.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { concludeScript } from '../supervisor/conclude-script.ts';
import { describeUnkept } from '../supervisor/describe-unkept.ts';
import { findVanishedHost } from '../supervisor/find-vanished-host.ts';
import { createOutputEmitter } from '../supervisor/output-emitter.ts';
import { supervise } from '../supervisor/supervise.ts';
import type { SupervisedRun } from '../supervisor/supervision.ts';
import { explainLostTogether } from './explain-lost-together.ts';
import type { HostEnd, HostRun, HostRunner, RunContext } from './host-runner.ts';

/** Runs hosts from here, over the connections of the run. */
export function createFleetHostRunner(fleet: Fleet): HostRunner {
  return (hostRun, context) => runHost(hostRun, context, fleet);
}

/** Runs a host's scripts, one after another or all at once, and concludes how the host ended. */
async function runHost(hostRun: HostRun, context: RunContext, fleet: Fleet): Promise<HostEnd> {
  const { decision, missing } = hostRun;
  using _held = fleet.hold(hostRun.host.name);
  const connection = await fleet.open(hostRun.host);
  if (!connection.ok) {
    const kind = fleet.unreached(hostRun.host.name)?.fault === 'here' ? 'failed' : 'unreachable';
    return { outcome: { kind, failure: connection.error }, sent: 'nothing' };
  }

  const scriptContext = { ...context, fleet };
  const run = (script: PlannedScript): Promise<ScriptRun> =>
    runScript(script, connection.value, hostRun, scriptContext);
  const ends: ScriptOutcome[] = [];
  let sent: HostEnd['sent'] = 'nothing';
  const conclude = async (runs: readonly ScriptRun[]): Promise<void> => {
    if (runs.some(one => one.sent === 'something')) sent = 'something';
    ends.push(...(await concludeScripts(runs, hostRun, scriptContext)));
  };
  if (context.strategy === 'together') await conclude(await Promise.all(decision.scripts.map(run)));
  else {
    for (const [index, script] of decision.scripts.entries()) {
      await conclude([await run(script)]);
      const last = ends.at(-1);
      if (goesOn(last, context)) continue;
      ends.push(...notStarted(decision.scripts.slice(index + 1), last));
      break;
    }
  }
  return { outcome: joinScriptOutcomes([...missing, ...ends], missing.length + decision.scripts.length), sent };
}

/** Whether the next script has its turn. Behind one that left something there, or lost the host, none has. */
function goesOn(last: ScriptOutcome | undefined, { onScriptFailure, stop }: RunContext): boolean {
  if (last === undefined || hasRun(last) || last.kind === 'skipped') return true;
  return last.kind === 'failed' && onScriptFailure === 'continue' && !stop.aborted;
}

/** Those behind a script that failed; of a host that is gone, or that was to stop, that is plain. */
function notStarted(scripts: readonly PlannedScript[], last: ScriptOutcome | undefined): readonly ScriptOutcome[] {
  if (last?.kind !== 'failed' && last?.kind !== 'left-behind') return [];
  const reason = last.kind === 'failed' ? `${last.module} failed before it` : `${last.module} is still there`;
  return scripts.map(({ module }) => ({ kind: 'not-started', module, reason }));
}

/** A script that had its turn on a host; without a run where it was stopped before. */
interface ScriptRun extends Pick<HostEnd, 'sent'> {
  readonly module: ModuleName;
  readonly run?: SupervisedRun;
}

/** What came of scripts that ran at the same time. */
async function concludeScripts(
  scripts: readonly ScriptRun[],
  { host, decision }: HostRun,
  context: RunContext & { readonly fleet: Fleet },
): Promise<readonly ScriptOutcome[]> {
  const lost = scripts.flatMap(({ module, run }) => (run?.end.kind === 'lost' ? [{ module, run }] : []));
  const loaded = lost.find(({ run }) => run.left.module === 'unknown' && run.sinceLoad !== undefined);
  const vanished = loaded === undefined ? undefined : await findVanishedHost(loaded.run, host, context);
  const together = lost.length < 2 ? undefined : explainLostTogether(lost, vanished, context.leaseSeconds);
  return scripts.map(({ module, run }): ScriptOutcome => {
    if (run === undefined) return { kind: 'interrupted', module };
    if (run.end.kind !== 'lost' || together === undefined || isLeftBehind(run.left)) {
      return { ...concludeScript(run, { host, as: decision.as, module, vanished, ...context }), module };
    }
    const hasVanished = vanished === undefined ? {} : { vanishedAfterLoad: true as const };
    return { kind: 'unreachable', module, failure: together, ...hasVanished };
  });
}

async function runScript(
  script: PlannedScript,
  connection: Connection,
  { host, decision, kernel, uploadDirectory }: HostRun,
  context: RunContext,
): Promise<ScriptRun> {
  const { module } = script;
  if (context.stop.aborted) return { module, sent: 'nothing' };
  const artifact = context.builds.get(script.build);
  if (!artifact?.ok) throw new Error(`no module for ${script.build}`);
  const { events, outputs } = context;
  const origin = { host: host.name, module };
  const output = createOutputEmitter(origin, outputs, events, context.keep.openScript(script, outputs));
  const supervised = await supervise({
    ...context,
    connection,
    script,
    artifact: artifact.value,
    kernel,
    as: decision.as,
    uploadDirectory,
    ...(context.unwinding.has(script.build) ? { symbols: 'of-files' as const } : {}),
    onLoaded: targetProcess =>
      events.emit({ kind: 'script-started', ...origin, ...optional('targetProcess', targetProcess) }),
    onArmed: seconds => events.emit({ kind: 'script-armed', ...origin, seconds }),
    onLine: (stream, text) => {
      output.emitLine(stream, text);
      return events.congestion();
    },
  });
  const { begun, end, left, unchecked, sinceLoad, traced, cut } = supervised;
  const counts = output.end();
  const run = counts.unkept === undefined ? supervised : withNote(supervised, describeUnkept(counts.unkept));
  if (begun === 'no') return { module, run, sent: 'nothing' };
  // Of one that was lost the host has not told how long it ran: this is when it was clear that the connection is gone.
  const seconds = end.kind === 'lost' ? (sinceLoad?.known ?? run.seconds) : run.seconds;
  events.emit({
    kind: 'script-finished',
    ...origin,
    end,
    seconds,
    ...optional('traced', traced),
    ...optional('cut', cut),
    left,
    ...counts,
    ...(unchecked.length === 0 ? {} : { unchecked }),
  });
  return { module, run, sent: 'something' };
}

function withNote(run: SupervisedRun, note: string): SupervisedRun {
  return { ...run, notes: [...run.notes, note] };
}
