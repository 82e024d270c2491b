import type { BuildFinished, BuildMoved, CanaryFinished } from '../../model/build-event.ts';
import { sayChanges } from '../../model/drift.ts';
import type {
  Event,
  HostDrifted,
  HostProbed,
  OutputFull,
  PlayPlanned,
  ScriptFinished,
  ScriptStarted,
} from '../../model/event.ts';
import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import { printableLine, printableText } from '../../model/printable-text.ts';
import { endedInOrder } from '../../model/script-end.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { sayFailureAndCure, sayOutcome } from '../texts/outcome-text.ts';
import { formatPlanSummary } from '../texts/plan-summary.ts';
import { sayScriptEnd } from '../texts/script-end-text.ts';
import { sayStopCause } from '../texts/stop-cause-text.ts';
import type { Verbosity } from './reporter-options.ts';

/**
 * What an event is worth as lines of a log, uncoloured and without newlines: steps and whatever is not as it should be
 * in `normal`, each host's fate in `verbose`. Output lines are no progress.
 */
export function progressLines(event: Event, verbosity: Verbosity): string[] {
  return linesFor(event, verbosity).map(printableText);
}

function linesFor(event: Event, verbosity: Verbosity): string[] {
  const inVerbose = (line: string) => (verbosity === 'verbose' ? [line] : []);
  switch (event.kind) {
    case 'run-started':
      return [
        // A run without a directory is not in the history: its id would be of no use.
        `${event.directory === undefined ? '' : `run ${event.run}: `}${event.command} ${event.plan === undefined ? '' : `${event.plan.path}, a saved plan of `}${event.playbook}`,
      ];
    case 'play-started':
      return [
        `play "${event.play}": ${countOf(event.hosts.length, 'host')} (${foldHostsWithin(event.hosts, 60)}), ` +
          `build hosts: ${event.buildHosts.length === 0 ? 'none' : foldHostsWithin(event.buildHosts, 60)}`,
      ];
    case 'host-probed':
      return probeLines(event, inVerbose);
    case 'host-drifted':
      return driftLines(event, inVerbose);
    case 'host-retry':
      return [`${event.host}: ${hostTrouble(event)}`];
    case 'play-planned':
      return planLines(event);
    case 'canary-started':
      return [`canary for ${event.release} with stap ${event.stap} on ${event.buildHost}`];
    case 'canary-finished':
      return canaryLines(event);
    case 'binary-fetching':
      return [`fetching ${shownPath(event)} (${formatBytes(event.bytes)}) from ${event.host} for ${event.buildHost}`];
    case 'binary-fetched':
      return event.result.kind === 'ok'
        ? inVerbose(`fetched ${shownPath(event)} from ${event.host} in ${formatSeconds(event.seconds)}`)
        : [`${event.host}: ${sayFailureAndCure(event.result.failure)}`];
    case 'binary-sent':
      return [
        `sent ${shownPath(event)} (${formatBytes(event.bytes)}) to ${event.buildHost} in ${formatSeconds(event.seconds)}`,
      ];
    case 'build-moved':
      return movedLines(event);
    case 'build-started':
      return [`build ${event.build} on ${event.buildHost}`];
    case 'build-finished':
      return buildLines(event, inVerbose);
    case 'batch-started':
      return [
        `batch ${event.batch} of ${event.of}: ${countOf(event.hosts.length, 'host')} (${foldHostsWithin(event.hosts, 60)})`,
      ];
    case 'script-started':
      return inVerbose(`${event.host}: ${event.module} runs${forProcess(event)}`);
    case 'script-armed':
      return event.seconds < slowArming
        ? []
        : [`${event.host}: ${event.module} traces; arming its probes took ${formatSeconds(event.seconds)}`];
    case 'script-finished':
      return scriptLines(event, inVerbose);
    case 'output-full':
      return [sayFull(event)];
    case 'host-finished':
      return outcomeLines(event, inVerbose);
    case 'rollout-stopped':
      return [`rollout stopped: ${event.reason}`];
    case 'notice':
      return event.severity === 'warning' ? [`warning: ${event.text}`] : inVerbose(event.text);
    case 'run-finished': {
      const hosts = Object.entries(event.hosts).filter(([, count]) => count > 0);
      const told = hosts.map(([kind, count]) => `${count} ${kind}`).join(', ') || 'no hosts';
      const why = event.stopped === undefined ? '' : ` (${sayStopCause(event.stopped)})`;
      return [`run ended after ${formatSeconds(event.seconds)}${why}: ${told}; exit ${event.exitCode}`];
    }
    case 'line':
    case 'record':
    case 'histogram':
    case 'tables':
      return [];
    default:
      event satisfies never;
      return [];
  }
}

function forProcess({ targetProcess }: ScriptStarted): string {
  return targetProcess === undefined ? '' : `, target() is ${targetProcess.pid} (${targetProcess.name})`;
}

function sayFull({ host, module, limit, most }: OutputFull): string {
  const what = 'what it prints now is not kept';
  return limit === 'max_file'
    ? `${host}: ${module} has printed ${formatBytes(most)}: ${what} (output.max_file)`
    : `${host}: ${module}: ${what} (--max-output)`;
}

/** In seconds: so long is told, since it does not count for the duration. */
const slowArming = 10;

