import { setImmediate as nextTurn } from 'node:timers/promises';
import { runCommand } from '../transport/run-command.ts';
import type { Connection } from '../transport/transport.ts';
import { endStepScript } from './end-step.generated.ts';

/** How long a step of a probe may take, in milliseconds, before what it runs is ended, and again after each try. */
const patienceMs = 4_000;

/** What reads only files of the kernel's, and the system's; without its answer there would be a wrong one. */
const isLeft = new Set(['facts', 'kernel', 'symbols']);

export interface StepWatch {
  /** Takes what the probe prints, as it comes. */
  hear(text: string): void;
  /** When the probe is over. */
  stop(): void;
}

/**
 * Follows the steps of a target's probe: what stands still in one of them (a package manager's lock, a dead mount) is ended
 * by another command on the same connection, at first by TERM. A host that answers pays nothing for it.
 */
export function endHangingSteps(connection: Connection, nonce: string, signal: AbortSignal): StepWatch {
  let tail = '';
  let timer: NodeJS.Timeout | undefined;
  let current: { readonly step: string; tries: number } | undefined;
  const end = async (stuck: NonNullable<typeof current>): Promise<void> => {
    // What has come while this process was busy is heard first.
    await nextTurn();
    if (stuck !== current) return;
    const words = ['sh', stuck.tries++ === 0 ? 'TERM' : 'KILL', `${nonce}-${stuck.step}`];
    const options = { signal, limitMs: patienceMs, maxOutputBytes: 10_000, as: 'login-user' } as const;
    // A host where that cannot be done has the limit of the whole probe.
    await runCommand(connection, ['sh', '-c', endStepScript, ...words], options).catch(() => undefined);
    if (stuck === current) timer = setTimeout(end, patienceMs, stuck);
  };
  return {
    hear(text) {
      const said = tail + text;
      const at = said.lastIndexOf(`\n${nonce}: `);
      const step = at === -1 ? undefined : /^\w{1,30}(?=\n)/.exec(said.slice(at + nonce.length + 3))?.[0];
      tail = said.slice(-longestMark);
      if (step === undefined || step === current?.step) return;
      clearTimeout(timer);
      current = { step, tries: 0 };
      if (!isLeft.has(step)) timer = setTimeout(end, patienceMs, current);
    },
    stop() {
      clearTimeout(timer);
      current = undefined;
    },
  };
}

/** More than a mark takes. */
const longestMark = 200;
