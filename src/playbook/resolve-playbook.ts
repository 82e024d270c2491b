import type { YamlTree } from '../document/read-yaml.ts';
import type { BuildLimits } from '../model/build-options.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { JsonObject } from '../model/json.ts';
import { optional } from '../model/optional.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Located } from '../model/source.ts';
import { checkValues } from './check-values.ts';
import { parseDuration, parseSize } from './parse-amounts.ts';
import type { BatchSize, KernelRule, Play, Playbook, Preconditions, StopAt } from './playbook.ts';
import { refuseOptionConflicts } from './refuse-option-conflicts.ts';
import { resolveRetry } from './resolve-retry.ts';
import { resolveScript } from './resolve-script.ts';
import { resolveSigning } from './resolve-signing.ts';
import { resolveStapOptions } from './resolve-stap-options.ts';
import { resolveTags } from './resolve-tags.ts';
import type { Resolving } from './resolving.ts';
import type {
  Kernel,
  Precondition,
  TapbookPlaybook,
  Play as WrittenPlay,
  Script as WrittenScript,
} from './written-playbook.ts';

/** A playbook that can be used, and what is worth a second look in it. */
export interface LoadedPlaybook {
  readonly playbook: Playbook;
  readonly warnings: readonly Diagnostic[];
}

/** Turns what was written, which has passed the schema, into what is used; the meaning is checked here. */
export async function resolvePlaybook(
  written: TapbookPlaybook,
  tree: YamlTree,
): Promise<Result<LoadedPlaybook, readonly Diagnostic[]>> {
  const diagnostics: Diagnostic[] = [];
  const resolving: Resolving = { tree, report: diagnostic => diagnostics.push(diagnostic) };
  checkValues(resolving);
  const plays = await Promise.all(written.map((play, index) => resolvePlay(play, [index], resolving)));
  if (diagnostics.some(({ severity }) => severity === 'error')) return err(diagnostics.sort(byPlace(tree.source.path)));
  return ok({ playbook: { source: tree.source, plays }, warnings: diagnostics });
}

type Path = readonly (string | number)[];

/** What is wrong in the playbook itself stands first, from top to bottom. */
function byPlace(playbook: string): (left: Diagnostic, right: Diagnostic) => number {
  const isOther = ({ place }: Diagnostic): number => (place?.file === playbook ? 0 : 1);
  return (left, right) =>
    isOther(left) - isOther(right) ||
    (left.place?.line ?? 0) - (right.place?.line ?? 0) ||
    (left.place?.column ?? 0) - (right.place?.column ?? 0);
}

async function resolvePlay(play: WrittenPlay, path: Path, resolving: Resolving): Promise<Play> {
  const { tree } = resolving;
  const located = <Value>(key: string, value: Value): Located<Value> => ({
    value,
    place: tree.place([...path, key], 'value'),
  });
  const overload = play.allow_overload === true ? 'allowed' : 'refused';
  const [scripts, kernels, sign] = await Promise.all([
    Promise.all(
      play.scripts.map((script, index) =>
        resolveScript(
          { ...script, run_once: script.run_once ?? play.run_once ?? false },
          [...path, 'scripts', index],
          resolving,
          overload,
        ),
      ),
    ),
    Promise.all(
      (play.kernels ?? []).map((kernel, index) =>
        resolveKernel(kernel, [...path, 'kernels', index], resolving, overload),
      ),
    ),
    resolveSigning(play.sign, [...path, 'sign'], resolving),
  ]);
  refuseSameNames(play.scripts, path, resolving);
  refuseOptionConflicts(play, path, resolving);
  warnOfNoEffect(play, path, resolving);
  return {
    name: play.name ?? play.hosts,
    place: tree.place([...path, 'hosts'], 'key'),
    hosts: located('hosts', play.hosts),
    buildHosts: located('build_hosts', play.build_hosts ?? 'build_hosts'),
    kernels,
    buildLimits: resolveBuildLimits(play.build, [...path, 'build'], resolving),
    ...(sign === undefined ? {} : { sign }),
    serial: resolveSerial(play.serial),
    maxFailPercentage: play.max_fail_percentage ?? 100,
    anyErrorsFatal: play.any_errors_fatal ?? false,
    ...(play.canary === undefined ? {} : { canary: 'per-kernel' }),
    ...optional('retry', resolveRetry(play, path, resolving)),
    strategy: play.strategy === 'together' ? 'together' : 'in-order',
    onDrift: play.on_drift ?? 'fail',
    preconditions: resolvePreconditions(play.preconditions ?? [], [...path, 'preconditions'], resolving),
    stopAt: resolveStopAt(play),
    vars: (play.vars ?? {}) as JsonObject,
    tags: resolveTags(play.tags, [...path, 'tags'], resolving),
    scripts: scripts.filter(script => script !== undefined),
  };
}

/** Module names are compared without case: stap folds them. */
function refuseSameNames(scripts: readonly WrittenScript[], path: Path, { tree, report }: Resolving): void {
  const firsts = new Map<string, number>();
  for (const [index, { name }] of scripts.entries()) {
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

/** So that builds leave a host that others work on usable. */
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
