import type { BuildOptions, Signing, Tapset } from '../../model/build-options.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { HostName, KernelRelease, Machine, ModuleName } from '../../model/ids.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { BuildId, KernelGroupId } from '../../model/plan.ts';
import { sayTargetProcess } from '../../model/target-process.ts';
import type { BatchSize, BoundScript, KernelRule, PlannableScript, Play } from '../../playbook/playbook.ts';
import type { ProbedFiles } from '../../script/read-probed-files.ts';
import { unsureBinaries } from '../builds/probed-binaries.ts';
import { matchKernel } from '../match-kernel.ts';
import { planBuild, planScript } from '../plan-script.ts';

/** What would be planned for a play, as far as it is known without its hosts, for comparing versions of a playbook. */
export interface PlayOutline {
  readonly name: string;
  readonly hosts: readonly HostName[];
  readonly buildHosts: readonly HostName[];
  readonly settings: Readonly<Record<string, JsonValue>>;
  readonly scripts: ReadonlyMap<ModuleName, ReadonlyMap<HostName, ScriptOutline>>;
  /** Keyed by everything known that decides the module. */
  readonly builds: ReadonlyMap<string, OutlinedBuild>;
}

export interface ScriptOutline {
  readonly text: string;
  readonly values: Readonly<Record<string, JsonValue>>;
}

export interface OutlinedBuild {
  readonly script: ModuleName;
  readonly kernel: KnownKernel | undefined;
  readonly hosts: HostName[];
}

export type KnownKernel = Pick<Kernel, 'release' | 'machine'>;

export interface OutlineInput {
  readonly play: Play;
  readonly hosts: readonly HostName[];
  readonly buildHosts: readonly HostName[];
  readonly scripts: ReadonlyMap<HostName, readonly BoundScript[]>;
  /** What a script probes with its arguments for one host. */
  readonly probedBy: (bound: BoundScript) => ProbedFiles;
  readonly kernelOf: (host: HostName) => KnownKernel | undefined;
  /** A short digest of a text. */
  readonly digest: (text: string) => string;
}

export function outlinePlay(input: OutlineInput): PlayOutline {
  const { play, hosts, buildHosts } = input;
  const scripts = new Map<ModuleName, Map<HostName, ScriptOutline>>();
  const builds = new Map<string, OutlinedBuild>();
  for (const host of hosts) {
    for (const bound of input.scripts.get(host) ?? []) {
      const { name } = bound.script;
      const ofScript = scripts.get(name) ?? new Map<HostName, ScriptOutline>();
      scripts.set(name, ofScript.set(host, outlineScript(bound, input)));
      outlineBuild(host, bound, input, builds);
    }
  }
  return { name: play.name, hosts, buildHosts, settings: outlineSettings(input), scripts, builds };
}

const anyKernel: Kernel = { release: '' as KernelRelease, machine: '' as Machine, version: '' };

function outlineScript(bound: BoundScript, { digest, probedBy }: OutlineInput): ScriptOutline {
  const { script, args } = bound;
  const { options } = planBuild(bound, anyKernel, '' as KernelGroupId, { rule: undefined, sign: undefined });
  const planned = planScript(bound, '' as BuildId);
  const { text } = script.source;
  return {
    text,
    values: {
      ...named('args', args.length === 0 ? undefined : args),
      ...named('probes', filesOf(probedBy(bound))),
      ...prefixed('stap_options', optionsAsJson(options, digest)),
      ...prefixed('globals', Object.fromEntries(planned.globals.map(({ name, value }) => [name, value]))),
      ...named(planned.end === 'at-limit' ? 'duration' : 'until_exit', `${planned.limitSeconds}s`),
      ...named('buffer_mb', planned.bufferMb),
      ...named('target_process', planned.targetProcess && sayTargetProcess(planned.targetProcess)),
      ...named('output.file', planned.outputFile),
      ...named('output.max_file', planned.maxFileBytes && formatBytes(planned.maxFileBytes)),
      ...named('run_once', planned.once),
      ...outputSettingsOf(script),
    },
  };
}

/** The files in user space for which it has breakpoints, as far as its text tells. */
function filesOf(probed: ProbedFiles): JsonValue | undefined {
  const paths = probed.paths.flatMap(({ path, use }) => (use === 'breakpoints' ? [path] : []));
  const files = [...paths.sort(), ...unsureBinaries(probed).map(({ text }) => text)];
  return files.length === 0 ? undefined : files;
}

/** The settings for reading its output. */
function outputSettingsOf({ format, aggregate }: PlannableScript): Record<string, JsonValue> {
  return { ...named('output', plain(format)), ...named('aggregate', plain(aggregate)) };
}

