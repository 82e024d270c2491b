import { type Failure, failureAt } from '../../model/outcome.ts';
import type { Watch } from '../../model/plan.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import { explainBinary } from './explain-binary.ts';
import { explainNoTarget } from './explain-no-target.ts';
import { megabytes, perCpu } from './explain-stop.ts';
import type { Supervision } from './supervision.ts';
import type { SupervisorReport } from './supervisor-report.ts';

type Refusal = NonNullable<SupervisorReport['refused']>;

/** Explains a supervisor's `refused`, upon which nothing was loaded. The words are those of `supervisor.sh`. */
export function explainRefusal({ why, detail }: Refusal, { script, artifact, kernel, watch }: Supervision): Failure {
  switch (why) {
    case 'no-folder':
      return at('upload', `cannot make a folder in ${detail}`, `see whether ${detail} is full or read-only`);
    case 'no-room':
      return at('upload', `cannot write to ${detail}: is it full?`, `make room in ${detail}`);
    case 'cut-short':
      return at('upload', 'the module did not arrive whole', 'run it again');
    case 'stalled':
      return at(
        'upload',
        `nothing more of the module arrived for ${detail} s`,
        'see how busy this machine and the network to the host are; a longer --lease waits longer',
      );
    case 'changed':
      return at('upload', 'the module was changed on its way (sha256 differs)', 'run it again');
    case 'signal':
      return at('upload', 'somebody there has ended the supervisor before it loaded anything');
    case 'kernel':
      return at('load', `the kernel is ${detail} now, the module is for ${kernel.release}`, 'run it again');
    case 'machine':
      return at('load', `the machine is ${detail}, the module is for ${kernel.machine}`, 'run it again');
    case 'loaded':
      return at(
        'load',
        `a module named ${artifact.module} is loaded already`,
        `if nobody uses it: staprun -d ${artifact.module}; else wait, or give the script another name`,
      );
    case 'no-staprun':
      return at('load', 'staprun is not there any more');
    case 'busy':
      return at(
        'load',
        `its load is ${perCpu(Number(detail))} for each CPU now, the playbook allows ${mostLoad(watch) ?? 'less'}`,
        `wait, or raise ${mostLoad(watch) === watch.maxLoadPerCpu ? 'max_load_per_cpu' : 'stop_at_load_per_cpu'}`,
      );
    case 'tight':
      return at(
        'load',
        `it has ${megabytes(Number(detail) * 1024)} of memory available, and stop_at_free_memory is ${megabytes(watch.stopAtFreeMemoryBytes ?? 0)}`,
        'run it when the host has more to spare, or lower stop_at_free_memory',
      );
    case 'locked':
      return at(
        'load',
        `run ${detail} holds ${artifact.module} on this host`,
        'wait until it has ended, or give the script another name',
      );
    case 'squatted': {
      const [path = '', owner] = detail.split(' ');
      const whose = owner === undefined ? 'somebody else' : owner;
      return at(
        'load',
        `${path}, which keeps others from loading ${artifact.module}, belongs to ${whose}`,
        `if that is no run of theirs: ${shellLine(['rm', '-r', '--', path])}, as root`,
      );
    }
    case 'no-lock':
      return at('load', `cannot make ${detail}, which keeps others from loading ${artifact.module} at the same time`);
    case 'binary':
    case 'stale':
    case 'unseen':
      return failureAt('load', explainBinary({ why, detail }, artifact));
    case 'no-process':
    case 'hidden':
    case 'thread':
    case 'several':
    case 'pidfile':
    case 'service':
      return explainNoTarget({ why, detail }, script.targetProcess);
    default:
      return at('load', `the supervisor refused: ${why} ${detail}`.trim());
  }
}

/** The load for each CPU above which no module is loaded; a script that would be stopped at once is not begun either. */
export function mostLoad({ maxLoadPerCpu, stopAtLoadPerCpu }: Watch): number | undefined {
  if (maxLoadPerCpu === undefined || stopAtLoadPerCpu === undefined) return maxLoadPerCpu ?? stopAtLoadPerCpu;
  return Math.min(maxLoadPerCpu, stopAtLoadPerCpu);
}

function at(stage: Failure['stage'], cause: string, cure?: string): Failure {
  return cure === undefined ? { stage, cause } : { stage, cause, cure };
}
