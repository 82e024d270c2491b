// Generated from schemas/playbook.schema.json by `npm run generate`; edit the schema instead.

/**
 * A list of plays: which SystemTap scripts run on which hosts, for how long.
 *
 * @minItems 1
 */
export type TapbookPlaybook = [Play, ...Play[]];
/**
 * A host pattern as in Ansible: group, host, `a:&b:!c`, globs, `~regex`.
 */
export type HostPattern = string;
/**
 * A number of hosts, or a percentage of the play's hosts.
 */
export type BatchSize = number | string;
/**
 * Names by which --tags and --skip-tags select; a script has its play's too. `always`: unless it is skipped by name; `never`: only where it is named.
 */
export type Tags = string[] | string;
/**
 * The scripts, in the order in which they run on each host.
 *
 * @minItems 1
 */
export type Scripts = [Script, ...Script[]];
/**
 * A whole number or a text; a template where it is quoted, as in "{{ interval }}".
 */
export type Scalar = string | number;
/**
 * `name: type` with the type text, integer or number; or a name alone for a text.
 */
export type Column = string | Record<string, 'text' | 'integer' | 'number'>;
/**
 * What @hist_log and @hist_linear print is found and added up over all hosts. A word says what becomes of several samples of one title. A mapping has that word as `samples`, and `title`: which lines name the histograms below them, however far above, with `*` for any text that makes no other title and `{}` for text that does. Without it, the line right above a histogram is its title, and numbers in it make another one only where a host prints several in one sample.
 */
export type Histograms =
  | HistogramSamples
  | {
      /**
       * Where a section has several samples of one title, or they stand below printed times: `add` adds them up too, as is right where each is about its own time; `last` takes a host's last one, as is right where each holds all so far; `ignore` looks for no histogram.
       */
      samples?: 'add' | 'last' | 'ignore';
      /**
       * Which lines name the histograms below them, however far above: `*` stands for any text that makes no other title, `{}` for text that does.
       */
      title?: string;
    };
/**
 * Where a section has several samples of one title, or they stand below printed times: `add` adds them up too, as is right where each is about its own time; `last` takes a host's last one, as is right where each holds all so far; `ignore` looks for no histogram.
 */
export type HistogramSamples = 'add' | 'last' | 'ignore';
/**
 * Records with the same values here are one row; `host` is the host they come from. Without it: one row of all.
 *
 * Items: A column's name.
 */
export type ColumnNames = string[];
/**
 * Columns that are added up.
 *
 * Items: A column's name.
 */
export type ColumnNames1 = string[];
/**
 * Columns whose least value is shown.
 *
 * Items: A column's name.
 */
export type ColumnNames2 = string[];
/**
 * Columns whose greatest value is shown.
 *
 * Items: A column's name.
 */
export type ColumnNames3 = string[];
/**
 * Columns whose mean over the records is shown.
 *
 * Items: A column's name.
 */
export type ColumnNames4 = string[];
/**
 * stap -d: what backtraces lead through. Symbols and unwind data of these are put into the module; without them a backtrace ends there, or shows numbers.
 */
export type Unwind = string[] | { modules?: string[]; libraries?: boolean; all_modules?: boolean };

/**
 * Scripts for a group of hosts.
 */
