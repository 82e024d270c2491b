import type { Builds } from '../build/run-builds.ts';
import type { EventSink } from '../model/event.ts';
import type { Host } from '../model/host.ts';
import type { RunId } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { KernelGroup, PlannedHost, PlannedPlay, PlannedScript, Rollout } from '../model/plan.ts';
import type { Connection } from '../transport/transport.ts';
import type { Fleet } from './fleet.ts';
import { matchGlobals } from './match-globals.ts';
import { supervise } from './supervise.ts';
import type { SupervisedRun } from './supervision.ts';
import { tellOutput } from './tell-output.ts';

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
  /** How the output of the play's scripts is read. */
  readonly outputs: PlannedPlay['outputs'];
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
  const output = tellOutput(words, context.outputs, events);
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
      output.tell(stream, text);
      return events.congestion();
    },
  });
  const counts = output.end();
  events.emit({ kind: 'script-finished', ...words, end: run.end, seconds: run.seconds, left: run.left, ...counts });
  return outcomeOf(run, script, context);
}

function outcomeOf({ end, left, notes }: SupervisedRun, { module }: PlannedScript, context: RunContext): HostOutcome {
  if (left.module === 'loaded' || left.directory === 'left') {
    const what = left.module === 'loaded' ? `module ${module} is still loaded` : 'its folder is still there';
    const cure = left.module === 'loaded' ? `staprun -d ${module}` : 'rm -rf /tmp/tapbook-*';
    return { kind: 'left-behind', module, failure: { stage: 'cleanup', cause: what, cure } };
  }
  switch (end.kind) {
    case 'exited':
    case 'duration':
      return notes.length === 0 ? { kind: 'ok' } : { kind: 'degraded', notes };
    case 'stopped':
      return { kind: 'interrupted' };
    case 'failed':
      return { kind: 'failed', failure: end.failure };
    case 'lost':
      return {
        kind: 'unreachable',
        failure: {
          stage: 'stream',
          cause: end.cause,
          cure:
            left.module === 'none'
              ? 'nothing was left behind; check the network to the host and run it again'
              : `its own supervisor unloads ${module} within ${context.leaseSeconds} s; look with: grep -w ${module} /proc/modules`,
        },
      };
    default:
      return end satisfies never;
  }
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
