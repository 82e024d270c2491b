/** What goes wrong, and when: one cell for each pair that makes sense, run by `fault-matrix.test.ts` and by the lab. */
export const stages = ['connect', 'probe', 'build', 'upload', 'load', 'stream', 'stop', 'cleanup'] as const;
export type Stage = (typeof stages)[number];

/** How a cell is shown: on the loopback fleet, on the lab's kernels, by another test file, or why it makes no sense. */
export type Cell =
  | { readonly kind: 'fleet'; readonly exit: number | 'killed' | 'any'; readonly db2: string; readonly others: string }
  | { readonly kind: 'lab' | 'elsewhere'; readonly file: string }
  | { readonly kind: 'none'; readonly why: string };

export interface Fault {
  readonly name: string;
  readonly cells: Readonly<Record<Stage, Cell>>;
}

/** `exit`: tapbook's exit code; `db2`: how the host that has the fault comes out, `others`: how the other one does. */
function fleet(exit: number | 'killed' | 'any', db2: string, others = 'ok'): Cell {
  return { kind: 'fleet', exit, db2, others };
}

function none(why: string): Cell {
  return { kind: 'none', why };
}

function elsewhere(file: string): Cell {
  return { kind: 'elsewhere', file };
}

function everywhere(cell: Cell): Record<Stage, Cell> {
  return Object.fromEntries(stages.map(stage => [stage, cell])) as Record<Stage, Cell>;
}

const killed = fleet('killed', 'nothing said', 'nothing said');
const stopped = fleet(130, 'interrupted', 'interrupted');
const lost = fleet(4, 'unreachable');
const noSuchPlace = none('staprun does not run then');

