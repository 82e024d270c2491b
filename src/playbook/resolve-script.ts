import type { YamlTree } from '../document/read-yaml.ts';
import { parseModuleName } from '../model/ids.ts';
import type { JsonValue } from '../model/json.ts';
import type { Located } from '../model/source.ts';
import { parseDuration } from './parse-amounts.ts';
import type { RunLength, Script, StapOptions } from './playbook.ts';
import { readScriptSource } from './read-script-source.ts';
import type { Resolving } from './resolve-playbook.ts';
import type { StapOptions as WrittenOptions, Script as WrittenScript } from './written-playbook.ts';

type Path = readonly (string | number)[];

/** How long a script that is to end by itself may take, in seconds, where `limit` does not say. */
const defaultLimit = 3600;

/** The longest run, in seconds: 30 days. */
const longestRun = 30 * 24 * 3600;

/** Resolves one script; undefined where its source or its length cannot be used (which has been reported). */
export async function resolveScript(
  written: WrittenScript,
  path: Path,
  resolving: Resolving,
): Promise<Script | undefined> {
  const { tree } = resolving;
  const name = parseModuleName(written.name);
  if (name === undefined) throw new Error(`the schema let the module name ${written.name} pass`);
  const source = await readScriptSource(written, path, resolving);
  const run = resolveRun(written, path, resolving);
  if (source === undefined || run === undefined) return undefined;
  const located = (value: JsonValue, ...keys: Path): Located<JsonValue> => ({
    value,
    place: tree.place([...path, ...keys], 'value'),
  });
  return {
    name,
    place: tree.place([...path, 'name'], 'value'),
    source,
    args: (written.args ?? []).map((arg, index) => located(arg, 'args', index)),
    globals: Object.fromEntries(
      Object.entries(written.globals ?? {}).map(([key, value]) => [key, located(value, 'globals', key)]),
    ),
    run,
    mode: 'stream',
    stapOptions: resolveStapOptions(written.stap_options),
    ...(written.buffer_mb === undefined ? {} : { bufferMb: written.buffer_mb }),
    ...(written.output === undefined ? {} : { output: { file: outputFile(written.output.file, path, tree) } }),
    tags: written.tags ?? [],
  };
}

export function resolveStapOptions(written: WrittenOptions | undefined): StapOptions {
  const defines = Object.entries(written?.defines ?? {}).map(([name, value]) => [name, String(value)] as const);
  return {
    ...(written?.compatible === undefined ? {} : { compatible: written.compatible }),
    ...(written?.guru === undefined ? {} : { guru: written.guru }),
    ...(defines.length === 0 ? {} : { defines: Object.fromEntries(defines) }),
  };
}

function outputFile(file: string, path: Path, tree: YamlTree): Located<string> {
  return { value: file, place: tree.place([...path, 'output', 'file'], 'value') };
}

function resolveRun(written: WrittenScript, path: Path, { tree, report }: Resolving): RunLength | undefined {
  const { duration, until_exit: untilExit } = written;
  const fail = (code: string, message: string, cure: string, ...at: Path): undefined => {
    report({ severity: 'error', code, message, cure, place: tree.place([...path, ...at], 'key') });
    return undefined;
  };
  if (duration !== undefined && untilExit !== undefined && untilExit !== false) {
    return fail(
      'two-ends',
      'a script ends after its duration or by its own exit(), not both',
      'take one away',
      'until_exit',
    );
  }
  const untilLimit = typeof untilExit === 'object' ? untilExit.limit : undefined;
  if (duration === undefined && (untilExit === undefined || untilExit === false)) {
    return fail(
      'no-end',
      `script "${written.name}" does not say when it ends`,
      'write duration: 30s, or until_exit: true if it calls exit()',
      'name',
    );
  }
  const seconds = parseDuration(duration ?? untilLimit ?? defaultLimit);
  const where = duration !== undefined ? 'duration' : 'until_exit';
  if (seconds === undefined || seconds < 1 || seconds > longestRun) {
    return fail('out-of-range', `${where}: it has to be from 1s to 30d`, 'write for example 30s, 10m or 1h30m', where);
  }
  return duration !== undefined ? { kind: 'duration', seconds } : { kind: 'until-exit', limitSeconds: seconds };
}