/** Where the kernel is not known, any entry of `kernels` may apply: all of them go into the key. */
function outlineBuild(
  host: HostName,
  bound: BoundScript,
  { play, kernelOf, digest }: OutlineInput,
  builds: Map<string, OutlinedBuild>,
): void {
  const kernel = kernelOf(host);
  const match = kernel === undefined ? undefined : matchKernel(play.kernels, kernel.release, kernel.machine);
  // The plan skips this host.
  if (match === 'no-match') return;
  const sign = match?.rule?.sign ?? play.sign;
  const { options } = planBuild(bound, anyKernel, '' as KernelGroupId, { rule: match?.rule, sign });
  const rules = match === undefined ? play.kernels.map(rule => ruleAsJson(rule, digest)) : [];
  const { name, source } = bound.script;
  const key = JSON.stringify([
    name,
    source.text,
    bound.args,
    { ...options, sign: options.sign?.certificate.base64 },
    kernel,
    rules,
  ]);
  const build = builds.get(key) ?? { script: name, kernel, hosts: [] };
  build.hosts.push(host);
  builds.set(key, build);
}

function outlineSettings({ play, digest }: OutlineInput): Readonly<Record<string, JsonValue>> {
  const { preconditions, stopAt, buildLimits, retry } = play;
  const { timeoutSeconds, memoryBytes, nice, jobs, binaries } = buildLimits;
  return {
    // A play without a name has its hosts' pattern as name.
    ...named('name', play.name === play.hosts.value ? undefined : play.name),
    hosts: play.hosts.value,
    build_hosts: play.buildHosts.value,
    ...named('kernels', play.kernels.length === 0 ? undefined : play.kernels.map(rule => ruleAsJson(rule, digest))),
    ...named('serial', serialOf(play)),
    ...named('canary', play.canary?.replace('-', '_')),
    max_fail_percentage: play.maxFailPercentage,
    any_errors_fatal: play.anyErrorsFatal,
    ...named('stop_at_vanished_hosts', play.stopAtVanished && sayBatchSize(play.stopAtVanished)),
    ...named('retries', plain(retry)),
    strategy: play.strategy,
    ...named('on_script_failure', play.onScriptFailure),
    on_drift: play.onDrift,
    ...named('stale_processes', play.staleProcesses),
    'preconditions.packages': preconditions.packages,
    ...named('preconditions.max_load_per_cpu', preconditions.maxLoadPerCpu),
    ...named('preconditions.min_free_disk', preconditions.minFreeDiskBytes),
    'preconditions.command': preconditions.commands.map(({ value }) => value),
    ...named('stop_at_load_per_cpu', stopAt.loadPerCpu),
    ...named('stop_at_free_memory', stopAt.freeMemoryBytes),
    ...prefixed('build', {
      ...named('timeout', timeoutSeconds),
      ...named('memory', memoryBytes),
      nice,
      ...named('jobs', jobs),
    }),
    ...named('binaries', binaries?.how),
    ...named('max_binary', binaries?.mostBytes),
    ...named('sign', play.sign && signAsJson(play.sign, digest)),
    tags: play.tags,
  };
}

function serialOf({ serial }: Play): JsonValue | undefined {
  if (serial.length === 0) return undefined;
  return serial.map(sayBatchSize);
}

function sayBatchSize(size: BatchSize): JsonValue {
  return size.kind === 'hosts' ? size.count : `${size.percent}%`;
}

function ruleAsJson({ release, machine, buildHosts, stapOptions, sign }: KernelRule, digest: Digest): JsonObject {
  return {
    release,
    ...named('machine', machine),
    ...named('build_hosts', buildHosts?.value),
    ...named('stap_options', stapOptions === undefined ? undefined : optionsAsJson(stapOptions, digest)),
    ...named('sign', sign && signAsJson(sign, digest)),
  };
}

type Digest = OutlineInput['digest'];

/** The contents of files are shown as digests. */
function optionsAsJson(options: Partial<BuildOptions> | KernelRule['stapOptions'], digest: Digest): JsonObject {
  // The belt follows from the duration.
  const { tapsets, beltSeconds: _, ...rest } = options as Partial<BuildOptions>;
  const { defines = {}, guru, ...others } = rest;
  return {
    ...(plain(others) as JsonObject),
    ...(guru ? { guru } : {}),
    ...prefixed('defines', defines),
    ...named(
      'tapset_dirs',
      tapsets?.map(tapset => describeTapset(tapset, digest)),
    ),
  };
}

function describeTapset({ directory, files }: Tapset, digest: Digest): string {
  return `${directory} (${digest(JSON.stringify(files.map(({ path, text }) => [path, text])))})`;
}

function signAsJson({ key, hash, certificate }: Signing, digest: Digest): JsonObject {
  return { key, hash, certificate: digest(certificate.base64) };
}

function named(name: string, value: JsonValue | undefined): Record<string, JsonValue> {
  return value === undefined ? {} : { [name]: value };
}

function prefixed(prefix: string, values: JsonObject): Record<string, JsonValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}

/** As JSON: without undefined values. */
function plain(value: unknown): JsonValue | undefined {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as JsonValue);
}
