import type { ChildProcess } from 'node:child_process';
import { onExit } from 'signal-exit';

/** Whether a program has a process group of its own, which is ended as a whole, or shares the terminal's with us. */
export type ProgramGroup = 'own' | 'ours';

export interface ProgramEnding extends Disposable {
  /** Ends the program: by TERM, so that it can clean up, and after three seconds by KILL. */
  end(): void;
  isEnding(): boolean;
  /** Whether the program had ended before `end` was called, while its children held its outputs open. */
  wasOver(): boolean;
}

/** How long a program may take to clean up, in milliseconds. */
const patienceMs = 3_000;

/**
 * Ends a program early. Once the program has ended, its outputs are closed even if others hold them, and the rest of its own
 * group is killed. This also happens when our process ends first, unless it is killed by KILL.
 */
export function programEnding(child: ChildProcess, group: ProgramGroup): ProgramEnding {
  const send = (name: NodeJS.Signals): void => {
    try {
      if (group === 'ours') child.kill(name);
      else if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // It has ended by itself.
    }
  };
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const finish = (): void => {
    if (group === 'own') send('SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  let how: 'begun' | 'was-over' | undefined;
  let timer: NodeJS.Timeout | undefined;
  const forget = onExit(() => send('SIGKILL'));
  return {
    end() {
      if (how !== undefined) return;
      how = isOver() ? 'was-over' : 'begun';
      if (how === 'was-over') return finish();
      child.once('exit', finish);
      send('SIGTERM');
      timer = setTimeout(() => send('SIGKILL'), patienceMs);
    },
    isEnding: () => how !== undefined,
    wasOver: () => how === 'was-over',
    [Symbol.dispose]() {
      clearTimeout(timer);
      forget();
    },
  };
}
