import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** Options of stap in the words of a playbook. */
export interface StapFlags {
  readonly stapOptions: JsonObject;
  /** Keys that stand beside `stap_options`. */
  readonly script: JsonObject;
  /** Options for which there is no key, as they were written. */
  readonly others: readonly string[];
  /** The words behind the options: a script's file and its arguments. */
  readonly rest: readonly string[];
}

/** Reads options as getopt_long(3) reads them for stap (cmdline.h, session.cxx): bundled, and with a value attached or behind. */
export function readStapFlags(words: readonly string[]): StapFlags {
  const reading: Reading = { stapOptions: {}, script: {}, others: [] };
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? '';
    if (word === '--') {
      at++;
      break;
    }
    if (!/^-./.test(word)) break;
    const taken = word.startsWith('--') ? takeLong(word, reading) : takeShort(word, words[at + 1], reading);
    at += taken;
  }
  return { ...reading, rest: words.slice(at) };
}

/**
 * Reads an option that was written as a key with its value, such as `D: [A=1, B=2]`, `-DMAXACTION: 5` or `all-modules: true`;
 * undefined where stap has none of that name.
 */
export function readStapKey(key: string, value: JsonValue | undefined): StapFlags | undefined {
  if (/^-\w../.test(key))
    return readStapFlags([typeof value === 'string' || typeof value === 'number' ? `${key}=${value}` : key]);
  const name = key.replace(/^-{1,2}/, '');
  const isShort = name.length === 1 && (withValue.has(name) || otherLetters.has(name));
  if (!isShort && !Object.hasOwn(longFlags, name)) return undefined;
  const words = valuesOf(value).flatMap(text => {
    if (!isShort) return [text === '' ? `--${name}` : `--${name}=${text}`];
    return withValue.has(name) ? [`-${name}`, text] : [`-${name}`];
  });
  return readStapFlags(words.length === 0 ? [`${isShort ? '-' : '--'}${name}`] : words);
}

/** The texts of an option that may come several times. */
function valuesOf(value: JsonValue | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(valuesOf);
  if (isJsonObject(value)) return Object.entries(value).map(([name, item]) => `${name}=${String(item)}`);
  return value === undefined || value === null || typeof value === 'boolean' ? [''] : [String(value)];
}

