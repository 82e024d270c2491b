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
  /** Somewhere that is run before the end, by a call that ends a script (`error()` too) or a probe that does (`oneshot`). */
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
  /** Of `private global` stap makes no module parameter. */
  readonly visibility: 'public' | 'private';
}

/** Reads a script's text. Never fails: of a script that stap refuses it says what can be said. */
export function describeScript(source: SourceFile): ScriptDescription {
  const tokens = tokenizeStp(source.text);
  const at = (token: StpToken): Place => placeAt(source, token.start, token.end);
  const globals = findGlobals(tokens, at);
  const names = new Set(globals.map(global => global.name));
  const probes = findProbes(tokens);
  return {
    certain: !tokens.some(
      token => token.kind === 'preprocessor' || (token.kind === 'at-word' && !operators.has(token.text)),
    ),
    globals,
    arguments: tokens
      .filter(token => token.kind === 'argument' && !token.text.endsWith('#'))
      .map(token => ({ number: Number(token.text.slice(1)), place: at(token) })),
    takesAnyArguments: tokens.some(token => /^(?:[$@]#|argv|argc)$/.test(token.text)),
    callsExit: endsItself(tokens, probes),
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
      .flatMap(({ body }) => body.filter((token, index) => names.has(token.text) && overwrites(body, index)))
      .map(token => ({ name: token.text, place: at(token) })),
    countVariables: probes
      .filter(({ point }) => point.some(token => token.text === 'syscall' || token.text === 'nd_syscall'))
      .filter(({ body }) => !asksWhetherDefined(body, '$count'))
      .flatMap(({ body }) => body.filter(token => token.text === '$count').map(at)),
  };
}

/** The `@` words that are SystemTap's own; every other is a macro, the script's or the library's. */
const operators: ReadonlySet<string> = new Set(
  (
    '@cast @defined @probewrite @entry @perf @var @avg @count @sum @min @max @variance @hist_linear @hist_log @const ' +
    '@kregister @uregister @kderef @uderef'
  ).split(' '),
);

/** A call in `probe end` comes too late to be what ends the script. What embedded C does cannot be known. */
function endsItself(tokens: readonly StpToken[], probes: readonly Probe[]): boolean {
  const tooLate = new Set(
    probes
      .filter(({ point }) => startsOf(point).every(word => word === 'end' || word === 'error'))
      .flatMap(({ body }) => body),
  );
  return (
    probes.some(({ point }) => startsOf(point).includes('oneshot')) ||
    tokens.some(
      (token, index) =>
        token.kind === 'embedded-c' ||
        (/^(?:exit|abort|error|assert)$/.test(token.text) &&
          tokens[index + 1]?.text === '(' &&
          tokens[index - 1]?.text !== 'function' &&
          !tooLate.has(token)),
    )
  );
}

/** The first word of each of a probe's points: `begin` and `timer` of `begin, timer.s(1)`. */
function startsOf(point: readonly StpToken[]): readonly string[] {
  return point.filter((_, index) => index === 0 || point[index - 1]?.text === ',').map(token => token.text);
}

/** Not if the body looks at the value first, or makes the new one of it: `if (!n) n = 5`, `n = n * 1000`. */
function overwrites(body: readonly StpToken[], at: number): boolean {
  const name = body[at]?.text;
  if (body[at + 1]?.text !== '=' || body.slice(0, at).some(token => token.text === name)) return false;
  for (let index = at + 2; index < body.length; index++) {
    const [before, token] = [body[index - 1], body[index]];
    // Semicolons are optional: what stands beside an operand without an operator is the next statement.
    if (token === undefined || /^[;}]$/.test(token.text) || (isOperandEnd(before) && isWord(token))) return true;
    if (token.text === name) return false;
  }
  return true;
}

function isOperandEnd(token: StpToken | undefined): boolean {
  return token !== undefined && (isWord(token) || token.text === ')' || token.text === ']');
}

function isWord({ kind }: StpToken): boolean {
  return kind !== 'operator' && kind !== 'preprocessor' && kind !== 'embedded-c' && kind !== 'at-word';
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
    const visibility = tokens[index - 1]?.text === 'private' ? 'private' : 'public';
    for (index++; index < tokens.length; index++) {
      const name = tokens[index];
      if (name?.kind !== 'identifier') break;
      const shape = shapeOf(name.text, tokens, index);
      if (!seen.has(name.text)) found.push({ name: name.text, place: at(name), shape, visibility });
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
    if (next === '[' || tokens[index - 1]?.text === 'in') return 'array';
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