export interface Play {
  /**
   * What the play is for; printed in plans and reports.
   */
  name?: string;
  hosts: HostPattern;
  /**
   * The hosts that have stap, kernel headers and debuginfo: a host pattern, or `local` for this machine.
   */
  build_hosts?: string;
  /**
   * Which kernels are meant. A target whose kernel fits no entry is skipped. Without it: all.
   *
   * @minItems 1
   */
  kernels?: [Kernel, ...Kernel[]];
  build?: BuildLimits;
  sign?: Signing;
  /**
   * What is done where scripts probe a program or a library that the build host does not have, or has with another build-id. fetch: it is copied from a target, read there at the lowest priority, and sent to the build host; both happen once for each build-id. ask: you are asked on the terminal before. never: the build fails there.
   */
  binaries?: 'fetch' | 'ask' | 'never';
  /**
   * Larger programs and libraries are not copied from a target.
   */
  max_binary?: number | string;
  /**
   * Scripts of this play may turn off SystemTap's limits on the work of a probe (`suppress_time_limits`).
   */
  allow_overload?: boolean;
  /**
   * How many hosts at a time: a number, a percentage, or a list of them, the last of which is repeated.
   */
  serial?: number | string | unknown[];
  /**
   * When more of the play's hosts than this have failed or are unreachable, no further host is begun. Unreachable hosts count; skipped ones do not.
   */
  max_fail_percentage?: number;
  /**
   * The first host that fails or is unreachable stops the rollout: hosts that run then end as planned, no other begins.
   */
  any_errors_fatal?: boolean;
  stop_at_vanished_hosts?: BatchSize;
  /**
   * per_kernel: one host of each kernel runs first, before what `serial` says of the others; if one of them fails, no other host is begun.
   */
  canary?: 'per_kernel';
  /**
   * How often a host that is unreachable is tried again. Only until something is sent there to be loaded; what fails is never tried again.
   */
  retries?: number;
  /**
   * Before each of these retries: seconds, or a time with its units; up to 1h.
   */
  delay?: number | string;
  /**
   * Each script of the play runs on one host only: the first of the play that can run it.
   */
  run_once?: boolean;
  /**
   * A script is stopped, and its module unloaded, when the host's load average of one minute, divided by the number of CPUs, reaches this. The host has failed then.
   */
  stop_at_load_per_cpu?: number;
  /**
   * A script is stopped, and its module unloaded, when the host has no more memory available than this. The host has failed then.
   */
  stop_at_free_memory?: number | string;
  /**
   * Whether a host's scripts run one after another or all at once.
   */
  strategy?: 'in_order' | 'together';
  /**
   * What becomes of a host's other scripts when one of them cannot be built or loaded, or fails. stop: a host whose modules are not all there gets none of them, and of scripts in order those behind one that fails are not begun; continue: they run. The host has failed in either case.
   */
  on_script_failure?: 'stop' | 'continue';
  /**
   * When a saved plan is applied: what becomes of hosts that are not as it has them. fail: nothing is touched on any host; skip: they are left out; replan: they are planned anew, from the scripts of the saved plan.
   */
  on_drift?: 'fail' | 'skip' | 'replan';
  /**
   * What becomes of a host where processes run another build of a probed program or library than the file has: begun before an upgrade, or in a container. A breakpoint for the one would harm the other, so that nothing is loaded there in either case. refuse: the host fails, and it is said which processes to restart; skip: it is left out.
   */
  stale_processes?: 'refuse' | 'skip';
  /**
   * What must hold on a target before anything is built or loaded for it, besides what is always checked.
   */
  preconditions?: Precondition[];
  /**
   * Variables for templates. They win over the inventory's; `-e` wins over them.
   */
  vars?: Record<string, unknown>;
  tags?: Tags;
  scripts: Scripts;
}
/**
 * One kind of kernel that the play is meant for.
 */
export interface Kernel {
  /**
   * A glob over `uname -r`. Always quoted: 6.10 would be the number 6.1.
   */
  release: string;
  /**
   * What `uname -m` prints.
   */
  machine?: string;
  /**
   * The build hosts that have this kernel's headers, in place of the play's.
   */
  build_hosts?: string;
  stap_options?: StapOptions;
  sign?: Signing;
}
/**
 * What stap is told besides the script.
 */
