import { joinNeeds, type Need, type ScriptNeeds, unknownNeeds } from '../model/script-needs.ts';
import { outlineStp, type StpProbe } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import { pointsOf } from './probe-points.ts';
import { type ProbedFiles, readProbedFiles } from './read-probed-files.ts';
import { tokenizeStp } from './tokenize-stp.ts';

/** Reads what a script needs from its probe points, and from the user-space files that it probes. `yes` only if it is certain. */
export function readScriptNeeds(text: string, probed: ProbedFiles = readProbedFiles(text)): ScriptNeeds {
  const tokens = tokenizeStp(text);
  const points = outlineStp(tokens, [], undefined).probes.flatMap(findPoints);
  const aliases = new Set(points.filter(({ kind }) => kind === 'alias').map(({ path }) => path));
  const found = points
    .filter(({ kind, path }) => kind === 'probe' && !aliases.has(path))
    .map(point => {
      const needs = needsOf(point.path);
      return point.optional === 'optional' ? soften(needs) : needs;
    });
  const needs = joinNeeds(found);
  // The preprocessor may leave probes out, and a macro may add some.
  const isCertain = !tokens.some(({ kind }) => kind === 'preprocessor');
  const readsTypes = tokens.some(({ kind, text: word }) => kind === 'target-variable' || /^@(?:cast|var)$/.test(word));
  return {
    ...(isCertain ? needs : soften(needs)),
    uprobes: needOfUprobes(probed, needs.uprobes),
    ...(needs.debuginfo === 'no' && readsTypes ? { debuginfo: 'unknown' } : {}),
  };
}

/** Events of processes (`process.begin`) may need them too: SystemTap follows processes by them. */
function needOfUprobes({ paths, buildIds, unsure }: ProbedFiles, ofPoints: Need): Need {
  const all = [...paths, ...buildIds, ...unsure.filter(({ kind }) => kind !== 'tapset' && kind !== 'unknown')];
  if (all.some(({ use, presence }) => use === 'breakpoints' && presence === 'certain')) return 'yes';
  return all.length > 0 || unsure.length > 0 || ofPoints !== 'no' ? 'unknown' : 'no';
}

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
 * The needs of a probe point by its words, which `man stapprobes` lists: `kernel.function.return`. Points of the tapset are
 * aliases, and their meaning differs between kernels and versions of SystemTap.
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
  if (has(/^(?:process|debuginfod)(?:\.|$)/)) return nothing;
  return anything;
}

interface Point {
  /** `alias`: a name that the script gives to other points, to the left of `=`. */
  readonly kind: 'probe' | 'alias';
  readonly path: string;
  /** Marked with `?` or `!`, or one of several of which the first that resolves counts. */
  readonly optional: 'optional' | 'required';
}

function findPoints({ head }: StpProbe): readonly Point[] {
  const equals = head.findIndex(({ text }) => text === '=' || text === '+=');
  const points: Point[] =
    equals < 0 ? [] : [{ kind: 'alias', path: pathOf(head.slice(0, equals)), optional: 'required' }];
  let optional: Point['optional'] = 'required';
  for (const point of pointsOf(head.slice(equals + 1))) {
    if (point.some(({ text }) => text === '?' || text === '!')) optional = 'optional';
    points.push({ kind: 'probe', path: pathOf(point), optional });
  }
  return points;
}

/** The words of a point, without what stands in parentheses and without its mark. */
function pathOf(point: readonly ParsedToken[]): string {
  let depth = 0;
  let path = '';
  for (const { text } of point) {
    if (text === '(') depth++;
    else if (text === ')') depth--;
    else if (depth === 0 && text !== '?' && text !== '!') path += text;
  }
  return path;
}
