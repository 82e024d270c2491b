import type { StapExplanation } from './stap-explanation.ts';

/** A known incompatibility of SystemTap versions and kernels. */
interface Breakage {
  /** `cannot-build`: modules do not compile. `cannot-run`: they compile, and must not be loaded. */
  readonly effect: 'cannot-build' | 'cannot-run';
  /** The first SystemTap without it. Distributions fix older ones too: the version is a hint, the message is proof. */
  readonly fixedIn?: string;
  /** The first upstream kernel with it, if known; older kernels may have the change backported. */
  readonly kernelsFrom?: string;
  /** Matches the compiler's message. */
  readonly message?: RegExp;
  /** Ends a sentence that begins with `SystemTap 5.1 …`. */
  readonly what: string;
  /** Where it is not only a newer SystemTap that helps. */
  readonly cure?: string;
}

/**
 * From SystemTap's NEWS, the names of the autoconf tests in its runtime, and own tests: 4.8 on Debian's 6.1.0-56 for
 * task_work_cancel(); 5.1-5 on its 6.12, whose modules were refused in six loads of six ("Can't resolve
 * uprobe_unregister!"), after one that had panicked a 6.12.107; 5.6 on 5.10.0-32, and on 7.3.4. Entries with a message come
 * before those that go only by version.
 */
const breakages: readonly Breakage[] = [
  {
    effect: 'cannot-run',
    fixedIn: '5.2',
    kernelsFrom: '6.12',
    what: 'its modules look for uprobe_unregister(), which kernels from 6.12 on do not have: mostly they cannot be loaded, and once one has panicked its kernel',
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.2',
    message: /kallsyms_task_work_cancel/,
    what: "it does not know the task_work_cancel() of kernels from 6.11 on (of Debian's from 6.1.0-47 on)",
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.2',
    message: /asm\/unaligned\.h: No such file/,
    what: 'it looks for asm/unaligned.h, which kernels from 6.12 on do not have',
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.3',
    message: /hrtimer_init|del_timer_sync/,
    what: 'it uses timer functions that kernels from 6.15 on do not have',
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.0',
    message: /has no member named '(?:core|init)_layout'/,
    what: 'it does not know how kernels from 6.4 on keep the memory of modules',
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.0',
    message: /get_user_pages_remote/,
    what: 'it does not know the get_user_pages_remote() of kernels from 6.5 on',
  },
  {
    effect: 'cannot-build',
    message: /'struct ns_common' has no member named 'ns_type'/,
    what: 'its test for a change of 6.18 takes this older kernel for a newer one',
    cure: 'write stap_options: { defines: { STAPCONF_PR33574_PNO_TYPE: 1 } } into the script, or into the entry of this kernel in kernels',
  },
  {
    effect: 'cannot-build',
    message: /implicit declaration of function 'task_euid'/,
    what: 'it uses task_euid(), which kernels from 7.3 on do not have',
    cure: 'no SystemTap up to 5.6 builds for this kernel: install a newer one there once it is released, or trace hosts with an older kernel',
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.6',
    kernelsFrom: '7.2',
    what: 'it does not know kernels from 7.2 on (PR34318)',
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.5',
    kernelsFrom: '7.0',
    what: 'it does not know kernels from 7.0 on (PR33978, PR34065)',
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.4',
    kernelsFrom: '6.18',
    what: 'it does not know kernels from 6.18 on (PR33574)',
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.4',
    kernelsFrom: '6.17',
    what: 'it does not know the relay channels of kernels from 6.17 on (PR33324)',
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.4',
    kernelsFrom: '6.16',
    what: 'it does not know kernels from 6.16 on (PR33045)',
  },
  {
    effect: 'cannot-build',
    fixedIn: '5.3',
    kernelsFrom: '6.13',
    what: 'it does not know how kernels from 6.13 on have modules built',
  },
];

/** Why modules of this SystemTap must not be loaded into that kernel; undefined where no such danger is known. */
export function findDanger(stapVersion: string, release: string): StapExplanation | undefined {
  const danger = breakages.find(breakage => breakage.effect === 'cannot-run' && fits(breakage, stapVersion, release));
  return danger === undefined ? undefined : { cause: danger.what, cure: cureFor(danger) };
}

/** Finds the known breakage behind a canary that does not compile, by its log, else by the versions. */
export function recogniseBreakage(log: string, stapVersion: string, release: string): StapExplanation | undefined {
  const known = breakages.find(
    breakage =>
      breakage.effect === 'cannot-build' &&
      (breakage.message === undefined ? fits(breakage, stapVersion, release) : breakage.message.test(log)),
  );
  if (known !== undefined) return { cause: known.what, cure: cureFor(known) };
  // SystemTap prints this from 5.0 on.
  const [, kernel, range] = /Kernel version (\S{1,80}) is outside tested range ([\w. -]{1,60})/.exec(log) ?? [];
  if (range === undefined) return undefined;
  return { cause: `it was tried out with kernels ${range.trim()}, and this is ${kernel}`, cure: newerOne };
}

const newerOne = 'install a newer SystemTap there, or use a build host that has one';

function cureFor({ fixedIn, cure }: Breakage): string {
  return (
    cure ??
    (fixedIn === undefined ? newerOne : `install SystemTap ${fixedIn} or newer there, or use a build host that has it`)
  );
}

/** The only place that compares kernel releases: breakages are known by upstream versions. */
function fits({ fixedIn, kernelsFrom }: Breakage, stapVersion: string, release: string): boolean {
  if (kernelsFrom === undefined || fixedIn === undefined) return false;
  return (compare(stapVersion, fixedIn) ?? 0) < 0 && (compare(release, kernelsFrom) ?? -1) >= 0;
}

/** Compares the first two numbers; undefined where there are none. */
function compare(left: string, right: string): number | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(left) ?? [];
  const [, otherMajor, otherMinor] = /^(\d+)\.(\d+)/.exec(right) ?? [];
  if (major === undefined || otherMajor === undefined) return undefined;
  return Number(major) - Number(otherMajor) || Number(minor) - Number(otherMinor);
}
