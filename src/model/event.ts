import type {
  BinaryFetched,
  BinaryFetching,
  BinarySent,
  BuildFinished,
  BuildMoved,
  BuildStarted,
  CanaryFinished,
  CanaryStarted,
} from './build-event.ts';
import type { Change, OnDrift } from './drift.ts';
import type { HostName, ModuleName, RunId, Sha256 } from './ids.ts';
import type { Kernel } from './kernel.ts';
import type { Failure, HostOutcome, OutcomeCounts } from './outcome.ts';
import type { PlannedPlay } from './plan.ts';
import type { RepositoryState } from './provenance.ts';
import type { HistogramRead, RecordRead, TablesMade } from './records.ts';
import type { FoundProcess } from './target-process.ts';

/** An event of a run, as the views, the history and `--format json` get it. */
export type Event = EventBody & {
  /** When, by the controller's clock: ISO 8601 in UTC with milliseconds. */
  readonly time: string;
  readonly run: RunId;
  /** The name of the play that it belongs to; absent for what concerns the whole run, and in runs of older versions. */
  readonly play?: string;
  /** Which play of the run that is, from 1, for two may have one name; absent as the name is. */
  readonly playNumber?: number;
};

/** The index, from 0, of the play that an event belongs to; undefined for what concerns the whole run. */
export function playIndexOf({ playNumber }: Pick<Event, 'playNumber'>): number | undefined {
  return playNumber === undefined ? undefined : playNumber - 1;
}

/** Every kind of event. `schemas/event.schema.json` is the same in words for other programs. */
export type EventBody =
  | RunStarted
  | PlayStarted
  | HostProbed
  | HostDrifted
  | HostRetry
  | PlayPlanned
  | CanaryStarted
  | CanaryFinished
  | BinaryFetching
  | BinaryFetched
  | BinarySent
  | BuildStarted
  | BuildMoved
  | BuildFinished
  | BatchStarted
  | ScriptStarted
  | ScriptArmed
  | OutputLine
  | OutputFull
  | RecordRead
  | HistogramRead
  | ScriptFinished
  | HostFinished
  | RolloutStopped
  | Notice
  | TablesMade
  | RunFinished;

export interface RunStarted {
  readonly kind: 'run-started';
  readonly command: 'plan' | 'build' | 'apply';
  readonly version: string;
  readonly playbook: string;
  /** The saved plan that is carried out; absent where the playbook itself is. */
  readonly plan?: { readonly path: string; readonly sha256: Sha256 };
  readonly inventory: readonly string[];
  /** What narrows it down, as words of the command line; of extra variables the names. Absent where nothing does. */
  readonly selection?: readonly string[];
  /** Where playbook, scripts and inventory come from, as far as that is under git. */
  readonly repositories?: readonly RepositoryState[];
  /** The run's directory; absent where the command keeps none. */
  readonly directory?: string;
}

export interface PlayStarted {
  readonly kind: 'play-started';
  readonly play: string;
  readonly hosts: readonly HostName[];
  readonly buildHosts: readonly HostName[];
}

export interface HostProbed {
  readonly kind: 'host-probed';
  readonly host: HostName;
  readonly role: 'target' | 'build-host';
  readonly seconds: number;
  readonly result:
    | { readonly kind: 'ok'; readonly kernel: Kernel }
    | { readonly kind: 'failed'; readonly failure: Failure }
    | { readonly kind: 'unreachable'; readonly failure: Failure };
}

/** A host has drifted from the saved plan that is applied. */
export interface HostDrifted {
  readonly kind: 'host-drifted';
  readonly host: HostName;
  readonly role: 'target' | 'build-host';
  readonly changes: readonly Change[];
  /** What becomes of it, or, for a build host, of the hosts that need its builds. */
  readonly onDrift: OnDrift;
}

/** A host could not be reached, or was lost before anything was sent to be loaded; it is retried after a pause. */
export interface HostRetry {
  readonly kind: 'host-retry';
  readonly host: HostName;
  readonly failure: Failure;
  /** Counts from 1. */
  readonly retry: number;
  readonly of: number;
  readonly delaySeconds: number;
}

export interface PlayPlanned {
  readonly kind: 'play-planned';
  readonly plan: PlannedPlay;
  /** Hosts that have not answered yet, and may join later. */
  readonly awaited?: readonly HostName[];
  /** Hosts that have just joined: this plan replaces the one with which the play already runs. */
  readonly joined?: readonly HostName[];
}

export interface BatchStarted {
  readonly kind: 'batch-started';
  /** Counts from 1. */
  readonly batch: number;
  readonly of: number;
  readonly hosts: readonly HostName[];
}

/** The module is loaded: its `begin` probes run, and its other probes are being registered. */
export interface ScriptStarted {
  readonly kind: 'script-started';
  readonly host: HostName;
  readonly module: ModuleName;
  /** What target() names, for a script with `target_process`. */
  readonly targetProcess?: FoundProcess;
}

