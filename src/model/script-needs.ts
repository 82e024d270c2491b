/** Whether a script needs a thing; `unknown` where only SystemTap could tell. */
export type Need = 'no' | 'yes' | 'unknown';

/** What a script's probes ask of the kernel that they run in, and of the build host. */
export interface ScriptNeeds {
  readonly kprobes: Need;
  readonly uprobes: Need;
  readonly tracepoints: Need;
  /** The kernel's DWARF, on the build host. */
  readonly debuginfo: Need;
  /** The kernel's table of symbols there, which DWARF has too: stap finds no `kprobe.function` without. */
  readonly symbols: Need;
}

/** What several scripts need together; nothing, where there are none. */
export function joinNeeds(all: readonly ScriptNeeds[]): ScriptNeeds {
  const join = (key: keyof ScriptNeeds): Need => {
    if (all.some(needs => needs[key] === 'yes')) return 'yes';
    return all.some(needs => needs[key] === 'unknown') ? 'unknown' : 'no';
  };
  return {
    kprobes: join('kprobes'),
    uprobes: join('uprobes'),
    tracepoints: join('tracepoints'),
    debuginfo: join('debuginfo'),
    symbols: join('symbols'),
  };
}

/** The needs of scripts that are not known yet. */
export const unknownNeeds: ScriptNeeds = {
  kprobes: 'unknown',
  uprobes: 'unknown',
  tracepoints: 'unknown',
  debuginfo: 'unknown',
  symbols: 'unknown',
};
