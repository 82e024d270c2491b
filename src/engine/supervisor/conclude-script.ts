import type { Host } from '../../model/host.ts';
import type { ModuleName } from '../../model/ids.ts';
import type { HostOutcome } from '../../model/outcome.ts';
import { isLeftBehind } from '../../model/script-end.ts';
import type { Vanished } from './find-vanished-host.ts';
import { removalCommand } from './removal-command.ts';
import type { SupervisedRun } from './supervision.ts';

export interface ScriptContext {
  readonly host: Host;
  readonly as: 'login-user' | 'become-user';
  readonly module: ModuleName;
  readonly leaseSeconds: number;
  readonly vanished: Vanished | undefined;
}

/** Makes a host's outcome of how one of its scripts ended. */
export function concludeScript(run: SupervisedRun, context: ScriptContext): HostOutcome {
  const { end, left, notes } = run;
  const { module, leaseSeconds, vanished } = context;
  if (isLeftBehind(left)) return leftBehindOutcome(run, context);
  switch (end.kind) {
    case 'exited':
    case 'duration':
      return notes.length === 0 ? { kind: 'ok' } : { kind: 'degraded', notes };
    case 'stopped':
      return notes.length === 0 ? { kind: 'interrupted' } : { kind: 'interrupted', notes };
    case 'skipped':
      return end;
    case 'failed':
      return { kind: 'failed', failure: end.failure };
    case 'lost':
      if (vanished !== undefined) return vanishedOutcome(vanished, module);
      return {
        kind: 'unreachable',
        failure: {
          stage: 'stream',
          cause: end.cause,
          cure:
            left.module === 'none'
              ? 'nothing was left behind; check the network to the host and run it again'
              : `its own supervisor unloads ${module} within ${leaseSeconds} s; look with: grep -w ${module} /proc/modules`,
        },
      };
    default:
      return end satisfies never;
  }
}

function leftBehindOutcome(
  { end, left, remains, cut }: SupervisedRun,
  { host, as, module }: ScriptContext,
): HostOutcome {
  const { folder, stuck, kept } = remains;
  const isLoaded = left.module === 'loaded';
  const isLeft = left.directory === 'left';
  const causes = [
    ...(isLoaded ? [`module ${module} is still loaded${quoted(stuck)}`] : []),
    ...(isLeft ? [`its folder ${folder ?? ''} is still there${quoted(kept)}`] : []),
    ...(end.kind === 'failed' ? [`before that: ${end.failure.cause}`] : []),
    ...(cut === undefined ? [] : [cut]),
  ];
  const cure = removalCommand(
    { ...(isLoaded ? { module } : {}), ...(isLeft && folder !== undefined ? { folder } : {}) },
    host,
    as,
  );
  return { kind: 'left-behind', module, failure: { stage: 'cleanup', cause: causes.join('; '), cure } };
}

function quoted(text: string | undefined): string {
  return text === undefined || text === '' ? '' : ` (${text})`;
}

function vanishedOutcome({ seconds, state }: Vanished, module: ModuleName): HostOutcome {
  const then = state === 'silent' ? 'and does not answer' : 'and has booted anew';
  return {
    kind: 'unreachable',
    vanishedAfterLoad: true,
    failure: {
      stage: 'load',
      cause: `it vanished ${seconds} s after the load of ${module} ${then}: perhaps its kernel panicked`,
      cure: 'look at its console or its pstore; load this module on no other host with this kernel',
    },
  };
}
