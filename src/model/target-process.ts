/**
 * The process that a script's target() names, found on each host right before the load: staprun's `-x`. The script does not
 * end with it (`stap(1)`).
 */
export interface TargetProcess {
  /** `name` is the kernel's: what `ps -o comm` shows, 15 bytes at most. `service`: one of systemd, or its pidfile in /run. */
  readonly by: 'pid' | 'name' | 'pidfile' | 'service';
  readonly value: string;
  /** Of several processes of one name; absent: there may be one only. */
  readonly which?: 'oldest' | 'newest';
}

/** One that was found. The name is printable. */
export interface FoundProcess {
  readonly pid: number;
  readonly name: string;
}

/** PID_MAX_LIMIT of 64-bit kernels. */
export const largestPid = 4_194_304;

/** `service:nginx`, `name:nginx(oldest)`. */
export function sayTargetProcess({ by, value, which }: TargetProcess): string {
  return `${by}:${value}${which === undefined ? '' : `(${which})`}`;
}