export interface StapOptions {
  /**
   * stap --compatible: act as this version of SystemTap.
   */
  compatible?: string;
  /**
   * stap -g: embedded C and other things that can crash a kernel.
   */
  guru?: boolean;
  /**
   * stap -D NAME=VALUE.
   */
  defines?: {
    [k: string]: number | string;
  };
  /**
   * stap --suppress-time-limits: no limit on the work of a probe, no overload check. It can hang a host: refused unless the play says `allow_overload: true`; needs `guru: true`.
   */
  suppress_time_limits?: boolean;
  /**
   * stap --skip-badvars: context variables that are not there count as zero.
   */
  skip_badvars?: boolean;
  /**
   * stap -I: directories with tapsets of your own, relative to the playbook. Their .stp and .stpm files are sent along and are part of the module's identity.
   *
   * @minItems 1
   *
   * Items: A directory, relative to the playbook.
   */
  tapset_dirs?: [string, ...string[]];
  /**
   * stap --modinfo NAME=VALUE: stamps that modinfo shows.
   */
  modinfo?: {
    [k: string]: string | number;
  };
  /**
   * stap --privilege: refuse what users of that group may not do.
   */
  privilege?: 'stapdev' | 'stapsys' | 'stapusr';
  /**
   * stap --all-modules: unwind and symbol data for every module that is loaded on the build host.
   */
  all_modules?: boolean;
  /**
   * DEBUGINFOD_URLS for stap: where debuginfo that the build host lacks is fetched from.
   */
  debuginfod?: string | unknown[];
  /**
   * stap --sysroot: where the files of the target's system lie on the build host.
   */
  sysroot?: string;
  /**
   * stap -a: the architecture in the kernel's words; without it, that of the target's machine.
   */
  arch?: string;
  /**
   * The prefix of the cross compiler (kbuild's CROSS_COMPILE) where the target's machine is another than the build host's; without it, that of the usual toolchain.
   */
  cross_compile?: string;
  /**
   * stap --use-server: an existing compile server builds; `true` lets stap find one.
   */
  use_server?: boolean | string;
}
/**
 * Modules are signed after they are built, by the kernel's sign-file or by kmodsign on the build host: for targets with Secure Boot.
 */
export interface Signing {
  /**
   * The private key: a path on the build host, where it stays; never read by tapbook. Without a passphrase.
   */
  key: string;
  /**
   * The certificate, PEM or DER, relative to the playbook. It is public and part of the module's identity.
   */
  cert: string;
  /**
   * The digest that is signed.
   */
  hash?: 'sha256' | 'sha384' | 'sha512' | 'sha1';
}
/**
 * How much of a build host builds may take.
 */
export interface BuildLimits {
  /**
   * How long one build may take; --build-timeout wins. Default 15m.
   */
  timeout?: number | string;
  /**
   * ulimit -v of stap and the compiler: address space, at least 1GB. Default: none.
   */
  memory?: number | string;
  /**
   * nice -n of stap and the compiler.
   */
  nice?: number;
  /**
   * How many builds at once on one build host, eight at most. Default: its number of CPUs.
   */
  jobs?: number;
}
/**
 * One thing that must hold on a target.
 */
export interface Precondition {
  /**
   * Packages that must be installed, by the names that the host's package manager has for them.
   *
   * Items: A package's name.
   */
  packages?: string[];
  /**
   * The load average of one minute, divided by the number of CPUs.
   */
  max_load_per_cpu?: number;
  /**
   * Free space where modules are uploaded to.
   */
  min_free_disk?: number | string;
  /**
   * A shell command that must exit 0 on the target.
   */
  command?: string;
}
/**
 * One SystemTap script, made into one kernel module for each kernel.
 */
export interface Script {
  /**
   * The name of the kernel module.
   */
  name: string;
  /**
   * The .stp file, relative to the playbook.
   */
  source?: string;
  /**
   * The script's text itself, in place of `source`.
   */
  inline?: string;
  /**
   * In place of `source`: a command that prints the script, run on the controller in the playbook's folder, without a shell. A text is split into words, with quotes as a shell has them; a list is taken as it is.
   *
   * @minItems 1
   */
  expand?: [string | number, ...(string | number)[]] | string;
  /**
   * The script's $1, @2, …, baked in when it is built: other arguments make another module. Numbers stay as they are written.
   */
  args?: Scalar[];
  /**
   * Values for the script's scalar globals, given when it is loaded; templates may differ by host.
   */
  globals?: {
    [k: string]: Scalar;
  };
  /**
   * How long it traces, from when all of its probes are armed; then it is stopped so that its `end` probes print.
   */
  duration?: number | string;
  /**
   * The script ends by itself, by exit(). `limit` is when it is stopped and counts as failed; default 1h.
   */
  until_exit?:
    | boolean
    | {
        /**
         * When it is stopped all the same, and counts as failed.
         */
        limit?: number | string;
      };
  /**
   * How its output comes: `stream`, line by line while it runs. (`background` and `flight_recorder` are for a later version.)
   */
  mode?: 'stream';
  output?: Output;
  aggregate?: Aggregate;
  stap_options?: StapOptions;
  unwind?: Unwind;
  /**
   * staprun -b: megabytes of buffer for each CPU. More helps against transport failures.
   */
  buffer_mb?: number;
  target_process?: TargetProcess;
  /**
   * It runs on one host only: the first of the play that can run it. Default: what the play says.
   */
  run_once?: boolean;
  tags?: Tags;
}
/**
 * What it prints: an additional file for it, and how its lines are read as records.
 */