/** All probes are armed: the script traces from now on, and its duration counts. Absent in runs of older versions. */
export interface ScriptArmed {
  readonly kind: 'script-armed';
  readonly host: HostName;
  readonly module: ModuleName;
  /** Seconds since it was loaded. */
  readonly seconds: number;
}

/** One line that a script printed, without its newline, exactly as it came (bytes that are no UTF-8 are U+FFFD). */
export interface OutputLine {
  readonly kind: 'line';
  readonly host: HostName;
  readonly module: ModuleName;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Of what a script prints there on this stream nothing more is kept from here on. Its lines, records and histograms still come. */
export interface OutputFull extends FullAt {
  readonly kind: 'output-full';
  readonly host: HostName;
  readonly module: ModuleName;
  readonly stream: OutputLine['stream'];
}

/** Which limit ended the keeping, and how many bytes it is: that of the script on each host, or that of the run. */
export interface FullAt {
  readonly limit: 'max_file' | 'max_output';
  readonly most: number;
}

export interface ScriptFinished {
  readonly kind: 'script-finished';
  readonly host: HostName;
  readonly module: ModuleName;
  readonly end: ScriptEnd;
  /** Seconds from the load to the end. */
  readonly seconds: number;
  /**
   * For how many seconds it traced: from when its probes were armed until it began to end. Absent where they were never armed, and
   * in runs of older versions.
   */
  readonly traced?: number;
  /** Why what it printed at its end may be missing; absent where it was seen to end in order, or its end says why. */
  readonly cut?: string;
  /** What is left on the target, as its supervisor reports at the very end; `unknown` without that report. */
  readonly left: {
    readonly module: 'none' | 'loaded' | 'unknown';
    readonly directory: 'removed' | 'left' | 'unknown';
  };
  /** How many lines it printed to standard output; absent in runs of older versions. */
  readonly lines?: number;
  /** What of both streams is not kept; absent where all is. */
  readonly unkept?: FullAt & { readonly lines: number; readonly bytes: number };
  /** How many lines were records, and how many should have been; absent for a script without columns. */
  readonly output?: { readonly records: number; readonly malformed: number };
  /** What the target had no tool to check before the load: `sha256`, `load`, `memory`. */
  readonly unchecked?: readonly string[];
}

export type ScriptEnd =
  /** The script called exit(). */
  | { readonly kind: 'exited' }
  /** Its duration was over and it was stopped, as planned. */
  | { readonly kind: 'duration' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'lost'; readonly cause: string }
  /** It was not loaded, as the play says of such hosts. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly cure?: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface HostFinished {
  readonly kind: 'host-finished';
  readonly host: HostName;
  /** From its turn to its end; absent for a host that had none. */
  readonly seconds?: number;
  readonly outcome: HostOutcome;
}

/** No further host is begun. */
export interface RolloutStopped {
  readonly kind: 'rollout-stopped';
  readonly reason: string;
}

export interface Notice {
  readonly kind: 'notice';
  readonly severity: 'info' | 'warning';
  readonly text: string;
  /** It answers a wish to stop, and is told when that comes, not again at the end. */
  readonly about?: 'stop';
  /** Only in printed events: how many lines, records and histograms were left out here because the reader was too slow. */
  readonly leftOut?: number;
}

/**
 * Why a run is ended early: by INT, TERM or HUP; by its `--timeout`; because the reader of its standard output has closed it
 * (`| head`); or because standard output cannot be written (a full disk).
 */
export type StopCause = 'signal' | 'timeout' | 'reader-gone' | 'output-lost';

export interface RunFinished {
  readonly kind: 'run-finished';
  readonly exitCode: number;
  readonly stopped?: StopCause;
  readonly seconds: number;
  /** Each host once, with the worst of its outcomes. */
  readonly hosts: OutcomeCounts;
  readonly builds: { readonly built: number; readonly cached: number; readonly failed: number };
}

/** Where the events of a whole run are put. */
export interface RunEvents extends EventSink {
  /** Where those of its play with this index, from 0, are put; notices among them concern the run all the same. */
  forPlay(index: number): EventSink;
}

/** Takes the engine's events. The engine does not know their readers. */
export interface EventSink {
  emit(event: EventBody): void;
  /** Undefined when the readers keep up; else resolves when they have caught up. Who emits lines has to wait for it. */
  congestion(): Promise<void> | undefined;
  /** Resolves when what a host has printed is kept, to why some of it could not be. Absent where nothing is kept. */
  kept?(host: HostName): Promise<string | undefined>;
}

/** A reader of events: a view, the history. */
export interface EventReader {
  read(event: Event): void;
  congestion(): Promise<void> | undefined;
  /** As `kept` of its sink. */
  kept?(host: HostName): Promise<string | undefined>;
  /** Writes what is held back and lets go of timers and files. Called once, after the last event. */
  close(): Promise<void>;
}
