import type { RunFinished, RunStarted } from './event.ts';
import type { RunId } from './ids.ts';

/** What a list of runs says of one: little, so that thousands are read at once. */
export interface RunHead {
  readonly run: string;
  readonly command: RunStarted['command'];
  readonly version: string;
  /** As it was given. */
  readonly playbook: string;
  /** The same as an absolute path, by which runs of one playbook are known. */
  readonly playbookFile: string;
  readonly inventory: readonly string[];
  readonly repositories?: RunStarted['repositories'];
  /** The same for runs that are worth comparing; absent in old ones. */
  readonly series?: string;
  /** ISO 8601 in UTC. */
  readonly started: string;
  readonly ended?: string;
  /** Absent where the run was cut short before it could say so. */
  readonly finished?: Pick<RunFinished, 'exitCode' | 'seconds' | 'hosts' | 'builds'> & Pick<RunFinished, 'stopped'>;
  /** False where some events or output could not be kept. */
  readonly complete?: boolean;
  /** What its directory takes on the disk. */
  readonly bytes?: number;
}

/** A directory of the history. */
export type RunEntry =
  | {
      readonly id: RunId;
      readonly directory: string;
      /** `died`: it neither ended nor runs any more, by a crash or a kill. */
      readonly state: 'finished' | 'running' | 'died';
      readonly head: RunHead;
    }
  | { readonly id: RunId; readonly directory: string; readonly state: 'unreadable'; readonly reason: string };
