import { hasGapWithin } from '../document/is-of-gap.ts';
import type { YamlTree } from '../document/read-yaml.ts';
import { type BinaryPolicy, usualBinaryPolicy } from '../model/binary.ts';
import type { BuildLimits } from '../model/build-options.ts';
import type { JsonObject } from '../model/json.ts';
import { optional } from '../model/optional.ts';
import { parseDuration, parseSize } from '../model/parse-amounts.ts';
import type { Located } from '../model/source.ts';
import { checkValues } from './check-values.ts';
import { keepWritten } from './keep-written.ts';
import type { BatchSize, KernelRule, Play, Playbook, Preconditions, StopAt } from './playbook.ts';
import { fileOfScript } from './read-script-source.ts';
import { refuseOptionConflicts } from './refuse-option-conflicts.ts';
import { resolveRetry } from './resolve-retry.ts';
import { resolveScript } from './resolve-script.ts';
import { resolveSigning } from './resolve-signing.ts';
import { resolveStapOptions } from './resolve-stap-options.ts';
import { resolveTags } from './resolve-tags.ts';
import type { Resolving } from './resolving.ts';
import type { SalvagedPlaybook } from './salvage-playbook.ts';
import type { Kernel, Precondition, Play as WrittenPlay, Script as WrittenScript } from './written-playbook.ts';

/**
 * Turns a written playbook that fits the schema into the one that is used, and checks its meaning. The result may be run only
 * if no error has been reported, here or before.
 */
export async function resolvePlaybook(
  { written, isKnown, isRefused }: SalvagedPlaybook,
  tree: YamlTree,
  { report, confinement, expand }: Pick<Resolving, 'report' | 'confinement' | 'expand'>,
): Promise<Playbook> {
  const unquoted = new Set<string>();
  const withhold = (path: string): void => void unquoted.add(path);
  const resolving: Resolving = { tree, report, confinement, withhold, ...optional('expand', expand), isKnown };
  checkValues(resolving, isRefused);
  const named = written.flatMap(({ scripts }) =>
    scripts.flatMap(script => fileOfScript(script, tree.source.path) ?? []),
  );
  const plays = await Promise.all(
    written.flatMap((play, index) => (isKnown([index]) ? [resolvePlay(play, [index], resolving)] : [])),
  );
  const withheld = unquoted.size === 0 ? {} : { unquoted: [...unquoted] };
  return { source: tree.source, ...withheld, files: [...new Set([tree.source.path, ...named])], plays };
}

type Path = readonly (string | number)[];

