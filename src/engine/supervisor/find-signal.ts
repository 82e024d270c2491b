/** A signal that has ended a program on a host. */
export interface Signal {
  readonly number: number;
  /** Without `SIG`; one that has no name there is called by its distance from the first of those. */
  readonly name: string;
}

/** Those of Linux, from 1 on, as they are on all machines but MIPS, Alpha, SPARC and PA-RISC. */
const names =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  );

/** Those from here on have no names; the C library keeps the first two to itself. */
const firstRealTime = 34;
const lastRealTime = 64;

/** The signal that has ended a program, by a shell's code for it: 128 and its number. */
export function findSignal(code: number): Signal | undefined {
  const number = code - 128;
  if (number < 1 || number > lastRealTime) return undefined;
  const realTime = number < firstRealTime ? undefined : `RTMIN+${number - firstRealTime}`.replace('+0', '');
  const name = names[number - 1] ?? realTime;
  return name === undefined ? undefined : { number, name };
}
