import type { StapExplanation } from './stap-explanation.ts';

/** A known incompatibility of SystemTap versions and kernels. */
interface Breakage {
  /** `cannot-build`: modules do not compile. `panics`: loading a module crashes the kernel. */
  readonly effect: 'cannot-build' | 'panics';
  /** The first SystemTap without it. Distributions fix older ones too: the version is a hint, the message is proof. */
  readonly fixedIn: string;
  /** The first upstream kernel with it, if known; older kernels may have the change backported. */
  readonly kernelsFrom?: string;
  /** Matches the compiler's message. */
  readonly message?: RegExp;
  /** Ends a sentence that begins with `SystemTap 5.1 …`. */
  readonly what: string;
}

/**
 * From SystemTap's NEWS, the names of the autoconf tests in its runtime, and own tests: 4.8 on Debian's 6.1.0-56 for
 * task_work_cancel(), 5.1-5 on its 6.12.107 for the panic. Entries with a message come before those that go only by
 * version.
 */
const breakages: readonly Breakage[] = [
  {
    effect: 'panics',
    fixedIn: '5.2',
    kernelsFrom: '6.12',
    what: 'its modules look for uprobe_unregister(), which kernels from 6.12 on do not have, and panic them',
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
    fixedIn: '5.3',
    kernelsFrom: '6.13',
    what: 'it does not know how kernels from 6.13 on have modules built',
  },
];

/** Why modules of this SystemTap must not be loaded into that kernel; undefined where no such danger is known. */
export function findDanger(stapVersion: string, release: string): StapExplanation | undefined {
  const danger = breakages.find(breakage => breakage.effect === 'panics' && fits(breakage, stapVersion, release));
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

function cureFor({ fixedIn }: Breakage): string {
  return `install SystemTap ${fixedIn} or newer there, or use a build host that has it`;
}

/** The only place that compares kernel releases: breakages are known by upstream versions. */
function fits({ fixedIn, kernelsFrom }: Breakage, stapVersion: string, release: string): boolean {
  if (kernelsFrom === undefined) return false;
  return (compare(stapVersion, fixedIn) ?? 0) < 0 && (compare(release, kernelsFrom) ?? -1) >= 0;
}

/** Compares the first two numbers; undefined where there are none. */
function compare(left: string, right: string): number | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(left) ?? [];
  const [, otherMajor, otherMinor] = /^(\d+)\.(\d+)/.exec(right) ?? [];
  if (major === undefined || otherMajor === undefined) return undefined;
  return Number(major) - Number(otherMajor) || Number(minor) - Number(otherMinor);
}
