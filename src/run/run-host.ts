import type { Builds } from '../build/run-builds.ts';
import type { EventSink } from '../model/event.ts';
import type { Host } from '../model/host.ts';
import type { RunId } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { KernelGroup, PlannedHost, PlannedScript, Rollout, Watch } from '../model/plan.ts';
import type { Connection } from '../transport/transport.ts';
import { concludeScript } from './conclude-script.ts';
import type { Fleet } from './fleet.ts';
import { hasVanished } from './has-vanished.ts';
import { matchGlobals } from './match-globals.ts';
import { supervise } from './supervise.ts';

export interface HostRun {
  readonly host: Host;
  readonly decision: Extract<PlannedHost['decision'], { kind: 'run' }>;
  readonly kernel: Pick<KernelGroup, 'release' | 'machine'>;
  readonly uploadDirectory: string;
}

export interface RunContext {
  readonly fleet: Fleet;
  readonly builds: Builds;
  readonly events: EventSink;
  readonly run: RunId;
  readonly leaseSeconds: number;
  readonly strategy: Rollout['strategy'];
  readonly watch: Watch;
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
}

/** The life of one host in a play: its scripts one after another or all at once, and what became of it. */
export async function runHost(hostRun: HostRun, context: RunContext): Promise<HostOutcome> {
  const { scripts } = hostRun.decision;
  // Nothing is loaded on a host for which not everything is there.
  for (const script of scripts) {
    const obstacle = findObstacle(script, context.builds);
    if (obstacle !== undefined) return obstacle;
  }
  const connection = await context.fleet.open(hostRun.host);
  if (!connection.ok) return { kind: 'unreachable', failure: connection.error };

  const outcomes: HostOutcome[] = [];
  if (context.strategy === 'together') {
    outcomes.push(...(await Promise.all(scripts.map(script => runScript(script, connection.value, hostRun, context)))));
  } else {
    for (const script of scripts) {
      const outcome = await runScript(script, connection.value, hostRun, context);
      outcomes.push(outcome);
      if (outcome.kind !== 'ok' && outcome.kind !== 'degraded') break;
    }
  }
  return worst(outcomes);
}

function findObstacle(script: PlannedScript, builds: Builds): HostOutcome | undefined {
  const built = builds.get(script.build);
  if (built === undefined) throw new Error(`no build ${script.build}`);
  if (!built.ok) return { kind: 'failed', failure: built.error };
  const failure = matchGlobals(script.globals, built.value);
  return failure === undefined ? undefined : { kind: 'failed', failure };
}

async function runScript(
  script: PlannedScript,
  connection: Connection,
  { host, decision, kernel, uploadDirectory }: HostRun,
  context: RunContext,
): Promise<HostOutcome> {
  if (context.stop.aborted) return { kind: 'interrupted' };
  const artifact = context.builds.get(script.build);
  if (!artifact?.ok) throw new Error(`no module for ${script.build}`);
  const { events } = context;
  const words = { host: host.name, module: script.module };
  const run = await supervise({
    ...context,
    connection,
    script,
    artifact: artifact.value,
    kernel,
    as: decision.as,
    uploadDirectory,
    onLoaded: () => events.emit({ kind: 'script-started', ...words }),
    onLine: (stream, text) => {
      events.emit({ kind: 'line', ...words, stream, text });
      return events.congestion();
    },
  });
  const { end, seconds, left, unchecked } = run;
  events.emit({
    kind: 'script-finished',
    ...words,
    end,
    seconds,
    left,
    ...(unchecked.length === 0 ? {} : { unchecked }),
  });
  const vanished = await hasVanished(run, host, context);
  return concludeScript(run, { host, as: decision.as, module: script.module, vanished, ...context });
}

/** What weighs most of several scripts' outcomes. */
function worst(outcomes: readonly HostOutcome[]): HostOutcome {
  const weight: readonly HostOutcome['kind'][] = [
    'left-behind',
    'unreachable',
    'failed',
    'interrupted',
    'degraded',
    'ok',
  ];
  const found = weight
    .map(kind => outcomes.find(outcome => outcome.kind === kind))
    .find(outcome => outcome !== undefined);
  if (found?.kind !== 'degraded') return found ?? { kind: 'ok' };
  return { kind: 'degraded', notes: outcomes.flatMap(outcome => (outcome.kind === 'degraded' ? outcome.notes : [])) };
}
