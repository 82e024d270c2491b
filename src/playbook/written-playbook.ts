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
   * When a saved plan is applied: what becomes of hosts that are not as it has them. fail: nothing is touched on any host; skip: they are left out; replan: they are planned anew, from the scripts of the saved plan.
   */
  on_drift?: 'fail' | 'skip' | 'replan';
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
   * The script's $1, @2, …, baked in when it is built: other arguments make another module.
   */
  args?: Scalar[];
  /**
   * Values for the script's scalar globals, given when it is loaded; templates may differ by host.
   */
  globals?: {
    [k: string]: Scalar;
  };
  /**
   * How long it runs; then it is stopped so that its `end` probes print.
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
  /**
   * An additional file for what it prints.
   */
  output?: {
    /**
     * A relative path below the run's folder `files`; a template may name the host.
     */
    file: string;
  };
  stap_options?: StapOptions;
  /**
   * staprun -b: megabytes of buffer for each CPU. More helps against transport failures.
   */
  buffer_mb?: number;
  /**
   * It runs on one host only: the first of the play that can run it. Default: what the play says.
   */
  run_once?: boolean;
  tags?: Tags;
}
