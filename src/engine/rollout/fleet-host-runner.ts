import { optional } from '../../model/optional.ts';
import { type HostOutcome, hasRun, worstOutcome } from '../../model/outcome.ts';
import type { PlannedScript } from '../../model/plan.ts';
import type { Connection } from '../../transport/transport.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { concludeScript } from '../supervisor/conclude-script.ts';
import { findVanishedHost, type Vanished } from '../supervisor/find-vanished-host.ts';
import { createOutputEmitter } from '../supervisor/output-emitter.ts';
import { supervise } from '../supervisor/supervise.ts';
import type { HostEnd, HostRun, HostRunner, RunContext } from './host-runner.ts';

/** Runs hosts from here, over the connections of the run. */
export function createFleetHostRunner(fleet: Fleet): HostRunner {
  return (hostRun, context) => runHost(hostRun, context, fleet);
}

/** Runs a host's scripts, one after another or all at once, and concludes how the host ended. */
async function runHost(hostRun: HostRun, context: RunContext, fleet: Fleet): Promise<HostEnd> {
  const { scripts } = hostRun.decision;
  const connection = await fleet.open(hostRun.host);
  if (!connection.ok) return { outcome: { kind: 'unreachable', failure: connection.error }, sent: 'nothing' };

  const scriptContext = { ...context, fleet };
  const ends: HostEnd[] = [];
  if (context.strategy === 'together') {
    ends.push(
      ...(await Promise.all(scripts.map(script => runScript(script, connection.value, hostRun, scriptContext)))),
    );
  } else {
    for (const script of scripts) {
      const end = await runScript(script, connection.value, hostRun, scriptContext);
      ends.push(end);
      if (!hasRun(end.outcome)) break;
    }
  }
  const sent = ends.some(end => end.sent === 'something') ? 'something' : 'nothing';
  return { outcome: worstOutcome(ends.map(end => end.outcome)), sent };
}

async function runScript(
  script: PlannedScript,
  connection: Connection,
  { host, decision, kernel, uploadDirectory }: HostRun,
  context: RunContext & { readonly fleet: Fleet },
): Promise<HostEnd> {
  if (context.stop.aborted) return { outcome: { kind: 'interrupted' }, sent: 'nothing' };
  const artifact = context.builds.get(script.build);
  if (!artifact?.ok) throw new Error(`no module for ${script.build}`);
  const { events } = context;
  const origin = { host: host.name, module: script.module };
  const output = createOutputEmitter(origin, context.outputs, events);
  const run = await supervise({
    ...context,
    connection,
    script,
    artifact: artifact.value,
    kernel,
    as: decision.as,
    uploadDirectory,
    onLoaded: targetProcess =>
      events.emit({ kind: 'script-started', ...origin, ...optional('targetProcess', targetProcess) }),
    onLine: (stream, text) => {
      output.emitLine(stream, text);
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
    ...origin,
    end,
    seconds,
    left,
    ...counts,
    ...(unchecked.length === 0 ? {} : { unchecked }),
  });
  return { outcome: conclude(await findVanishedHost(run, host, context)), sent: 'something' };
}
