import type { YamlTree } from '../document/read-yaml.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { formatBytes } from '../model/format-bytes.ts';
import { parseModuleName } from '../model/ids.ts';
import type { JsonValue } from '../model/json.ts';
import { keepRange } from '../model/keep-limits.ts';
import { optional } from '../model/optional.ts';
import { parseDuration, parseSize } from '../model/parse-amounts.ts';
import type { Located, Place } from '../model/source.ts';
import { keepWritten } from './keep-written.ts';
import type { RunLength, Script } from './playbook.ts';
import { readScriptSource } from './read-script-source.ts';
import { resolveAggregate } from './resolve-aggregate.ts';
import { resolveFormat } from './resolve-format.ts';
import { resolveStapOptions } from './resolve-stap-options.ts';
import { resolveTags } from './resolve-tags.ts';
import { resolveTargetProcess } from './resolve-target-process.ts';
import { resolveUnwind } from './resolve-unwind.ts';
import type { Resolving } from './resolving.ts';
import { titleOfScript } from './title-of-script.ts';
import type { Script as WrittenScript } from './written-playbook.ts';

type Path = readonly (string | number)[];

/** How long a script that is to end by itself may take, in seconds, where `limit` does not say. */
const defaultLimit = 3600;

/** The longest run, in seconds: 24 days. The module's own end, which stap keeps in 31 bits of milliseconds, lies behind it. */
const longestRun = 24 * 24 * 3600;

/** Resolves one script; undefined where its source cannot be used (which has been reported). */
export async function resolveScript(
  written: WrittenScript,
  path: Path,
  resolving: Resolving,
  overload: 'allowed' | 'refused',
): Promise<Script | undefined> {
  const { tree, isKnown } = resolving;
  const name = parseModuleName(written.name);
  if (name === undefined) throw new Error(`the schema let the module name ${written.name} pass`);
  const source = await readScriptSource(written, path, resolving);
  const run = resolveRun(written, path, resolving);
  const stapOptions = await resolveStapOptions(written.stap_options, [...path, 'stap_options'], resolving, overload);
  const format = resolveFormat(written.output, [...path, 'output'], resolving);
  const isFormatKnown = ['columns', 'sections'].every(key => isKnown([...path, 'output', key]));
  const aggregate = isFormatKnown
    ? resolveAggregate(written.aggregate, format, [...path, 'aggregate'], resolving)
    : undefined;
  const targetProcess = resolveTargetProcess(written.target_process, [...path, 'target_process'], resolving);
  if (source === undefined) return undefined;
  const { printedBy } = source;
  const unknown: NonNullable<Script['unknown']> = [
    ...(printedBy !== undefined && printedBy.sha256 === undefined ? (['source'] as const) : []),
    ...(isKnown([...path, 'args']) ? [] : (['args'] as const)),
    ...(run === undefined ? (['run'] as const) : []),
    ...((written.target_process === undefined && isKnown([...path, 'target_process'])) || targetProcess !== undefined
      ? []
      : (['target_process'] as const)),
    ...(areOptionsKnown(path, resolving) ? [] : (['stap_options'] as const)),
  ];
  const located = (value: JsonValue, ...keys: Path): Located<JsonValue> => ({
    value: keepWritten(value, [...path, ...keys], tree),
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
    run: run ?? { kind: 'duration', seconds: longestRun },
    stapOptions: { ...stapOptions, ...resolveUnwind(written.unwind) },
    ...(written.buffer_mb === undefined ? {} : { bufferMb: written.buffer_mb }),
    ...optional('targetProcess', targetProcess),
    ...(written.output?.file === undefined ? {} : { outputFile: outputFile(written.output.file, path, tree) }),
    ...optional('maxFileBytes', resolveMaxFile(written, path, resolving)),
    ...(format === undefined ? {} : { format }),
    ...(aggregate === undefined ? {} : { aggregate }),
    ...(written.run_once === true ? { runOnce: true } : {}),
    tags: resolveTags(written.tags, [...path, 'tags'], resolving),
    ...optional('unknown', unknown.length === 0 ? undefined : unknown),
  };
}

/** Whether the options are known that decide what a script may contain. */
function areOptionsKnown(path: Path, { isKnown }: Resolving): boolean {
  return ['guru', 'defines'].every(key => isKnown([...path, 'stap_options', key]));
}

function outputFile(file: string, path: Path, tree: YamlTree): Located<string> {
  return { value: file, place: tree.place([...path, 'output', 'file'], 'value') };
}

function resolveMaxFile(written: WrittenScript, path: Path, { tree, report }: Resolving): number | undefined {
  const size = written.output?.max_file;
  const bytes = size === undefined ? undefined : parseSize(size);
  if (bytes === undefined || (bytes >= keepRange.least && bytes <= keepRange.most)) return bytes;
  const message = `max_file is ${size}, it has to be from ${formatBytes(keepRange.least)} to 1TB`;
  const place = tree.place([...path, 'output', 'max_file'], 'value');
  report({ severity: 'error', code: 'out-of-range', message, cure: 'for example: 20MB', place });
  return undefined;
}

function resolveRun(written: WrittenScript, path: Path, { tree, report, isKnown }: Resolving): RunLength | undefined {
  const { duration } = written;
  const title = titleOfScript(written, path, { isKnown });
  const untilExit = written.until_exit === false ? undefined : written.until_exit;
  const fail = (code: DiagnosticCode, message: string, cure: string, place: Place): undefined => {
    report({ severity: 'error', code, message, cure, place });
    return undefined;
  };
  if (duration !== undefined && untilExit !== undefined) {
    const message = `${title} has both duration and until_exit`;
    const cure = 'take until_exit away, or give it a limit in place of duration: until_exit: { limit: 10m }';
    return fail('two-ends', message, cure, tree.place([...path, 'until_exit'], 'key'));
  }
  if (duration === undefined && untilExit === undefined) {
    if (!isKnown([...path, 'duration']) || !isKnown([...path, 'until_exit'])) return undefined;
    const message = `${title} does not say when it ends`;
    const cure = 'write duration: 30s, or until_exit: true if it calls exit()';
    return fail('no-end', message, cure, tree.place([...path, 'name'], 'key'));
  }
  const limit = typeof untilExit === 'object' ? untilExit.limit : undefined;
  const length = duration ?? limit ?? defaultLimit;
  const seconds = parseDuration(length);
  if (seconds === undefined || seconds < 1 || seconds > longestRun) {
    const keys = duration === undefined ? ['until_exit', 'limit'] : ['duration'];
    const message = `${keys.at(-1)} is ${length}, it has to be from 1s to 24d`;
    return fail('out-of-range', message, 'for example: 30s, 10m or 1h30m', tree.place([...path, ...keys], 'value'));
  }
  return duration === undefined ? { kind: 'until-exit', limitSeconds: seconds } : { kind: 'duration', seconds };
}