export interface Output {
  /**
   * A relative path below the run's folder `files`; a template may name the host.
   */
  file?: string;
  /**
   * How much of what it prints on a host is kept, of stdout and of stderr each: from 1kB to 1TB. What is more is shown and counted, and makes the host degraded. Default: --max-file, else 100MB.
   */
  max_file?: number | string;
  /**
   * The fields of a line, in their order: `name: type`, or a name alone for a text. A line that fits is a record; one that does not is kept as text and counted. Where a line has more fields, the last column of text takes what is more.
   *
   * @minItems 1
   * @maxItems 100
   */
  columns?: [Column, ...Column[]];
  /**
   * What stands between two fields, such as the delimiter of printdln(); `whitespace` is any blanks and tabs.
   */
  separator?: string;
  /**
   * `name: line`: a line that is equal to this one begins a sample of that section, such as an interval or the total at the end.
   */
  sections?: {
    [k: string]: string;
  };
  /**
   * Lines that begin with one of these texts are no records and no mistakes: headings, comments. Empty lines never are.
   *
   * @minItems 1
   *
   * Items: How such a line begins.
   */
  skip?: [string, ...string[]];
  histograms?: Histograms;
}
/**
 * One table of the records of all hosts, printed at the end of an apply. Needs output.columns. A sum has the name of its column; the others are min_X, max_X, avg_X and records. Without `host` in `by`, a column `hosts` says on how many hosts a group came up.
 */
export interface Aggregate {
  /**
   * Only records of this section. Needed where there are several: most often one of them repeats what another one sums up.
   */
  section?: string;
  by?: ColumnNames;
  sum?: ColumnNames1;
  min?: ColumnNames2;
  max?: ColumnNames3;
  avg?: ColumnNames4;
  /**
   * Whether the records of each row are counted. Without any of sum, min, max, avg they are.
   */
  count?: boolean;
  /**
   * The column that orders the table, with `:asc` or `:desc`; numbers come greatest first if neither is said, texts from A to Z. Without it: the first that is counted or measured, greatest first. --sort wins.
   */
  sort?: string;
  /**
   * So many rows are shown; the rest is one row, so that sums stay whole. --top wins.
   */
  top?: number;
  /**
   * So many rows are kept apart, in the order in which they come up; later ones count for the row of the rest.
   */
  max_groups?: number;
}
/**
 * The process that target() names: what `stap -x` is told. Each host looks for it right before the load; where it is not there, nothing is loaded and the host has failed. The script does not end with it.
 */
export interface TargetProcess {
  /**
   * Its number; most often a template, since it differs by host.
   */
  pid?: number | string;
  /**
   * The kernel's name of it, as `ps -o comm` shows it: exactly this, 15 bytes at most. Where several processes have it the host fails with a list of them, unless `which` says which one.
   */
  name?: string;
  /**
   * An absolute path on the host; its first line begins with the number.
   */
  pidfile?: string;
  /**
   * The main process of this service: MainPID of systemd, or, on a host without it, the pidfile NAME.pid in /run or /var/run.
   */
  service?: string;
  /**
   * Which one of several processes of that name. `oldest` is a server's first process where all of them have one name.
   */
  which?: 'oldest' | 'newest';
}
