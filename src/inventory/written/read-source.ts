import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { readYaml } from '../../document/read-yaml.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Faulty } from '../../model/faulty.ts';
import { inFileOrder } from '../../model/in-file-order.ts';
import { isJsonObject } from '../../model/json.ts';
import { optional } from '../../model/optional.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';
import { largestText, readWithin } from '../../process/read-within.ts';
import { openVaulted, veilDiagnostic, veilInventory } from '../vault/open-vaulted.ts';
import type { Vault } from '../vault/vault.ts';
import { explainFileError } from './explain-file-error.ts';
import { judgeProgram } from './judge-program.ts';
import { readHostList } from './read-host-list.ts';
import { readIni } from './read-ini.ts';
import { readInventoryProgram } from './read-inventory-program.ts';
import { readYamlInventory } from './read-yaml-inventory.ts';
import type { WrittenInventory } from './written-inventory.ts';

type Reading = Result<WrittenInventory, Faulty<WrittenInventory>>;

export interface SourceOptions {
  readonly vault: Vault | undefined;
  readonly signal: AbortSignal;
  /** The `-i` that the file was found by: itself, or a directory that it lies in. */
  readonly given: string;
  readonly pluginSources: PluginSources;
  /** Why the file is not run if it is a program; without it, it is. */
  readonly whyNotRun?: () => Promise<readonly Diagnostic[]>;
  /** No finding may quote it. */
  readonly unquoted?: true;
}

/** What is done with files that only plugins of Ansible can read: the configurations of such, and TOML. */
export type PluginSources = 'refuse' | 'skip';

/** Reads a file, runs a program, or reads a list of hosts with commas if there is no such file. */
export async function readSource(name: string, options: SourceOptions): Promise<Reading> {
  const { vault, signal, unquoted } = options;
  let text: string;
  try {
    const program = await judgeProgram(name, await stat(name));
    const refusals = program === 'runs' ? await options.whyNotRun?.() : undefined;
    if (refusals !== undefined && refusals.length > 0) return err({ diagnostics: refusals });
    if (program === 'runs') return await readInventoryProgram(name, signal);
    if (program === 'may not run') return err({ diagnostics: [mayNotRun(name)] });
    text = (await readWithin(name, largestText, signal)).toString('utf8');
  } catch (error) {
    signal.throwIfAborted();
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && name.includes(',')) return readHostList(name);
    return err({ diagnostics: [explainFileError(name, error)] });
  }
  const written = { path: name, text: text.replace(/^\uFEFF/, ''), ...optional('unquoted', unquoted) };
  const opened = openVaulted(written, vault);
  if (!opened.ok) return err({ diagnostics: [opened.error] });
  const reading = judgePlugins(readText(opened.value.source), opened.value.source, options);
  if (!opened.value.isVaulted) return reading;
  if (reading.ok) return ok(veilInventory(reading.value, written));
  const { diagnostics, rest } = reading.error;
  return err({
    diagnostics: diagnostics.map(veilDiagnostic),
    ...optional('rest', rest === undefined ? undefined : veilInventory(rest, written)),
  });
}

/**
 * By its name's ending; a file without a known one is tried as YAML, then as INI, as Ansible does. What ends as YAML does, and
 * is none, may be INI.
 */
export function readText(source: SourceFile): Reading {
  const extension = extname(source.path).toLowerCase();
  if (extension === '.toml') return err({ diagnostics: [noToml(source)] });
  if (['.yml', '.yaml', '.json'].includes(extension)) {
    const { reading, hasKeys } = readAsYaml(source);
    if (reading.ok || hasKeys) return reading;
    const asIni = readIni(source);
    return asIni.ok ? asIni : reading;
  }
  if (extension !== '' || hasSection(source.text)) return readIni(source);
  const yaml = readAsYaml(source);
  if (yaml.reading.ok) return yaml.reading;
  const ini = readIni(source);
  if (ini.ok) return ini;
  // Keys at the top show that YAML was meant. Errors of INI would not help then.
  if (yaml.hasKeys) return yaml.reading;
  const asYaml = prefixSome('as YAML', yaml.reading.error.diagnostics);
  return err({ diagnostics: [neither(source), ...asYaml, ...prefixSome('as INI', ini.error.diagnostics)] });
}