/** What is wrong with a host, without its name, so that several can share a line; undefined where all is well. */
export function hostTrouble(event: Event): string | undefined {
  if (event.kind === 'host-probed') {
    const { result } = event;
    return result.kind === 'ok' ? undefined : `${result.kind} ${sayFailureAndCure(result.failure)}`;
  }
  if (event.kind === 'host-retry') {
    const { failure, retry, of, delaySeconds } = event;
    return `${sayOutcome({ kind: 'unreachable', failure })}; retry ${retry} of ${of} in ${formatSeconds(delaySeconds)}`;
  }
  if (event.kind !== 'host-finished') return undefined;
  const { outcome } = event;
  if (outcome.kind === 'degraded') return sayOutcome(outcome);
  return 'failure' in outcome ? `${outcome.kind} ${sayFailureAndCure(outcome.failure)}` : undefined;
}

function planLines({ plan, joined, awaited = [] }: PlayPlanned): string[] {
  if (joined !== undefined) {
    const running = plan.batches.flat().filter(host => joined.includes(host));
    if (running.length === 0) return [];
    return [`${foldHostsWithin(running, 60)} answered late: ${running.length === 1 ? 'it runs' : 'they run'} as well`];
  }
  const still = `not waited for: ${countOf(awaited.length, 'host')} with no answer yet (${foldHostsWithin(awaited, 60)})`;
  return [formatPlanSummary([plan]), ...(awaited.length === 0 ? [] : [still])];
}

function shownPath({ path }: { readonly path: string }): string {
  return printableLine(path, 200);
}

type InVerbose = (line: string) => string[];

function probeLines(event: Event & HostProbed, inVerbose: InVerbose): string[] {
  const { host, role, seconds, result } = event;
  const who = role === 'build-host' ? `build host ${host}` : host;
  if (result.kind !== 'ok') return [`${who}: ${hostTrouble(event)}`];
  const { release, machine } = result.kernel;
  return inVerbose(`${who}: probed in ${formatSeconds(seconds)}, ${release} ${machine}`);
}

/** A host that is left out or fails for it is told of with its outcome. */
function driftLines({ host, role, changes, onDrift }: HostDrifted, inVerbose: InVerbose): string[] {
  const what = `is not as it was planned: ${sayChanges(changes)}`;
  if (role === 'build-host') return [`build host ${host} ${what}`];
  return onDrift === 'replan' ? [`${host} ${what}; it is planned anew`] : inVerbose(`${host} ${what}`);
}

function canaryLines({ release, stap, buildHost, seconds, result }: CanaryFinished): string[] {
  const canary = `canary for ${release} with stap ${stap} on ${buildHost}`;
  if (result.kind === 'ok') return [`${canary}: ok, ${formatSeconds(seconds)}`];
  // The reason is told by each build that cannot be made because of it.
  return [`${canary}: failed after ${formatSeconds(seconds)}${logOf(result)}`];
}

function movedLines({ build, from, to, failure, log }: BuildMoved): string[] {
  return [`build ${build} moves from ${from} to ${to}: ${failure.cause}${logOf({ log })}`];
}

function logOf({ log }: { readonly log?: string | undefined }): string {
  return log === undefined ? '' : ` (log: ${log})`;
}

function buildLines({ build, buildHost, result }: BuildFinished, inVerbose: InVerbose): string[] {
  switch (result.kind) {
    case 'cached':
      return inVerbose(`${build}: cached`);
    case 'built': {
      const warnings = result.warnings === 0 ? '' : `, ${countOf(result.warnings, 'warning')}`;
      const log = warnings === '' || result.log === undefined ? '' : ` in ${result.log}`;
      return [
        `built ${build} on ${buildHost} in ${formatSeconds(result.seconds)}, ${formatBytes(result.bytes)}${warnings}${log}`,
      ];
    }
    case 'failed':
      return [
        `build of ${build} failed after ${formatSeconds(result.seconds)} ${sayFailureAndCure(result.failure)}${logOf(result)}`,
      ];
  }
}

function scriptLines(event: ScriptFinished, inVerbose: InVerbose): string[] {
  const { host, module, end, left, unchecked = [] } = event;
  const lines = [`${host}: ${module} ${sayScriptEnd(event)}`];
  for (const what of unchecked) lines.push(`${host}: ${module}: ${describeUnchecked(what)}`);
  if (left.module === 'loaded') lines.push(`${host}: ${module} is still loaded`);
  if (left.directory === 'left') lines.push(`${host}: our directory is still there`);
  return endedInOrder(end) && lines.length === 1 ? lines.flatMap(inVerbose) : lines;
}

/** The words are those of the target's supervisor. */
function describeUnchecked(what: string): string {
  if (what === 'sha256') {
    return 'warning: whether the module arrived unchanged was not checked: sha256sum, busybox, openssl and shasum are missing there';
  }
  if (what === 'init') {
    return 'warning: whether process 1 runs the probed files as they are there was not checked: it shows nobody what it runs';
  }
  return `warning: its ${what} was not checked before the load: the host does not say`;
}

function outcomeLines(event: Event & { kind: 'host-finished' }, inVerbose: InVerbose): string[] {
  const { host, outcome } = event;
  const trouble = hostTrouble(event);
  if (trouble !== undefined) return [`${host}: ${trouble}`];
  // The plan's summary counts the hosts that are left out, and the recap says why: here it would bury what happens.
  return inVerbose(`${host}: ${sayOutcome(outcome)}`);
}
