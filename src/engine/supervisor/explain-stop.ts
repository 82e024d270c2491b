import type { ScriptEnd } from '../../model/event.ts';
import type { Supervision } from './supervision.ts';
import type { SupervisorReport } from './supervisor-report.ts';

type Stopping = NonNullable<SupervisorReport['stopping']>;

/** How a script ended that its supervisor has stopped; `why` is a word of `supervisor.sh`. */
export function explainStop(
  { why, number }: Stopping,
  { script, watch, leaseSeconds, armSeconds }: Pick<Supervision, 'script' | 'watch' | 'leaseSeconds' | 'armSeconds'>,
): ScriptEnd {
  const failed = (cause: string, cure: string): ScriptEnd => ({
    kind: 'failed',
    failure: { stage: 'stream', cause, cure },
  });
  switch (why) {
    case 'asked':
      return { kind: 'stopped' };
    case 'limit':
      if (script.end === 'at-limit') return { kind: 'duration' };
      return failed(
        `the script had not called exit() after ${script.limitSeconds} s and was stopped`,
        'raise the limit of until_exit, or give it a duration',
      );
    case 'unarmed':
      return {
        kind: 'failed',
        failure: {
          stage: 'load',
          cause: `its probes were not armed ${armSeconds} s after the load began, and it was stopped before it traced anything`,
          cure: 'probe fewer points, or allow more time: --arm-timeout, or arm_timeout in tapbook.yml',
        },
      };
    case 'load':
      return failed(
        `the load rose to ${perCpu(number)} for each CPU and the script was stopped (stop_at_load_per_cpu: ${watch.stopAtLoadPerCpu ?? '?'})`,
        'run it when the host is less busy, probe less, or raise stop_at_load_per_cpu',
      );
    case 'memory':
      return failed(
        `free memory fell to ${megabytes(number * 1024)} and the script was stopped (stop_at_free_memory: ${megabytes(watch.stopAtFreeMemoryBytes ?? 0)})`,
        'lower buffer_mb, run it when the host has more to spare, or lower stop_at_free_memory',
      );
    case 'signal':
      return failed(
        'somebody on the host ended the supervisor, and the script with it',
        'ask who did, and run it again',
      );
    case 'lease':
      return {
        kind: 'lost',
        cause: `the host heard nothing from here for ${leaseSeconds} s and stopped the script`,
      };
    case 'lost':
      return { kind: 'lost', cause: 'the host lost its connection to here and stopped the script' };
    default:
      return { kind: 'lost', cause: `the target stopped the script: ${why}` };
  }
}

/** A load as it is written in a playbook. */
export function perCpu(hundredths: number): string {
  return (hundredths / 100).toFixed(2);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