async function resolvePlay(play: WrittenPlay, path: Path, resolving: Resolving): Promise<Play> {
  const { tree, isKnown } = resolving;
  const located = <Value>(key: string, value: Value): Located<Value> => ({
    value,
    place: tree.place([...path, key], 'value'),
  });
  const mayOverload = play.allow_overload === true || !isKnown([...path, 'allow_overload']);
  const overload = mayOverload ? 'allowed' : 'refused';
  const known = <Item>(key: string, items: readonly Item[]): readonly (readonly [number, Item])[] =>
    [...items.entries()].filter(([index]) => isKnown([...path, key, index]));
  const [scripts, kernels, sign] = await Promise.all([
    Promise.all(
      known('scripts', play.scripts).map(([index, script]) =>
        resolveScript(
          { ...script, run_once: script.run_once ?? play.run_once ?? false },
          [...path, 'scripts', index],
          resolving,
          overload,
        ),
      ),
    ),
    Promise.all(
      known('kernels', play.kernels ?? []).map(([index, kernel]) =>
        resolveKernel(kernel, [...path, 'kernels', index], resolving, overload),
      ),
    ),
    resolveSigning(play.sign, [...path, 'sign'], resolving),
  ]);
  refuseSameNames(known('scripts', play.scripts), path, resolving);
  refuseOptionConflicts(play, path, resolving);
  warnOfNoEffect(play, path, resolving);
  return {
    name: play.name ?? play.hosts,
    place: tree.place([...path, 'hosts'], 'key'),
    hosts: located('hosts', play.hosts),
    buildHosts: located('build_hosts', play.build_hosts ?? 'build_hosts'),
    kernels,
    buildLimits: {
      ...resolveBuildLimits(play.build, [...path, 'build'], resolving),
      ...optional('binaries', resolveBinaryPolicy(play)),
    },
    ...(sign === undefined ? {} : { sign }),
    serial: resolveSerial(play.serial),
    maxFailPercentage: play.max_fail_percentage ?? 100,
    anyErrorsFatal: play.any_errors_fatal ?? false,
    ...optional('stopAtVanished', resolveSerial(play.stop_at_vanished_hosts)[0]),
    ...(play.canary === undefined ? {} : { canary: 'per-kernel' }),
    ...optional('retry', resolveRetry(play, path, resolving)),
    strategy: play.strategy === 'together' ? 'together' : 'in-order',
    ...(play.on_script_failure === 'continue' ? { onScriptFailure: 'continue' } : {}),
    onDrift: play.on_drift ?? 'fail',
    ...(play.stale_processes === 'skip' ? { staleProcesses: play.stale_processes } : {}),
    preconditions: resolvePreconditions(play.preconditions ?? [], [...path, 'preconditions'], resolving),
    stopAt: resolveStopAt(play),
    vars: keepWritten((play.vars ?? {}) as JsonObject, [...path, 'vars'], tree) as JsonObject,
    tags: resolveTags(play.tags, [...path, 'tags'], resolving),
    scripts: scripts.filter(script => script !== undefined),
    ...optional('unknown', unknownParts(play, path, resolving)),
  };
}

function resolveBinaryPolicy({ binaries, max_binary }: WrittenPlay): BinaryPolicy | undefined {
  if (binaries === undefined && max_binary === undefined) return undefined;
  const usual = usualBinaryPolicy;
  const mostBytes = max_binary === undefined ? undefined : parseSize(max_binary);
  return { how: binaries ?? usual.how, mostBytes: mostBytes ?? usual.mostBytes };
}

/** An unknown part of an entry makes the whole list unknown: a rule for kernels may not be the one that was meant. */
function unknownParts({ kernels }: WrittenPlay, path: Path, { tree, isKnown }: Resolving): Play['unknown'] {
  const isRuleKnown = (_: Kernel, index: number): boolean =>
    ['release', 'build_hosts', 'stap_options'].every(key => isKnown([...path, 'kernels', index, key]));
  const unknown = (['hosts', 'build_hosts', 'kernels', 'vars'] as const).filter(
    key =>
      !isKnown([...path, key]) ||
      hasGapWithin(tree, [...path, key]) ||
      (key === 'kernels' && kernels?.every(isRuleKnown) === false),
  );
  return unknown.length === 0 ? undefined : unknown;
}

/** Module names are compared without case: stap folds them. */
function refuseSameNames(
  scripts: readonly (readonly [number, WrittenScript])[],
  path: Path,
  { tree, report, isKnown }: Resolving,
): void {
  const firsts = new Map<string, number>();
  for (const [index, { name }] of scripts) {
    if (!isKnown([...path, 'scripts', index, 'name'])) continue;
    const placeOf = (script: number) => tree.place([...path, 'scripts', script, 'name'], 'value');
    const first = firsts.get(name.toLowerCase());
    if (first === undefined) {
      firsts.set(name.toLowerCase(), index);
      continue;
    }
    report({
      severity: 'error',
      code: 'duplicate-script',
      message: `a second script of this play is named "${name}"`,
      cure: 'a module is known to the kernel by its name: give each its own',
      place: placeOf(index),
      related: [{ place: placeOf(first), note: 'the first is here' }],
    });
  }
}

function warnOfNoEffect({ vars = {} }: WrittenPlay, path: Path, { tree, report }: Resolving): void {
  for (const name of ['inventory_hostname', 'group_names']) {
    if (!Object.hasOwn(vars, name)) continue;
    const message = `${name} comes from the inventory: setting it here has no effect`;
    const place = tree.place([...path, 'vars', name], 'key');
    report({ severity: 'warning', code: 'no-effect', message, cure: 'take another name', place });
  }
}

