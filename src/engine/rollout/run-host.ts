import { longestString } from '../../model/build-options.ts';
import type { EventSink } from '../../model/event.ts';
import type { Host } from '../../model/host.ts';
import type { RunId } from '../../model/ids.ts';
import { type HostOutcome, hasRun, worstOutcome } from '../../model/outcome.ts';
import type {
  KernelGroup,
  PlannedBuild,
  PlannedHost,
  PlannedPlay,
  PlannedScript,
  Rollout,
  Watch,
} from '../../model/plan.ts';
import type { Builds } from '../../module/build/run-builds.ts';
import type { Connection } from '../../transport/transport.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { concludeScript } from '../supervisor/conclude-script.ts';
import { emitOutput } from '../supervisor/emit-output.ts';
import { findVanishedHost, type Vanished } from '../supervisor/find-vanished-host.ts';
import { matchGlobals } from '../supervisor/match-globals.ts';
import { supervise } from '../supervisor/supervise.ts';

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
  readonly watch: Watch;
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
}

/** What became of a host, and whether anything was sent there to be loaded: if so, it must not be tried again. */
export interface HostEnd {
  readonly outcome: HostOutcome;
  readonly sent: 'nothing' | 'something';
}

/** The life of one host in a play: its scripts one after another or all at once, and what became of it. */
export async function runHost(hostRun: HostRun, context: RunContext): Promise<HostEnd> {
  const { scripts } = hostRun.decision;
  const connection = await context.fleet.open(hostRun.host);
  if (!connection.ok) return { outcome: { kind: 'unreachable', failure: connection.error }, sent: 'nothing' };

  const ends: HostEnd[] = [];
  if (context.strategy === 'together') {
    ends.push(...(await Promise.all(scripts.map(script => runScript(script, connection.value, hostRun, context)))));
  } else {
    for (const script of scripts) {
      const end = await runScript(script, connection.value, hostRun, context);
      ends.push(end);
      if (!hasRun(end.outcome)) break;
    }
  }
  const sent = ends.some(end => end.sent === 'something') ? 'something' : 'nothing';
  return { outcome: worstOutcome(ends.map(end => end.outcome)), sent };
}

/** What keeps a host's scripts from being loaded, as far as their modules tell. */
export function findObstacle(
  scripts: readonly PlannedScript[],
  builds: Builds,
  planned: readonly PlannedBuild[],
): HostOutcome | undefined {
  for (const script of scripts) {
    const built = builds.get(script.build);
    if (built === undefined) throw new Error(`no build ${script.build}`);
    const failure = built.ok ? matchGlobals(script.globals, built.value, longestOf(script, planned)) : built.error;
    if (failure !== undefined) return { kind: 'failed', failure };
  }
  return undefined;
}

function longestOf({ build }: PlannedScript, planned: readonly PlannedBuild[]): number {
  return longestString(planned.find(({ id }) => id === build)?.options.defines);
}

async function runScript(
  script: PlannedScript,
  connection: Connection,
  { host, decision, kernel, uploadDirectory }: HostRun,
  context: RunContext,
): Promise<HostEnd> {
  if (context.stop.aborted) return { outcome: { kind: 'interrupted' }, sent: 'nothing' };
  const artifact = context.builds.get(script.build);
  if (!artifact?.ok) throw new Error(`no module for ${script.build}`);
  const { events } = context;
  const words = { host: host.name, module: script.module };
  const output = emitOutput(words, context.outputs, events);
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
  const { begun, end, seconds, left, unchecked } = run;
  const conclude = (vanished: Vanished | undefined): HostOutcome =>
    concludeScript(run, { host, as: decision.as, module: script.module, vanished, ...context });
  const counts = output.end();
  if (begun === 'no') return { outcome: conclude(undefined), sent: 'nothing' };
  events.emit({
    kind: 'script-finished',
    ...words,
    end,
    seconds,
    left,
    ...counts,
    ...(unchecked.length === 0 ? {} : { unchecked }),
  });
  return { outcome: conclude(await findVanishedHost(run, host, context)), sent: 'something' };
}
