import type { YamlTree } from '../document/read-yaml.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { JsonObject } from '../model/json.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Located } from '../model/source.ts';
import { checkTemplates } from './check-templates.ts';
import type { LoadedPlaybook } from './load-playbook.ts';
import { parseSize } from './parse-amounts.ts';
import type { BatchSize, KernelRule, Play, Preconditions, Script } from './playbook.ts';
import { resolveScript, resolveStapOptions } from './resolve-script.ts';
import type { Kernel, Precondition, TapbookPlaybook, Play as WrittenPlay } from './written-playbook.ts';

/** Where the parts of a playbook stand, and where findings go. */
export interface Resolving {
  readonly tree: YamlTree;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Turns what was written, which has passed the schema, into what is used; the meaning is checked here. */
export async function resolvePlaybook(
  written: TapbookPlaybook,
  tree: YamlTree,
): Promise<Result<LoadedPlaybook, readonly Diagnostic[]>> {
  const diagnostics: Diagnostic[] = [];
  const resolving: Resolving = { tree, report: diagnostic => diagnostics.push(diagnostic) };
  checkTemplates(resolving);
  const plays = await Promise.all(written.map((play, index) => resolvePlay(play, [index], resolving)));
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    return err(diagnostics.sort((left, right) => (left.place?.line ?? 0) - (right.place?.line ?? 0)));
  }
  return ok({ playbook: { source: tree.source, plays }, warnings: diagnostics });
}

type Path = readonly (string | number)[];

async function resolvePlay(play: WrittenPlay, path: Path, resolving: Resolving): Promise<Play> {
  const { tree } = resolving;
  const located = <Value>(key: string, value: Value): Located<Value> => ({
    value,
    place: tree.place([...path, key], 'value'),
  });
  const scripts = await Promise.all(
    play.scripts.map((script, index) => resolveScript(script, [...path, 'scripts', index], resolving)),
  );
  const found = scripts.filter(script => script !== undefined);
  refuseSameNames(found, resolving);
  return {
    name: play.name ?? play.hosts,
    place: tree.place([...path, 'hosts'], 'key'),
    hosts: located('hosts', play.hosts),
    buildHosts: located('build_hosts', play.build_hosts ?? 'build_hosts'),
    kernels: (play.kernels ?? []).map((kernel, index) => resolveKernel(kernel, [...path, 'kernels', index], tree)),
    serial: resolveSerial(play.serial),
    maxFailPercentage: play.max_fail_percentage ?? 100,
    anyErrorsFatal: play.any_errors_fatal ?? false,
    strategy: play.strategy === 'together' ? 'together' : 'in-order',
    preconditions: resolvePreconditions(play.preconditions ?? [], [...path, 'preconditions'], resolving),
    vars: (play.vars ?? {}) as JsonObject,
    tags: play.tags ?? [],
    scripts: found,
  };
}

/** Module names are compared without case: stap folds them. */
function refuseSameNames(scripts: readonly Script[], { report }: Resolving): void {
  const names = new Map<string, Script>();
  for (const script of scripts) {
    const known = names.get(script.name.toLowerCase());
    names.set(script.name.toLowerCase(), known ?? script);
    if (known === undefined) continue;
    report({
      severity: 'error',
      code: 'duplicate-script',
      message: `a second script of this play is named "${script.name}"`,
      cure: 'a module is known to the kernel by its name: give each its own',
      place: script.place,
      related: [{ place: known.place, note: 'the first is here' }],
    });
  }
}

function resolveKernel(kernel: Kernel, path: Path, tree: YamlTree): KernelRule {
  return {
    place: tree.place([...path, 'release'], 'value'),
    release: kernel.release,
    ...(kernel.machine === undefined ? {} : { machine: kernel.machine }),
    ...(kernel.build_hosts === undefined
      ? {}
      : { buildHosts: { value: kernel.build_hosts, place: tree.place([...path, 'build_hosts'], 'value') } }),
    stapOptions: resolveStapOptions(kernel.stap_options),
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

/** Of several entries of one kind all packages and commands count, and the last limit. */
function resolvePreconditions(written: readonly Precondition[], path: Path, { tree }: Resolving): Preconditions {
  const limits: { maxLoadPerCpu?: number; minFreeDiskBytes?: number } = {};
  const packages = new Set(['systemtap-runtime']);
  const commands: Located<string>[] = [];
  for (const [index, entry] of written.entries()) {
    for (const name of entry.packages ?? []) packages.add(name);
    if (entry.max_load_per_cpu !== undefined) limits.maxLoadPerCpu = entry.max_load_per_cpu;
    const bytes = entry.min_free_disk === undefined ? undefined : parseSize(entry.min_free_disk);
    if (bytes !== undefined) limits.minFreeDiskBytes = bytes;
    if (entry.command !== undefined) {
      commands.push({ value: entry.command, place: tree.place([...path, index, 'command'], 'value') });
    }
  }
  return { packages: [...packages], ...limits, commands };
}
