import { readFile, readlink } from 'node:fs/promises';

/** Identifies a process among all that ever had its number, so that its end is known even after a crash or a reboot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in ticks since boot: field 22 of /proc/PID/stat. Empty where there is no /proc. */
  readonly started: string;
  /** /proc/sys/kernel/random/boot_id */
  readonly boot: string;
  /** Its PID namespace, `pid:[4026531836]`: in another container the same number is another process. */
  readonly space: string;
  /** /etc/machine-id: a home may be shared by machines. Empty where there is none, as in many containers. */
  readonly machine: string;
}

export async function identifyOwnProcess(): Promise<ProcessIdentity> {
  const [stat, boot, space, machine] = await Promise.all([
    readStat(process.pid),
    read('/proc/sys/kernel/random/boot_id'),
    readlink('/proc/self/ns/pid').catch(() => ''),
    read('/etc/machine-id'),
  ]);
  return { pid: process.pid, started: stat?.started ?? '', boot, space, machine };
}

/**
 * Whether a process is still there, as seen from this one. `out-of-sight`: it is, or was, on another machine or in another
 * container, or there is no /proc, so that it cannot be told.
 */
export async function judgeProcess(
  other: ProcessIdentity,
  own: ProcessIdentity,
): Promise<'alive' | 'gone' | 'out-of-sight'> {
  if (own.boot === '' || own.started === '' || other.boot === '' || other.started === '') return 'out-of-sight';
  if (other.boot !== own.boot) {
    const isElsewhere = other.machine !== '' && own.machine !== '' && other.machine !== own.machine;
    return isElsewhere ? 'out-of-sight' : 'gone';
  }
  if (other.space !== own.space) return 'out-of-sight';
  const stat = await readStat(other.pid);
  return stat !== undefined && stat.started === other.started && !isOver.has(stat.state) ? 'alive' : 'gone';
}

/** Zombies and dying processes: they hold nothing any more, but may wait long for their parent. */
const isOver = new Set(['Z', 'X']);

async function readStat(pid: number): Promise<{ readonly state: string; readonly started: string } | undefined> {
  const text = await read(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses, and that may hold any character.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const started = fields[19];
  return state === undefined || started === undefined ? undefined : { state, started };
}

async function read(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}