export const faults: readonly Fault[] = [
  { name: 'controller SIGKILL', cells: everywhere(killed) },
  {
    name: 'SIGINT once',
    cells: {
      ...everywhere(stopped),
      // Its duration was over before.
      stop: fleet(130, 'ok', 'any'),
      cleanup: fleet(130, 'ok', 'any'),
      connect: fleet(130, 'not-started', 'not-started'),
      probe: fleet(130, 'not-started', 'not-started'),
      build: fleet(130, 'not-started', 'not-started'),
    },
  },
  {
    name: 'SIGINT twice',
    cells: {
      ...everywhere(fleet(130, 'unreachable', 'any')),
      // The first is often enough for them to end.
      stream: fleet(130, 'any', 'any'),
      connect: none('as once: nothing is on a host yet'),
      probe: none('as once: nothing is on a host yet'),
      build: fleet(130, 'not-started', 'not-started'),
    },
  },
  {
    name: 'SSH reset',
    // A connection that ends before anybody has logged in may be tried again; one that is lost before the load is made anew.
    cells: { ...everywhere(lost), connect: fleet('any', 'any'), build: fleet(0, 'ok') },
  },
  {
    name: 'blackhole',
    cells: {
      ...everywhere(lost),
      build: fleet(2, 'failed'),
      stop: none('as while it streams: the same wait'),
      cleanup: none('as while it streams'),
    },
  },
  {
    name: 'sshd killed',
    // Who does not answer any more right after a load may have panicked of it: the others are stopped in order.
    cells: {
      ...everywhere(lost),
      load: fleet(4, 'unreachable', 'interrupted'),
      stream: fleet(4, 'unreachable', 'interrupted'),
      stop: none('as a reset'),
      cleanup: none('as a reset'),
    },
  },
  {
    name: 'target reboot',
    cells: {
      ...everywhere(none('to the controller, a reset; of ours nothing survives it')),
      stream: { kind: 'lab', file: 'test/lab/faults.test.ts' },
    },
  },
  {
    name: 'disk full on the target',
    cells: { ...everywhere(none('nothing is written there then')), upload: fleet(2, 'failed') },
  },
  {
    name: 'disk full on the controller',
    cells: {
      ...everywhere(elsewhere('test/program/interrupts.test.ts')),
      connect: none('its files are made before'),
      probe: none('as while it streams'),
      stop: none('as while it streams'),
      cleanup: none('as while it streams'),
      upload: none('as while it streams'),
      load: none('as while it streams'),
      build: none('as while it streams: the log of a build is a warning'),
    },
  },
  {
    name: 'staprun hangs',
    cells: {
      ...everywhere(noSuchPlace),
      // Its probes are not armed in time.
      load: fleet(2, 'failed'),
      // It is killed in the end, and what its end probes print is missing.
      stop: fleet(0, 'degraded'),
      stream: none('as at the stop: nobody asks anything of it before'),
      cleanup: elsewhere('test/engine/supervisor/supervisor-stops.test.ts'),
    },
  },
  {
    name: 'staprun SIGKILL',
    cells: {
      ...everywhere(noSuchPlace),
      load: fleet(2, 'failed'),
      stream: fleet(2, 'failed'),
      // Its duration was over, but not what it prints at its end.
      stop: fleet(0, 'degraded'),
      cleanup: none('it has ended then'),
    },
  },
  ...(["the supervisor's shell", 'its watch', 'its reader'] as const).map(
    (process): Fault => ({
      name: `${process} SIGKILL`,
      cells: {
        ...everywhere(none('as while it streams')),
        connect: noSuchPlace,
        probe: noSuchPlace,
        build: noSuchPlace,
        upload: elsewhere('test/engine/supervisor/supervisor-kernel.test.ts'),
        stream: fleet(2, 'failed'),
        // Of the three only the shell has something to do then, and the watch takes that over.
        stop: process === "the supervisor's shell" ? fleet(0, 'ok') : none('as while it streams'),
      },
    }),
  ),
  {
    // What is left is taken away by the caretaker.
    name: 'all of them SIGKILL at once',
    cells: {
      ...everywhere(fleet(2, 'failed')),
      connect: noSuchPlace,
      probe: noSuchPlace,
      build: noSuchPlace,
    },
  },
  {
    name: 'staprun missing',
    cells: {
      ...everywhere(noSuchPlace),
      probe: elsewhere('test/lab/doctor.test.ts'),
      upload: fleet(2, 'failed'),
    },
  },
  {
    name: 'exit 255 from the script',
    cells: {
      ...everywhere(noSuchPlace),
      load: none('a script has not begun'),
      stream: fleet(2, 'failed'),
      stop: none('as while it streams'),
    },
  },
  {
    name: 'garbage and 100 MB of output',
    cells: {
      ...everywhere(none('nothing is printed then')),
      probe: elsewhere('test/facts/probe-host.test.ts'),
      // Of a log, 32 MB are kept.
      build: fleet(0, 'ok'),
      // Of a script's output, 100 MB.
      stream: fleet(0, 'degraded'),
    },
  },
  {
    name: 'slow reader',
    cells: { ...everywhere(none('nothing is printed then')), stream: fleet(0, 'ok') },
  },
  {
    name: 'clock jump',
    cells: {
      ...everywhere(none('no clock is looked at but that of /proc/uptime')),
      stream: { kind: 'lab', file: 'test/lab/faults.test.ts' },
    },
  },
  {
    name: 'changed host key',
    cells: { ...everywhere(none('a key is looked at when a connection is made')), connect: lost },
  },
  {
    name: 'kernel changed between plan and apply',
    cells: {
      ...everywhere(none('a kernel changes by a reboot')),
      probe: elsewhere('test/program/saved-plans.test.ts'),
      upload: fleet(2, 'failed'),
    },
  },
  {
    name: 'two applies at once',
    cells: {
      ...everywhere(none('the lock is taken before, and kept to the end')),
      connect: elsewhere('test/program/exit-codes.test.ts'),
      // The other one is refused.
      load: fleet(0, 'ok'),
    },
  },
];
