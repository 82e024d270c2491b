import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event, EventBody } from '../../../src/model/event.ts';
import type { ArtifactKey, CanaryKey, HostName, KernelRelease, Machine, ModuleName } from '../../../src/model/ids.ts';
import type { BuildId, BuildPlace, KernelGroupId, PlannedBuild } from '../../../src/model/plan.ts';
import { type Builds, openWorkshop, type WorkshopOptions } from '../../../src/module/build/open-workshop.ts';
import type { OpenBuildHost } from '../../../src/module/build/pooled-build-host.ts';
import { type CanaryRecords, openCanaryRecords } from '../../../src/module/cache/canary-records.ts';
import { type ModuleCache, openModuleCache } from '../../../src/module/cache/module-cache.ts';
import { progressLines } from '../../../src/report/live/progress-lines.ts';
import { createLocalTransport } from '../../../src/transport/local/local-transport.ts';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import { makeHost } from '../../plan/rig.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { elfModule } from '../../support/elf-module.ts';
import { assertValidEvent } from '../../support/event-validator.ts';
import { startLoopbackSshd } from '../../support/loopback-sshd.ts';

export const release = '6.1.0-56-cloud-amd64' as KernelRelease;

/** What SystemTap 4.8 says of Debian's 6.1.0-56. */
export const taskWork: string = `In file included from /usr/share/systemtap/runtime/stp_utrace.c:28,
                 from /tmp/stapeLxV2W/canary_src.c:21:
/usr/share/systemtap/runtime/stp_task_work.c: In function 'stp_task_work_cancel':
/usr/share/systemtap/runtime/stp_task_work.c:107:40: error: passing argument 2 of '(bool (*)(struct task_struct *, struct callback_head *))kallsyms_task_work_cancel' from incompatible pointer type [-Werror=incompatible-pointer-types]
  107 |         twork = task_work_cancel(task, func);
cc1: all warnings being treated as errors
make: *** [/usr/src/linux-headers-6.1.0-56-common/Makefile:2065: /tmp/stapeLxV2W] Error 2
WARNING: kbuild exited with status: 2
Pass 4: compilation failed.  [man error::pass4]`;

/** A build host: a real sshd on loopback (or this machine itself) with a stand-in stap. */
export interface RigHost {
  readonly name: HostName;
  readonly openBuildHost: OpenBuildHost;
  /** What its stap was asked to build, in order. */
  readonly built: () => Promise<readonly string[]>;
  /** A file that its stap can wait for or leave: `$folder/NAME`. */
  readonly path: (name: string) => string;
  readonly vanish: () => Promise<void>;
}

export interface BuildRig extends AsyncDisposable {
  readonly folder: string;
  readonly cache: ModuleCache;
  readonly canaries: CanaryRecords;
  /** `behaviour`: sh that runs before the module is there; knows `$module` and `$folder`. */
  add(
    name: string,
    behaviour?: string,
    how?: { readonly over?: 'ssh' | 'local'; readonly stap?: string },
  ): Promise<RigHost>;
  /** Builds, and resolves to what is printed of it. */
  run(builds: readonly PlannedBuild[], options?: Partial<WorkshopOptions>): Promise<Ran>;
}

export interface Ran {
  readonly lines: readonly string[];
  readonly events: readonly EventBody[];
  readonly results: Builds | undefined;
  /** The build hosts whose facts were dropped. */
  readonly dropped: readonly string[];
  readonly thrown: unknown;
}

