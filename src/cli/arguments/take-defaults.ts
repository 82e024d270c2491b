import { open } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { inFileOrder } from '../../model/in-file-order.ts';
import type { JsonValue } from '../../model/json.ts';
import { optional } from '../../model/optional.ts';
import type { Place } from '../../model/source.ts';
import { ownConsole } from '../own-console.ts';
import { catchSignals } from '../session/catch-signals.ts';
import type { FoundDefaults, findDefaults } from './find-defaults.ts';
import type { InventoryOrigin } from './inventory-origin.ts';
import type { Defaults } from './read-defaults.ts';

/** A tapbook.yml that cannot be used. */
export class UnusableDefaults extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super('tapbook.yml cannot be used');
    this.diagnostics = diagnostics;
  }
}

/**
 * Sets options from the nearest tapbook.yml where neither the command line nor the environment does. The search begins in the
 * folder of the playbook, or without one in this folder; with --ref it is made in that revision. A saved plan holds its own
 * settings. Throws `UnusableDefaults`.
 */
export async function takeDefaults(command: CommandUnknownOpts): Promise<void> {
  if (!command.options.some(option => option.long === '--inventory') || !isSomewhere()) return;
  const [argument] = command.registeredArguments;
  const [given] = command.args;
  const playbook = argument?.name() === 'playbook' ? given : undefined;
  if (playbook !== undefined && (await beginsAsObject(playbook))) return;
  const ref: unknown = command.getOptionValue('ref');
  const found = await find(playbook === undefined ? '.' : dirname(playbook), typeof ref === 'string' ? ref : undefined);
  if (found === undefined) return;
  // Most commands find none.
  const { readDefaults } = await import('./read-defaults.ts');
  const read = readDefaults(found.source);
  const defaults = read.ok ? read.value : read.error.rest;
  const diagnostics = read.ok ? [] : [...read.error.diagnostics];
  for (const option of command.options) {
    const key = option.attributeName();
    const source = command.getOptionValueSource(key);
    const value = defaults?.value[option.long?.slice(2).replaceAll('-', '_') ?? ''];
    if (value === undefined || source === 'cli' || source === 'env') continue;
    try {
      command.setOptionValueWithSource(key, parse(value, key, option.parseArg, found), 'config');
      if (key === 'inventory' && defaults !== undefined) {
        const origin: InventoryOrigin = { inventoryFrom: { defaults: found, places: placesOf(value, defaults) } };
        for (const [name, from] of Object.entries(origin)) command.setOptionValueWithSource(name, from, 'config');
      }
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      const place = defaults?.place(option.long?.slice(2).replaceAll('-', '_') ?? key);
      const { message } = error;
      diagnostics.push({ severity: 'error', code: 'invalid-value', message, ...optional('place', place) });
    }
  }
  if (diagnostics.length > 0) throw new UnusableDefaults(inFileOrder(diagnostics));
}

/** The place of each of the inventories. */
function placesOf(value: JsonValue, defaults: Defaults): readonly Place[] {
  if (!Array.isArray(value)) return [defaults.place('inventory')];
  return value.map((_, index) => defaults.place('inventory', index));
}

/** A current folder that was removed has nothing beside or above it. Absolute paths still work then. */
function isSomewhere(): boolean {
  try {
    return process.cwd() !== '';
  } catch {
    return false;
  }
}

async function find(folder: string, ref: string | undefined): Promise<FoundDefaults | undefined> {
  const { findDefaults, findDefaultsAt } = await import('./find-defaults.ts');
  if (ref !== undefined) {
    if (ref === '' || ref.startsWith('-')) return undefined;
    using interrupts = catchSignals(() => undefined);
    return await take(findDefaultsAt(ref, folder, interrupts.stop));
  }
  return await take(findDefaults(folder));
}

async function take(finding: ReturnType<typeof findDefaults>): Promise<FoundDefaults | undefined> {
  const found = await finding;
  if (found.ok) return found.value;
  if (found.error.severity === 'error') throw new UnusableDefaults([found.error]);
  ownConsole.sayDiagnostics([found.error], 'text');
  return undefined;
}

type Parse = ((value: string, previous: unknown) => unknown) | undefined;

function parse(value: JsonValue, key: string, parseArg: Parse, { folder }: FoundDefaults): unknown {
  if (typeof value === 'boolean') return value;
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  // A list of hosts, such as `a,b,`, is no path.
  if (key === 'inventory')
    return texts.map(text => (text.includes(',') || isAbsolute(text) ? text : nameOf(folder, text)));
  return parseArg === undefined ? texts[0] : parseArg(texts[0] ?? '', undefined);
}

/** The path as a person in this folder would write it. */
function nameOf(folder: string, text: string): string {
  const whole = resolve(folder, text);
  const path = relative(process.cwd(), whole);
  return path.startsWith('..') ? whole : path;
}

async function beginsAsObject(path: string): Promise<boolean> {
  try {
    await using file = await open(path);
    // A pipe can be read only once.
    if (!(await file.stat()).isFile()) return false;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return /^\uFEFF?\s*\{/.test(buffer.subarray(0, bytesRead).toString('utf8'));
  } catch {
    return false;
  }
}
