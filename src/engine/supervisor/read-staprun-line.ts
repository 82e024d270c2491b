/**
 * What staprun and stapio have told of themselves so far. They do so on standard error with `-v -v`, in lines such as
 * `stapio:stp_main_loop:666 systemtap_module_init() returned 0` (their `dbug`, in SystemTap's staprun/staprun.h).
 */
export interface StaprunSigns {
  /** Whether they tell anything. */
  speaks: boolean;
  /**
   * What the module's registration has returned: 0 when every probe is armed. It is the kernel's answer to STP_START, and comes
   * behind `begin`, which runs before any other probe is registered.
   */
  registered: number | undefined;
  /** The script has called exit(), or was stopped. */
  asksToExit: boolean;
  /** The kernel has removed the probes and run the `end` probes. */
  hasEnded: boolean;
  /** All of its output has been read. */
  isDrained: boolean;
  /** Another thread, or the supervisor, wrote between the beginning of a line and its rest. */
  awaitsRest: boolean;
}

export function newSigns(): StaprunSigns {
  return {
    speaks: false,
    registered: undefined,
    asksToExit: false,
    hasEnded: false,
    isDrained: false,
    awaitsRest: false,
  };
}

/** Reads one line of staprun's standard error into `signs`; returns what is meant for the user, without staprun's own words. */
export function readStaprunLine(line: string, signs: StaprunSigns): string | undefined {
  const said = line.replace(places, '');
  const isOwn = said !== line || signs.awaitsRest;
  if (!isOwn && !unmarked.test(line)) return line;
  // What a script warns of may follow upon a beginning of another thread.
  if (fromTheModule.test(said)) return said;
  signs.awaitsRest = said === '';
  signs.speaks = true;
  const registered = /^systemtap_module_init\(\) returned (-?\d+)/.exec(said);
  if (registered !== null) signs.registered = Number(registered[1]);
  else if (said.startsWith('got STP_REQUEST_EXIT')) signs.asksToExit = true;
  else if (said.startsWith('got STP_EXIT')) signs.hasEnded = true;
  else if (line.includes('close_relayfs:') && said === 'done') signs.isDrained = true;
  return undefined;
}

/** Program, function and line number; twice where two threads began at once. */
const places = /^(?:(?:staprun|stapio):\w+:\d+ )+/;

/** What they say with `-v -v` without a place before it. */
const unmarked = /^(?:execing: |Signature file .* not found$)/;

const fromTheModule = /^(?:WARNING|ERROR): /;
