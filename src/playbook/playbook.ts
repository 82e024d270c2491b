import type { BuildLimits, BuildOptions, Signing } from '../model/build-options.ts';
import type { OnDrift } from '../model/drift.ts';
import type { ModuleName } from '../model/ids.ts';
import type { JsonValue } from '../model/json.ts';
import type { Retry } from '../model/plan.ts';
import type { Aggregation, OutputFormat } from '../model/records.ts';
import type { Located, Place, SourceFile } from '../model/source.ts';
import type { TargetProcess } from '../model/target-process.ts';

/** A playbook, resolved: checked, sources read, but its templates not yet filled in (that takes a host's variables). */
export interface Playbook {
  readonly source: SourceFile;
  /** Scripts and folders of tapsets that no finding may quote: they lie outside of the repository. */
  readonly unquoted?: readonly string[];
  /** Its own file, then those of its scripts, in the order in which they are first named. */
  readonly files: readonly string[];
  readonly plays: readonly Play[];
}

export interface Play {
  readonly name: string;
  readonly place: Place;
  /** A host pattern. */
  readonly hosts: Located<string>;
  /** A host pattern, or `local`; default `build_hosts`. */
  readonly buildHosts: Located<string>;
  readonly kernels: readonly KernelRule[];
  readonly buildLimits: BuildLimits;
  /** How modules are signed; the entry of a kernel wins. */
  readonly sign?: Signing;
  /** Default: one batch of all. */
  readonly serial: readonly BatchSize[];
  /** Of the play's planned hosts, unreachable ones included; stops the rollout when exceeded. Default 100. */
  readonly maxFailPercentage: number;
  readonly anyErrorsFatal: boolean;
  /** How many hosts that vanish right after a load stop the rollout. Absent: the first one does. */
  readonly stopAtVanished?: BatchSize;
  /** A first batch of one host of each kernel, before what `serial` says of the others. */
  readonly canary?: 'per-kernel';
  /** For unreachable hosts. Absent: they are not tried again. */
  readonly retry?: Retry;
  /** `in-order`: one after another on each host; `together`: all at once. */
  readonly strategy: 'in-order' | 'together';
  /** Absent: a script that fails keeps the host's others from running. */
  readonly onScriptFailure?: 'continue';
  /** What happens to hosts of a saved plan whose facts have changed. */
  readonly onDrift: OnDrift;
  /** A host where processes run another build-id of a probed file is skipped. Absent: it fails. */
  readonly staleProcesses?: 'skip';
  readonly preconditions: Preconditions;
  readonly stopAt: StopAt;
  readonly vars: Readonly<Record<string, JsonValue>>;
  readonly tags: readonly string[];
  readonly scripts: readonly Script[];
  /** Only in a playbook with faults, which is never run: the parts that could not be read, and are not checked. */
  readonly unknown?: readonly ('hosts' | 'build_hosts' | 'kernels' | 'vars')[];
}

/** Which kernels are meant: a target that fits no rule is skipped. No rules: all are meant. */
export interface KernelRule {
  readonly place: Place;
  /** A glob over `uname -r`. */
  readonly release: string;
  /** Undefined: any. */
  readonly machine?: string;
  readonly buildHosts?: Located<string>;
  readonly stapOptions: StapOptions;
  readonly sign?: Signing;
}

/** The options of a kernel or a script in a playbook. A plan joins both, and `false` of a script overrides `true`. */
export type StapOptions = Partial<Omit<BuildOptions, 'sign' | 'beltSeconds' | Switch>> & {
  readonly [Option in Switch]?: NonNullable<BuildOptions[Option]> | false;
};

type Switch = 'suppressTimeLimits' | 'skipBadvars' | 'allModules' | 'unwindLibraries' | 'useServer';

export type BatchSize =
  | { readonly kind: 'hosts'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** When the host itself stops a script that runs. */
export interface StopAt {
  readonly loadPerCpu?: number;
  readonly freeMemoryBytes?: number;
}

export interface Preconditions {
  /** Always holds systemtap-runtime. */
  readonly packages: readonly string[];
  readonly maxLoadPerCpu?: number;
  readonly minFreeDiskBytes?: number;
  /** Shell commands, each of which must exit 0 on the target. */
  readonly commands: readonly Located<string>[];
}

export interface Script {
  readonly name: ModuleName;
  readonly place: Place;
  /** The .stp text; its path is that of the file, or the playbook's for an inline source. */
  readonly source: SourceFile;
  /** Baked in at build time as `$1`, `@1` …; templates. */
  readonly args: readonly Located<JsonValue>[];
  /** Given to staprun as `name=value`; templates. */
  readonly globals: Readonly<Record<string, Located<JsonValue>>>;
  readonly run: RunLength;
  readonly stapOptions: StapOptions;
  /** staprun's `-b`: megabytes for each CPU. */
  readonly bufferMb?: number;
  /** What its target() names; a template. */
  readonly targetProcess?: Omit<TargetProcess, 'value'> & { readonly value: Located<JsonValue> };
  /** A template for a path below the run's folder `files`. */
  readonly outputFile?: Located<string>;
  /** How much of what it prints on a host is kept. */
  readonly maxFileBytes?: number;
  /** How its output is read; absent: only histograms are looked for. */
  readonly format?: OutputFormat;
  readonly aggregate?: Aggregation;
  /** On the first host only that can run it. */
  readonly runOnce?: true;
  /** Those of its play stand with the play. */
  readonly tags: readonly string[];
  /** As a play's; and `source` of a script whose command was not run. */
  readonly unknown?: readonly ('source' | 'args' | 'run' | 'stap_options' | 'target_process')[];
}

export type RunLength =
  | { readonly kind: 'duration'; readonly seconds: number }
  /** The script calls exit() itself; `limitSeconds` is when it is stopped all the same. */
  | { readonly kind: 'until-exit'; readonly limitSeconds: number };

/** The parts of a play that decide a plan. A saved plan holds them, but not their places. */
export interface PlannablePlay
  extends Omit<Play, 'place' | 'hosts' | 'buildHosts' | 'kernels' | 'preconditions' | 'vars' | 'tags' | 'scripts'> {
  /** A host pattern. */
  readonly hosts: Pick<Located<string>, 'value'>;
  readonly kernels: readonly PlannableKernel[];
  readonly preconditions: PlannablePreconditions;
  readonly scripts: readonly PlannableScript[];
}

export type PlannableKernel = Omit<KernelRule, 'place' | 'buildHosts'>;

export interface PlannablePreconditions extends Omit<Preconditions, 'commands'> {
  readonly commands: readonly Pick<Located<string>, 'value'>[];
}

/** Its templates are filled in by then. */
export type PlannableScript = Omit<Script, 'place' | 'args' | 'globals' | 'targetProcess' | 'tags'>;

/** A script with its templates filled in for one host. */
export interface BoundScript {
  readonly script: PlannableScript;
  readonly args: readonly string[];
  readonly globals: readonly { readonly name: string; readonly value: string }[];
  readonly targetProcess?: TargetProcess;
  readonly outputFile?: string;
}
