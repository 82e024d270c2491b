import { setImmediate as nextTurn } from 'node:timers/promises';
import { runCommand } from '../transport/run-command.ts';
import type { Connection } from '../transport/transport.ts';
import { endStepScript } from './end-step.generated.ts';

/** How much of the probe's limit a step may take before its programs are ended, and how much it may take after each try. */
const share = 4 / 30;

/** Steps that are never ended: they read only files of the kernel and the system, and without them the facts would be wrong. */
const unlimitedSteps = new Set(['facts', 'kernel', 'symbols']);

export interface StepWatch {
  /** Takes the probe's output as it arrives. */
  hear(text: string): void;
  /** When the probe is over. */
  stop(): void;
}

/**
 * Follows the steps of a target's probe. Programs that hang in one (a package manager's lock, a dead mount) are ended by
 * another command on the same connection, first by TERM, then by KILL. Costs nothing while the host answers in time.
 */
export function endHangingSteps(
  connection: Connection,
  nonce: string,
  { signal, probeLimitMs }: { readonly signal: AbortSignal; readonly probeLimitMs: number },
): StepWatch {
  const patienceMs = probeLimitMs * share;
  let tail = '';
  let timer: NodeJS.Timeout | undefined;
  let current: { readonly step: string; tries: number } | undefined;
  const end = async (stuck: NonNullable<typeof current>): Promise<void> => {
    // Output that came while this process was busy is read first.
    await nextTurn();
    if (stuck !== current) return;
    const words = ['sh', stuck.tries++ === 0 ? 'TERM' : 'KILL', `${nonce}-${stuck.step}`];
    const options = { signal, limitMs: patienceMs, maxOutputBytes: 10_000, as: 'login-user' } as const;
    // If this fails, the probe's own time limit still applies.
    await runCommand(connection, ['sh', '-c', endStepScript, ...words], options).catch(() => undefined);
    if (stuck === current) timer = setTimeout(end, patienceMs, stuck);
  };
  return {
    hear(text) {
      const recent = tail + text;
      const at = recent.lastIndexOf(`\n${nonce}: `);
      const step = at === -1 ? undefined : /^\w{1,30}(?=\n)/.exec(recent.slice(at + nonce.length + 3))?.[0];
      tail = recent.slice(-longestMark);
      if (step === undefined || step === current?.step) return;
      clearTimeout(timer);
      current = { step, tries: 0 };
      if (!unlimitedSteps.has(step)) timer = setTimeout(end, patienceMs, current);
    },
    stop() {
      clearTimeout(timer);
      current = undefined;
    },
  };
}

/** More than a mark takes. */
const longestMark = 200;
