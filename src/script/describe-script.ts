import { type Place, placeAt, type SourceFile } from '../model/source.ts';
import { type StpToken, tokenizeStp } from './tokenize-stp.ts';

/** What a script says about itself, as far as it can be known without SystemTap. */
export interface ScriptDescription {
  /** Whether macros or the preprocessor could make it say something else: then nothing is certain. */
  readonly certain: boolean;
  readonly globals: readonly ScriptGlobal[];
  /** `$1`, `@2` …, each place where one stands. */
  readonly arguments: readonly { readonly number: number; readonly place: Place }[];
  /** `$#`, `argv` or `argc`: any number of arguments may be meant. */
  readonly takesAnyArguments: boolean;
  readonly callsExit: boolean;
  readonly embeddedC: readonly Place[];
  /** Globals that stand in a probe point, where only a literal may: `timer.s(interval)`. */
  readonly globalsInProbePoints: readonly { readonly name: string; readonly place: Place }[];
  /** Globals that `probe begin` assigns, and so overwrites what was set at the load. */
  readonly globalsSetInBegin: readonly { readonly name: string; readonly place: Place }[];
  /** `$count` in a syscall probe: kernels from 4.17 on have it no more. */
  readonly countVariables: readonly Place[];
}

export interface ScriptGlobal {
  readonly name: string;
  readonly place: Place;
  /** `array`: written with an index or a size, or used with one; aggregates too. Only scalars can be set at the load. */
  readonly shape: 'scalar' | 'array' | 'aggregate';
}

/** Reads a script's text. Never fails: of a script that stap refuses it says what can be said. */
export function describeScript(source: SourceFile): ScriptDescription {
  const tokens = tokenizeStp(source.text);
  const at = (token: StpToken): Place => placeAt(source, token.start, token.end);
  const globals = findGlobals(tokens, at);
  const names = new Set(globals.map(global => global.name));
  const probes = findProbes(tokens);
  const callsExit = tokens.some(
    (token, index) =>
      (/^(?:exit|abort)$/.test(token.text) && tokens[index + 1]?.text === '(') ||
      // A function that ends everything may be called from C too.
      (token.kind === 'embedded-c' && /\b_stp_exit\b/.test(token.text)),
  );
  return {
    certain: !tokens.some(token => token.kind === 'preprocessor' || token.text === '@define'),
    globals,
    arguments: tokens
      .filter(token => token.kind === 'argument' && !token.text.endsWith('#'))
      .map(token => ({ number: Number(token.text.slice(1)), place: at(token) })),
    takesAnyArguments: tokens.some(token => /^(?:[$@]#|argv|argc)$/.test(token.text)),
    callsExit,
    embeddedC: tokens.filter(token => token.kind === 'embedded-c').map(at),
    globalsInProbePoints: probes.flatMap(({ point }) =>
      point
        .filter(
          (token, index) => names.has(token.text) && point[index - 1]?.text === '(' && point[index + 1]?.text === ')',
        )
        .map(token => ({ name: token.text, place: at(token) })),
    ),
    globalsSetInBegin: probes
      .filter(({ point }) => point.some((token, index) => token.text === 'begin' && point[index - 1]?.text !== '.'))
      // `+=` and the like build on what was set, they do not overwrite it.
      .flatMap(({ body }) => body.filter((token, index) => names.has(token.text) && body[index + 1]?.text === '='))
      .map(token => ({ name: token.text, place: at(token) })),
    countVariables: probes
      .filter(({ point }) => point.some(token => token.text === 'syscall' || token.text === 'nd_syscall'))
      .filter(({ body }) => !asksWhetherDefined(body, '$count'))
      .flatMap(({ body }) => body.filter(token => token.text === '$count').map(at)),
  };
}

/** `@defined($count) ? $count : count` is right on every kernel. */
function asksWhetherDefined(body: readonly StpToken[], variable: string): boolean {
  return body.some((token, index) => token.text === '@defined' && body[index + 2]?.text === variable);
}

function findGlobals(tokens: readonly StpToken[], at: (token: StpToken) => Place): readonly ScriptGlobal[] {
  const found: ScriptGlobal[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < tokens.length; index++) {
    if (tokens[index]?.text !== 'global' || tokens[index - 1]?.text === '->') continue;
    for (index++; index < tokens.length; index++) {
      const name = tokens[index];
      if (name?.kind !== 'identifier') break;
      if (!seen.has(name.text))
        found.push({ name: name.text, place: at(name), shape: shapeOf(name.text, tokens, index) });
      seen.add(name.text);
      // What follows belongs to this name (%, [size], = value) up to the next comma.
      while (index + 1 < tokens.length && continues(tokens, index)) index++;
      if (tokens[index + 1]?.text !== ',') break;
      index++;
    }
  }
  return found;
}

/** Whether the next token still belongs to a global's declaration: its wrap mark, size or initial value. */
function continues(tokens: readonly StpToken[], index: number): boolean {
  const next = tokens[index + 1];
  if (next === undefined) return false;
  if (/^(?:%|\[|\]|=|-)$/.test(next.text)) return true;
  const before = tokens[index]?.text;
  // "a" "b" is one string, as in C.
  if (next.kind === 'string' && tokens[index]?.kind === 'string') return true;
  const isValue = next.kind === 'number' || next.kind === 'string' || next.kind === 'argument';
  return isValue && /^(?:=|\[|-)$/.test(before ?? '');
}

function shapeOf(name: string, tokens: readonly StpToken[], declared: number): ScriptGlobal['shape'] {
  const following = tokens[declared + 1]?.text;
  if (following === '[' || following === '%') return 'array';
  for (const [index, token] of tokens.entries()) {
    if (token.text !== name || token.kind !== 'identifier' || index === declared) continue;
    const next = tokens[index + 1]?.text;
    if (next === '[') return 'array';
    if (next === '<<<') return 'aggregate';
  }
  return 'scalar';
}

interface Probe {
  readonly point: readonly StpToken[];
  readonly body: readonly StpToken[];
}

function findProbes(tokens: readonly StpToken[]): readonly Probe[] {
  const probes: Probe[] = [];
  for (const [index, token] of tokens.entries()) {
    // A member of a C structure may have that name too: `$driver->probe`.
    if (token.text !== 'probe' || tokens[index - 1]?.text === '->') continue;
    const open = tokens.findIndex((other, at) => at > index && other.text === '{');
    if (open === -1) continue;
    let depth = 0;
    let close = open;
    for (; close < tokens.length; close++) {
      if (tokens[close]?.text === '{') depth++;
      if (tokens[close]?.text === '}' && --depth === 0) break;
    }
    const head = tokens.slice(index + 1, open);
    // `probe timer.s(1) if (enabled) {`: the condition is no part of the point, and a global may stand there.
    const condition = head.findIndex(other => other.text === 'if');
    probes.push({
      point: condition === -1 ? head : head.slice(0, condition),
      body: tokens.slice(open + 1, close),
    });
  }
  return probes;
}
