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
 * Names by which --tags selects.
 */
export type Tags = string[];
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
  /**
   * How many hosts at a time: a number, a percentage, or a list of them, the last of which is repeated.
   */
  serial?: number | string | unknown[];
  /**
   * When more of the play's hosts than this have failed or are unreachable, no further batch is begun. Unreachable hosts count; skipped ones do not.
   */
  max_fail_percentage?: number;
  /**
   * The first host that fails stops the rollout.
   */
  any_errors_fatal?: boolean;
  /**
   * Whether a host's scripts run one after another or all at once.
   */
  strategy?: 'in_order' | 'together';
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
  tags?: Tags;
}
