import type { RunFinished, RunStarted } from './event.ts';
import type { RunId } from './ids.ts';

/** A run as a list of runs shows it: little, so that thousands can be read at once. */
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
  /** Absent where the run ended without recording it. */
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
      /** `died`: it crashed or was killed, and recorded no end. */
      readonly state: 'finished' | 'running' | 'died';
      readonly head: RunHead;
    }
  | { readonly id: RunId; readonly directory: string; readonly state: 'unreadable'; readonly reason: string };