/** Says of a file that only a plugin can read what to do about it, or leaves it out. */
function judgePlugins(reading: Reading, source: SourceFile, { given, pluginSources }: SourceOptions): Reading {
  if (reading.ok || !reading.error.diagnostics.every(({ code }) => code === 'unsupported-inventory')) return reading;
  const { diagnostics } = reading.error;
  if (pluginSources === 'skip') {
    const warnings = diagnostics.map((one): Diagnostic => {
      const message = `${one.message}, and is left out: what it adds is missing`;
      return { ...one, severity: 'warning', code: 'skipped-file', message };
    });
    return ok({ source, entries: [], warnings });
  }
  const way = `ansible-inventory -i ${given} --list --yaml > hosts.yml, and give -i hosts.yml`;
  const cure =
    given === source.path
      ? `let Ansible read it: ${way}`
      : `move it out of ${given}, or let Ansible read all: ${way}; --skip-plugin-sources goes on without it`;
  return err({ diagnostics: diagnostics.map(one => ({ ...one, cure })) });
}

function noToml({ path }: SourceFile): Diagnostic {
  return { severity: 'error', code: 'unsupported-inventory', message: `${path} is TOML, which tapbook does not read` };
}

interface YamlReading {
  readonly reading: Reading;
  readonly hasKeys: boolean;
}

function readAsYaml(source: SourceFile): YamlReading {
  const tree = readYaml(source, 'inventory', { isReplaced: isOfVariables });
  if (tree.ok) return { reading: readYamlInventory(tree.value), hasKeys: isJsonObject(tree.value.value) };
  const { diagnostics, rest } = tree.error;
  if (diagnostics.every(({ code }) => code === 'empty-document')) {
    return { reading: ok({ source, entries: [], warnings: [] }), hasKeys: false };
  }
  // If lines are missing, the rest may not even be a mapping.
  if (rest === undefined || !isJsonObject(rest.value)) return { reading: err({ diagnostics }), hasKeys: false };
  const read = readYamlInventory(rest);
  const more = read.ok ? [] : read.error.diagnostics;
  const written = read.ok ? read.value : read.error.rest;
  if (read.ok && diagnostics.every(({ severity }) => severity === 'warning')) {
    const warnings = inFileOrder([...diagnostics, ...read.value.warnings]);
    return { reading: ok({ ...read.value, warnings }), hasKeys: true };
  }
  const reading = err({ diagnostics: [...diagnostics, ...more], ...optional('rest', written) });
  // In a text that is no YAML, lines may look like keys by chance.
  return { reading, hasKeys: rest.gaps?.length === 0 };
}

/** Whether a path leads into the variables of a group or a host, where a key that stands twice takes away no host. */
function isOfVariables([, section, ...inside]: readonly (string | number)[]): boolean {
  if (section === 'children') return isOfVariables(inside);
  return (section === 'vars' && inside.length > 0) || (section === 'hosts' && inside.length > 1);
}

function mayNotRun(path: string): Diagnostic {
  const message = `${path} begins with #! as a program does, and may not be executed`;
  return { severity: 'error', code: 'unsupported-inventory', message, cure: `chmod +x ${path}` };
}

/** A line `[web]` or `[web:vars]` is INI beyond doubt. */
function hasSection(text: string): boolean {
  return /^[ \t]*\[[^:\]\s]+(?::\w+)?\][ \t]*(?:#.*)?\r?$/m.test(text);
}

function neither({ path }: SourceFile): Diagnostic {
  const message = `${path} can be read neither as YAML nor as INI`;
  return { severity: 'error', code: 'invalid-inventory', message, cure: 'end its name in .yml or .ini to choose one' };
}

/** The first few are enough to see what is wrong. */
function prefixSome(reader: string, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.slice(0, 3).map(diagnostic => ({ ...diagnostic, message: `${reader}: ${diagnostic.message}` }));
}
