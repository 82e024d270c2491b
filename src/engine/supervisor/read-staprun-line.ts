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
  /** The module's parameters as lines: they name them as they were given, and a value may have line ends in it. */
  readonly parameterLines: readonly string[];
  /** Which of those lines comes next; 0 where none is awaited. */
  nextParameterLine: number;
}

/** `parameters` are those that staprun is given for the module. */
export function newSigns(parameters: readonly string[] = []): StaprunSigns {
  return {
    speaks: false,
    registered: undefined,
    asksToExit: false,
    hasEnded: false,
    isDrained: false,
    awaitsRest: false,
    parameterLines: parameters.join(' ').split('\n'),
    nextParameterLine: 0,
  };
}

/** Reads one line of staprun's standard error into `signs`; returns what is meant for the user, without staprun's own words. */
export function readStaprunLine(line: string, signs: StaprunSigns): string | undefined {
  if (isRestOfParameters(line, signs)) return undefined;
  const said = line.replace(places, '');
  const isOwn = said !== line || signs.awaitsRest;
  if (!isOwn && !unmarked.test(line)) return line;
  // What a script warns of may follow upon a beginning of another thread.
  if (fromTheModule.test(said)) return said;
  signs.awaitsRest = said === '';
  signs.speaks = true;
  const [firstOfParameters = '', ...others] = signs.parameterLines;
  if (others.length > 0 && said.endsWith(firstOfParameters)) signs.nextParameterLine = 1;
  const registered = /^systemtap_module_init\(\) returned (-?\d+)/.exec(said);
  if (registered !== null) signs.registered = Number(registered[1]);
  else if (said.startsWith('got STP_REQUEST_EXIT')) signs.asksToExit = true;
  else if (said.startsWith('got STP_EXIT')) signs.hasEnded = true;
  else if (line.includes('close_relayfs:') && said === 'done') signs.isDrained = true;
  return undefined;
}

/** Behind a line that named the parameters up to a line end in one of them. */
function isRestOfParameters(line: string, signs: StaprunSigns): boolean {
  const { parameterLines, nextParameterLine: next } = signs;
  const expected = parameterLines[next];
  if (next === 0 || expected === undefined) return false;
  const isLast = next === parameterLines.length - 1;
  const isRest = isLast ? line.startsWith(expected) : line === expected;
  signs.nextParameterLine = isRest && !isLast ? next + 1 : 0;
  return isRest;
}

/** Program, function and line number; twice where two threads began at once. */
const places = /^(?:(?:staprun|stapio):\w+:\d+ )+/;

/** What they say with `-v -v` without a place before it. */
const unmarked = /^(?:execing: |Signature file .* not found$)/;

const fromTheModule = /^(?:WARNING|ERROR): /;
