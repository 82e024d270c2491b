import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { readYaml } from '../document/read-yaml.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { isJsonObject } from '../model/json.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { SourceFile } from '../model/source.ts';
import { explainFileError } from './explain-file-error.ts';
import { readHostList } from './read-host-list.ts';
import { readIni } from './read-ini.ts';
import { readYamlInventory } from './read-yaml-inventory.ts';
import type { WrittenInventory } from './written-inventory.ts';

type Reading = Result<WrittenInventory, readonly Diagnostic[]>;

/** Reads what one `-i` names: a file, or hosts with commas where there is no such file. */
export async function readSource(name: string, signal: AbortSignal): Promise<Reading> {
  let text: string;
  try {
    text = await readFile(name, { encoding: 'utf8', signal });
  } catch (error) {
    signal.throwIfAborted();
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && name.includes(',')) return readHostList(name);
    return err([explainFileError(name, error)]);
  }
  return readText({ path: name, text: text.replace(/^\uFEFF/, '') });
}

/** By its name's ending; a file without a known one is tried as YAML, then as INI, as Ansible does. */
export function readText(source: SourceFile): Reading {
  const refusal = refuse(source);
  if (refusal !== undefined) return err([refusal]);
  const extension = extname(source.path).toLowerCase();
  if (['.yml', '.yaml', '.json'].includes(extension)) return readAsYaml(source).reading;
  if (extension !== '' || hasSection(source.text)) return readIni(source);
  const yaml = readAsYaml(source);
  if (yaml.reading.ok) return yaml.reading;
  const ini = readIni(source);
  if (ini.ok) return ini;
  // Keys at the top say that YAML was meant, so that what INI makes of it is of no use to anyone.
  if (yaml.hasKeys) return yaml.reading;
  return err([neither(source), ...said('as YAML', yaml.reading.error), ...said('as INI', ini.error)]);
}

interface YamlReading {
  readonly reading: Reading;
  readonly hasKeys: boolean;
}

function readAsYaml(source: SourceFile): YamlReading {
  const tree = readYaml(source, 'inventory');
  if (tree.ok) return { reading: readYamlInventory(tree.value), hasKeys: isJsonObject(tree.value.value) };
  const isEmpty = tree.error.every(({ code }) => code === 'empty-document');
  return { reading: isEmpty ? ok({ source, hosts: [], groups: [], warnings: [] }) : tree, hasKeys: false };
}

/** Ansible's own formats that need more than a reader. */
function refuse({ path, text }: SourceFile): Diagnostic | undefined {
  const common = { severity: 'error', code: 'unsupported-inventory' } as const;
  const place = { file: path, line: 1, column: 1, endColumn: 2, text: text.slice(0, 200).split(/\r?\n/, 1)[0] ?? '' };
  if (text.startsWith('#!')) {
    const cure = 'save what it prints with ansible-inventory -i FILE --list --yaml, and use that file';
    return { ...common, message: 'inventory programs are not supported by this version', cure, place };
  }
  if (text.startsWith('$ANSIBLE_VAULT;')) {
    return { ...common, message: 'files of ansible-vault are not supported by this version', place };
  }
  return undefined;
}

/** A line `[web]` or `[web:vars]` is INI beyond doubt. */
function hasSection(text: string): boolean {
  return /^[ \t]*\[[^:\]\s]+(?::\w+)?\][ \t]*(?:#.*)?\r?$/m.test(text);
}

function neither({ path }: SourceFile): Diagnostic {
  const message = `${path} can be read neither as YAML nor as INI`;
  return { severity: 'error', code: 'invalid-inventory', message, cure: 'end its name in .yml or .ini to choose one' };
}

/** A few of each are enough to see what is meant. */
function said(reader: string, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.slice(0, 3).map(diagnostic => ({ ...diagnostic, message: `${reader}: ${diagnostic.message}` }));
}
