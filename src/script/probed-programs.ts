import { optional } from '../model/optional.ts';
import type { SourceFile } from '../model/source.ts';
import { namedModules } from './named-modules.ts';
import { outlineStp, type StpOutline, type StpProbe } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import { readProbePoints } from './probe-components.ts';
import { nameFile, type ProcessPoint, processPoints } from './process-points.ts';
import { type ResolvedPoint, resolvePoints } from './resolve-points.ts';
import { type StpToken, tokenizeStp } from './tokenize-stp.ts';

/** A program or library that a script names, with the token of the script that it is told at. */
export interface ProbedProgram extends Omit<ProcessPoint, 'tokens' | 'point'> {
  readonly token: Pick<StpToken, 'start' | 'end'>;
  /** The argument that it comes from, whole or in part. */
  readonly argument?: number;
  /** With the words behind it, such as the name of a mark. */
  readonly point?: ProcessPoint['point'];
}

/** Every user-space file that a script and the tapsets of its build name, in the order of the script. */
export function probedPrograms(
  text: string,
  args: readonly (string | undefined)[],
  tapsets: readonly SourceFile[],
): readonly ProbedProgram[] {
  const macros = tapsets.filter(({ path }) => path.endsWith('.stpm')).flatMap(tokensOfTapset);
  const script = outlineStp([...macros, ...tokenizeStp(text)], args, undefined);
  const library = tapsets
    .filter(({ path }) => path.endsWith('.stp'))
    .map(file => outlineStp([...macros, ...tokensOfTapset(file)], [], undefined));
  const used = findUsed(script, library);
  const points = resolvePoints([...probesOf([script, ...used]), ...aliasesOf([script, ...library])]).points;
  const torn = script.isWhole ? [] : scanForPoints(script.tokens);
  const named = [
    ...[...points, ...torn].flatMap(processPoints).map(({ tokens, point, ...rest }) => {
      const whole = point.written.components.map(({ token }) => token);
      return { ...rest, point, token: spanOf(tokens) ?? spanOf(whole) ?? atStart, ...argumentOf(tokens) };
    }),
    ...[script, ...used]
      .flatMap(({ tokens }) => namedModules(tokens))
      .map(({ text: name, tokens }) => ({
        role: 'program' as const,
        named: nameFile(name),
        text: name,
        use: 'build' as const,
        presence: 'possible' as const,
        token: spanOf(tokens) ?? atStart,
        ...argumentOf(tokens),
      })),
  ];
  return named.toSorted((left, right) => left.token.start - right.token.start);
}

/** Where a tapset's own probe comes to the script from, nothing in the script shows. */
const atStart = { start: 0, end: 1 };

/** Tokens of a tapset have no place in the script: theirs are below 0. */
function tokensOfTapset({ text }: SourceFile): readonly StpToken[] {
  const back = text.length + 1;
  return tokenizeStp(text).map(token => ({ ...token, start: token.start - back, end: token.end - back }));
}

function argumentOf(tokens: readonly ParsedToken[]): Pick<ProbedProgram, 'argument'> {
  return optional('argument', tokens.find(({ argument }) => argument !== undefined)?.argument?.number);
}

function spanOf(tokens: readonly StpToken[]): Pick<StpToken, 'start' | 'end'> | undefined {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined || first.start < 0) return undefined;
  return { start: first.start, end: Math.max(first.end, last.end) };
}

function probesOf(outlines: readonly StpOutline[]): readonly StpProbe[] {
  return outlines.flatMap(({ probes }) => probes.filter(({ kind }) => kind === 'probe'));
}

function aliasesOf(outlines: readonly StpOutline[]): readonly StpProbe[] {
  return outlines.flatMap(({ probes }) => probes.filter(({ kind }) => kind === 'alias'));
}

/** The tapsets that the build takes in whole, with probes of their own: of one of their aliases, functions or globals there is a use. */
function findUsed(script: StpOutline, library: readonly StpOutline[]): readonly StpOutline[] {
  const used = new Set<StpOutline>([script]);
  const aliases = aliasesOf([script, ...library]);
  for (const outline of used) {
    const asked = resolvePoints([...probesOf([outline]), ...aliases]).used;
    const words = new Set(outline.tokens.flatMap(({ kind, text }) => (kind === 'identifier' ? [text] : [])));
    for (const one of library) {
      const names = [...one.functions.map(({ name }) => name), ...one.globals.map(({ name }) => name.text)];
      if (one.probes.some(probe => asked.has(probe)) || names.some(name => words.has(name))) used.add(one);
    }
  }
  used.delete(script);
  return [...used];
}

/** A macro of the library may have hidden where probes begin and end: whatever looks like a point of a program may be one. */
function scanForPoints(tokens: readonly ParsedToken[]): readonly ResolvedPoint[] {
  return tokens.flatMap((token, index) => {
    if (token.text !== 'process' || token.kind !== 'identifier' || tokens[index + 1]?.text !== '(') return [];
    const [point] = readProbePoints(tokens.slice(index, index + longestPoint));
    return point === undefined ? [] : [{ ...point, presence: 'possible' as const, written: point }];
  });
}

/** In tokens. */
const longestPoint = 50;
