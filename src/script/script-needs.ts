import { type StpToken, tokenizeStp } from './tokenize-stp.ts';

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

/** Reads the needs off the probe points. Never says `yes` of what might do without. */
export function scriptNeeds(text: string): ScriptNeeds {
  const tokens = tokenizeStp(text);
  const points = findPoints(tokens);
  const aliases = new Set(points.filter(({ kind }) => kind === 'alias').map(({ path }) => path));
  const found = points
    .filter(({ kind, path }) => kind === 'probe' && !aliases.has(path))
    .map(point => {
      const needs = needsOf(point.path);
      return point.optional === 'optional' ? soften(needs) : needs;
    });
  const needs = joinNeeds(found);
  // The preprocessor may leave probes out, a macro may bring some.
  const isCertain = !tokens.some(({ kind }) => kind === 'preprocessor');
  const readsTypes = tokens.some(({ kind, text: word }) => kind === 'target-variable' || /^@(?:cast|var)$/.test(word));
  return {
    ...(isCertain ? needs : soften(needs)),
    ...(needs.debuginfo === 'no' && readsTypes ? { debuginfo: 'unknown' } : {}),
  };
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

/** Of scripts that nobody has named yet. */
export const unknownNeeds: ScriptNeeds = {
  kprobes: 'unknown',
  uprobes: 'unknown',
  tracepoints: 'unknown',
  debuginfo: 'unknown',
  symbols: 'unknown',
};

const nothing: ScriptNeeds = { kprobes: 'no', uprobes: 'no', tracepoints: 'no', debuginfo: 'no', symbols: 'no' };
const anything: ScriptNeeds = { ...unknownNeeds, uprobes: 'no' };

function soften(needs: ScriptNeeds): ScriptNeeds {
  const softer = (need: Need): Need => (need === 'yes' ? 'unknown' : need);
  return {
    kprobes: softer(needs.kprobes),
    uprobes: softer(needs.uprobes),
    tracepoints: softer(needs.tracepoints),
    debuginfo: softer(needs.debuginfo),
    symbols: softer(needs.symbols),
  };
}

/**
 * By the words of a probe point, as `man stapprobes` has them: `kernel.function.return`. Points of the tapset are aliases
 * whose meaning differs between kernels and versions of SystemTap.
 */
function needsOf(path: string): ScriptNeeds {
  const has = (pattern: RegExp): boolean => pattern.test(path);
  if (has(/^(?:begin|end|error|never|oneshot|timer|procfs|perf|netfilter)(?:\.|$)/)) return nothing;
  if (has(/^kernel\.trace(?:\.|$)/)) return { ...nothing, tracepoints: 'yes' };
  if (has(/^(?:kernel|module)\.statement\.absolute$/)) return { ...nothing, kprobes: 'yes' };
  if (has(/^(?:kernel|module)\.(?:function|statement)(?:\.|$)/)) {
    return { ...nothing, kprobes: 'yes', debuginfo: 'yes' };
  }
  if (has(/^kprobe\.function(?:\.|$)/)) return { ...nothing, kprobes: 'yes', symbols: 'yes' };
  if (has(/^kprobe\./)) return { ...nothing, kprobes: 'yes', symbols: 'unknown' };
  // Newer tapsets try kprobes first, then tracepoints.
  if (has(/^nd_syscall\./)) return { ...anything, debuginfo: 'no' };
  if (has(/^dw_syscall\./)) return { ...nothing, kprobes: 'yes', debuginfo: 'yes' };
  if (has(/^tp_syscall\./)) return { ...nothing, tracepoints: 'yes' };
  if (has(/^process\.(?:begin|end|syscall|thread)(?:\.|$)/)) return { ...nothing, uprobes: 'unknown' };
  if (has(/^process(?:\.|$)/)) return { ...nothing, uprobes: 'yes' };
  if (has(/^(?:python[23]?|java)(?:\.|$)/)) return { ...anything, uprobes: 'unknown' };
  return anything;
}

interface Point {
  /** `alias`: what stands to the left of `=`, the name that a script gives to other points. */
  readonly kind: 'probe' | 'alias';
  readonly path: string;
  /** Marked with `?` or `!`, or one of several of which the first that resolves counts. */
  readonly optional: 'optional' | 'required';
}

function findPoints(tokens: readonly StpToken[]): readonly Point[] {
  const points: Point[] = [];
  for (let index = 0; index < tokens.length; index++) {
    if (tokens[index]?.text !== 'probe' || /^(?:->|\.)$/.test(tokens[index - 1]?.text ?? '')) continue;
    let path = '';
    let depth = 0;
    let optional: Point['optional'] = 'required';
    let behindCondition = false;
    const finish = (kind: Point['kind']): void => {
      if (path !== '') points.push({ kind, path: path.replace(/\.$/, ''), optional });
      path = '';
    };
    for (index++; index < tokens.length; index++) {
      const { text = '', kind } = tokens[index] ?? {};
      if (text === '(') depth++;
      else if (text === ')') depth--;
      if (depth > 0 || text === ')') continue;
      if (text === '{' || kind === 'embedded-c') break;
      if (text === 'if') behindCondition = true;
      else if (text === ',') {
        finish('probe');
        behindCondition = false;
        if (optional !== 'optional') optional = 'required';
      } else if (text === '=' || text === '+=') finish('alias');
      else if (text === '?' || text === '!') optional = 'optional';
      else if (!behindCondition) path += text;
    }
    finish('probe');
  }
  return points;
}