export async function makeBuildRig(): Promise<BuildRig> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-builders-'));
  const open: AsyncDisposable[] = [];
  const openBuildHosts = new Map<HostName, OpenBuildHost>();
  const cache = openModuleCache(join(folder, 'modules'));
  const canaries = openCanaryRecords(join(folder, 'canaries'));
  return {
    folder,
    cache,
    canaries,
    async add(name, behaviour = ':', { over = 'ssh', stap: version = '5.1' } = {}) {
      const own = join(folder, name);
      await mkdir(own);
      await writeFile(join(own, 'module.ko'), elfModule([`vermagic=${release} SMP mod_unload`, 'name=x']));
      const stap = join(own, 'stap');
      await writeFile(stap, standIn(own, behaviour));
      await chmod(stap, 0o755);
      const sshd = over === 'ssh' ? await startLoopbackSshd() : undefined;
      if (sshd !== undefined) open.push(sshd);
      const transport = sshd === undefined ? createLocalTransport() : createSshTransport();
      const host = sshd?.host ?? makeHost(name, { connection: { kind: 'local' } });
      const connection = await transport.connect(host, connectOptions());
      if (!connection.ok) throw new Error(connection.error.cause);
      open.unshift(connection.value);
      const openBuildHost: OpenBuildHost = {
        connection: connection.value,
        cpus: 2,
        directory: own,
        stap: { path: stap, version },
      };
      openBuildHosts.set(name as HostName, openBuildHost);
      return {
        name: name as HostName,
        openBuildHost,
        built: async () => (await readFile(join(own, 'calls'), 'utf8').catch(() => '')).split('\n').slice(0, -1),
        path: file => join(own, file),
        vanish: async () => sshd?.stop(),
      };
    },
    async run(builds, options = {}) {
      const events: EventBody[] = [];
      const dropped: string[] = [];
      let thrown: unknown;
      const workshop = openWorkshop({
        cache,
        canaries,
        events: {
          emit: event => {
            assertValidEvent({ ...event, time: '2026-11-23T00:41:05.000Z', run: '20261123T004105Z-1a2b3c' });
            events.push(event);
          },
          congestion: () => undefined,
        },
        signal: new AbortController().signal,
        limitSeconds: 60,
        nice: 0,
        saveLog: async logged => `/run/${logged}.log`,
        onFailure: async host => {
          dropped.push(host);
        },
        ...options,
      });
      workshop.begin(builds, openBuildHosts);
      const results = await workshop.provide(builds.map(({ id }) => id)).catch(error => {
        thrown = error;
        return undefined;
      });
      const lines = events.flatMap(event => progressLines(event as Event, 'verbose'));
      return { events, results, dropped, thrown, lines: lines.map(withoutTimes) };
    },
    async [Symbol.asyncDispose]() {
      for (const one of open) await one[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function standIn(folder: string, behaviour: string): string {
  return `#!/bin/sh
folder=${folder}
while [ $# -gt 0 ]; do
  case $1 in -m) module=$2; shift ;; esac
  shift
done
echo "$module" >>"$folder/calls"
${behaviour}
cp "$folder/module.ko" "$module.ko"
`;
}

function withoutTimes(line: string): string {
  return line
    .replace(/\b(?:\d+\.)?\d+s\b(?= \()|(?<=(?:in|ok,|after) )[\d.]+s/g, 'TIME')
    .replace(/(?<=\s)[\d.]+k?B\b/, 'SIZE');
}

/** A build by the first of `hosts`, the others its alternatives; each with a key of its own, and by default a canary too. */
export function planned(
  module: string,
  hosts: readonly RigHost[],
  {
    canary = host => `${host.openBuildHost.stap.version}`,
    guru = false,
    good = false,
  }: {
    readonly canary?: (host: RigHost) => string;
    readonly guru?: boolean;
    readonly good?: boolean;
  } = {},
): PlannedBuild {
  const [first, ...others] = hosts.map(
    (host): BuildPlace => ({
      buildHost: host.name,
      artifact: { key: hex(`${module} ${host.name}`) as ArtifactKey, state: 'to-build' },
      canary: { key: hex(canary(host)) as CanaryKey, state: good ? 'known-good' : 'untried' },
    }),
  );
  if (first === undefined) throw new Error('nobody builds it');
  return {
    id: `${module}@${release}/x86_64` as BuildId,
    module: module as ModuleName,
    kernelGroup: `${release}/x86_64` as KernelGroupId,
    release,
    machine: 'x86_64' as Machine,
    source: { path: `${module}.stp`, text: 'probe begin { exit() }\n' },
    args: [],
    options: { guru, defines: {}, beltSeconds: 120 },
    ...first,
    alternatives: others,
    hosts: [],
  };
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64);
}

/** Resolves when the file is there. */
export async function appears(file: string): Promise<void> {
  for (let waits = 0; waits < 1_000; waits++) {
    if ((await readFile(file).catch(() => undefined)) !== undefined) return;
    await sleep(20);
  }
  throw new Error(`${file} does not appear`);
}