async function resolveKernel(
  kernel: Kernel,
  path: Path,
  resolving: Resolving,
  overload: 'allowed' | 'refused',
): Promise<KernelRule> {
  const { tree } = resolving;
  const sign = await resolveSigning(kernel.sign, [...path, 'sign'], resolving);
  return {
    place: tree.place([...path, 'release'], 'value'),
    release: kernel.release,
    ...(kernel.machine === undefined ? {} : { machine: kernel.machine }),
    ...(kernel.build_hosts === undefined
      ? {}
      : { buildHosts: { value: kernel.build_hosts, place: tree.place([...path, 'build_hosts'], 'value') } }),
    stapOptions: await resolveStapOptions(kernel.stap_options, [...path, 'stap_options'], resolving, overload),
    ...(sign === undefined ? {} : { sign }),
  };
}

/** Builds must not slow down a host that people work on. */
const usualNice = 10;

/** stap takes more than a gigabyte of addresses. */
const leastMemory = 1_000_000_000;

function resolveBuildLimits(written: WrittenPlay['build'], path: Path, { tree, report }: Resolving): BuildLimits {
  const { jobs, memory, nice = usualNice, timeout } = written ?? {};
  const timeoutSeconds = timeout === undefined ? undefined : parseDuration(timeout);
  const memoryBytes = memory === undefined ? undefined : parseSize(memory);
  const outOfRange = (key: string, message: string, cure: string): void => {
    const place = tree.place([...path, key], 'value');
    report({ severity: 'error', code: 'out-of-range', message, cure, place });
  };
  if (timeoutSeconds !== undefined && (timeoutSeconds < 10 || timeoutSeconds > 86_400)) {
    outOfRange('timeout', `timeout is ${timeout}, it has to be from 10s to 1d`, 'for example: 15m');
  }
  if (memoryBytes !== undefined && memoryBytes < leastMemory) {
    outOfRange('memory', `stap cannot work in ${memory}`, 'give it 4GiB, or at least 1GB');
  }
  return {
    nice,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(jobs === undefined ? {} : { jobs }),
  };
}

function resolveSerial(serial: WrittenPlay['serial']): readonly BatchSize[] {
  if (serial === undefined) return [];
  return (Array.isArray(serial) ? serial : [serial]).map(
    (size): BatchSize =>
      typeof size === 'number'
        ? { kind: 'hosts', count: size }
        : { kind: 'percent', percent: Number.parseFloat(String(size)) },
  );
}

function resolveStopAt({ stop_at_load_per_cpu: loadPerCpu, stop_at_free_memory: memory }: WrittenPlay): StopAt {
  const freeMemoryBytes = memory === undefined ? undefined : parseSize(memory);
  return {
    ...(loadPerCpu === undefined ? {} : { loadPerCpu }),
    ...(freeMemoryBytes === undefined ? {} : { freeMemoryBytes }),
  };
}

/** Of several entries of one kind all packages and commands count, and the strictest limit. */
function resolvePreconditions(written: readonly Precondition[], path: Path, { tree }: Resolving): Preconditions {
  const limits: { maxLoadPerCpu?: number; minFreeDiskBytes?: number } = {};
  const packages = new Set(['systemtap-runtime']);
  const commands: Located<string>[] = [];
  for (const [index, entry] of written.entries()) {
    for (const name of entry.packages ?? []) packages.add(name);
    const load = entry.max_load_per_cpu;
    if (load !== undefined) limits.maxLoadPerCpu = Math.min(load, limits.maxLoadPerCpu ?? load);
    const bytes = entry.min_free_disk === undefined ? undefined : parseSize(entry.min_free_disk);
    if (bytes !== undefined) limits.minFreeDiskBytes = Math.max(bytes, limits.minFreeDiskBytes ?? bytes);
    if (entry.command !== undefined) {
      commands.push({ value: entry.command, place: tree.place([...path, index, 'command'], 'value') });
    }
  }
  return { packages: [...packages], ...limits, commands };
}