/** The flags as the sentence that a cure is; undefined where there are none. */
export function sayStapFlags({ stapOptions, script, others }: StapFlags): string | undefined {
  const own = Object.keys(stapOptions).length === 0 ? [] : [`stap_options: ${inFlow(stapOptions)}`];
  const beside = Object.entries(script).map(([key, value]) => `${key}: ${inFlow(value)}`);
  const written = [...own, ...beside];
  const parts = [
    ...(written.length === 0 ? [] : [`write ${written.join(' and ')}${own.length === 0 ? ' into the script' : ''}`]),
    ...(others.length === 0 ? [] : [`a playbook has nothing for ${others.join(', ')}`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

interface Reading {
  readonly stapOptions: Record<string, JsonValue>;
  readonly script: Record<string, JsonValue>;
  readonly others: string[];
}

type Take = (value: string, reading: Reading) => void;

/** How many words an option takes. */
function takeShort(word: string, next: string | undefined, reading: Reading): 1 | 2 {
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] ?? '';
    const take = shortFlags[letter];
    if (!withValue.has(letter)) {
      if (take === undefined) reading.others.push(`-${letter}`);
      else take('', reading);
      continue;
    }
    const attached = word.slice(at + 1);
    const value = attached === '' ? (next ?? '') : attached;
    if (take === undefined || value === '') reading.others.push(`-${letter}${value === '' ? '' : ` ${value}`}`);
    else take(value, reading);
    return attached === '' && next !== undefined ? 2 : 1;
  }
  return 1;
}

function takeLong(word: string, reading: Reading): 1 {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals === -1 ? undefined : equals);
  const take = longFlags[name];
  if (take === undefined) reading.others.push(word);
  else take(equals === -1 ? '' : word.slice(equals + 1), reading);
  return 1;
}

/** Options that have a value, of all versions of stap. */
const withValue: ReadonlySet<string> = new Set('pIeEoRramcxDBsldLSGTO');

/** Those that have none. */
const otherLetters: ReadonlySet<string> = new Set('ghVvtkPbuqiwFWACX');

const shortFlags: Readonly<Record<string, Take>> = {
  g: (_, { stapOptions }) => put(stapOptions, 'guru', true),
  D: (value, { stapOptions }) => addPair(stapOptions, 'defines', value),
  I: (value, { stapOptions }) => addItem(stapOptions, 'tapset_dirs', value),
  a: (value, { stapOptions }) => put(stapOptions, 'arch', value),
  B: (value, reading) => {
    const [name = '', prefix = ''] = value.split('=', 2);
    if (name === 'CROSS_COMPILE' && prefix !== '') reading.stapOptions['cross_compile'] = prefix;
    else reading.others.push(`-B ${value}`);
  },
  d: (value, { script }) => addUnwound(script, value),
  c: (value, { script }) => {
    const program = value.trim().split(/\s/)[0] ?? '';
    script['target_process'] = { name: program.slice(program.lastIndexOf('/') + 1).slice(0, 15) };
  },
  x: (value, { script }) => put(script, 'target_process', { pid: numberOrText(value) }),
  G: (value, { script }) => addPair(script, 'globals', value),
  T: (value, { script }) => put(script, 'duration', /^\d+$/.test(value) ? `${value}s` : value),
  s: (value, { script }) => put(script, 'buffer_mb', numberOrText(value)),
  o: (value, { script }) => put(script, 'output', { file: value }),
  m: (value, { script }) => put(script, 'name', value),
  e: (value, { script }) => put(script, 'inline', value),
};

const longFlags: Readonly<Record<string, Take>> = {
  'suppress-time-limits': (_, { stapOptions }) => put(stapOptions, 'suppress_time_limits', true),
  'skip-badvars': (_, { stapOptions }) => put(stapOptions, 'skip_badvars', true),
  'all-modules': (_, { stapOptions }) => put(stapOptions, 'all_modules', true),
  compatible: (value, { stapOptions }) => put(stapOptions, 'compatible', value),
  privilege: (value, { stapOptions }) => put(stapOptions, 'privilege', value),
  unprivileged: (_, { stapOptions }) => put(stapOptions, 'privilege', 'stapusr'),
  sysroot: (value, { stapOptions }) => put(stapOptions, 'sysroot', value),
  modinfo: (value, { stapOptions }) => addPair(stapOptions, 'modinfo', value),
  'use-server': (value, { stapOptions }) => put(stapOptions, 'use_server', value === '' ? true : value),
  ldd: (_, { script }) => {
    const before = script['unwind'];
    script['unwind'] = { ...(Array.isArray(before) ? { modules: before } : {}), libraries: true };
  },
};

function put(into: Record<string, JsonValue>, key: string, value: JsonValue): void {
  into[key] = value;
}

function addPair(into: Record<string, JsonValue>, key: string, pair: string): void {
  const equals = pair.indexOf('=');
  const name = equals === -1 ? pair : pair.slice(0, equals);
  // The C preprocessor's own value of a name without one.
  const value = equals === -1 ? 1 : numberOrText(pair.slice(equals + 1));
  into[key] = { ...(into[key] as JsonObject | undefined), [name]: value };
}

function addItem(into: Record<string, JsonValue>, key: string, item: string): void {
  into[key] = [...((into[key] as readonly JsonValue[] | undefined) ?? []), item];
}

function addUnwound(script: Record<string, JsonValue>, module: string): void {
  const before = script['unwind'];
  if (before === undefined || Array.isArray(before)) addItem(script, 'unwind', module);
  else {
    const mapping = { ...(before as Record<string, JsonValue>) };
    addItem(mapping, 'modules', module);
    script['unwind'] = mapping;
  }
}

function numberOrText(value: string): JsonValue {
  return /^(?:0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}

/** YAML in one line. */
function inFlow(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(inFlow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, item]) => `${inFlow(key)}: ${inFlow(item)}`);
    return `{ ${pairs.join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  const isWord = /^[\w/][\w./@+-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off)$/i.test(value);
  const isPlain = isWord && !/^[\d.][\d._a-fx+-]*$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}
