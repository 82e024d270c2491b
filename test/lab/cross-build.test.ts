import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readModinfo } from '../../src/elf/read-modinfo.ts';
import { probeBuildHost } from '../../src/facts/probe-host.ts';
import type { HostName, KernelRelease, Machine } from '../../src/model/ids.ts';
import type { PlannedPlay } from '../../src/model/plan.ts';
import { openWorkshop } from '../../src/module/build/open-workshop.ts';
import { artifactKey } from '../../src/module/cache/artifact-key.ts';
import { openCanaryRecords } from '../../src/module/cache/canary-records.ts';
import { type Artifact, openModuleCache } from '../../src/module/cache/module-cache.ts';
import { planPlay } from '../../src/plan/plan-play.ts';
import type { Play } from '../../src/playbook/playbook.ts';
import { createSshTransport } from '../../src/transport/ssh/ssh-transport.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { bind, judging, makeHost, makePlay, ready } from '../plan/rig.ts';
import { loadPlay } from '../playbook/rig.ts';
import { connectOptions } from '../support/connect-options.ts';
import { labEnvironment, labHome, onLabHost } from '../support/lab.ts';
import { startTapbook } from '../support/tapbook.ts';

/** A real build host, reached as a run reaches it; the targets are as their facts would say, for want of such machines. */
let lab: Readonly<Record<string, string>> = {};
let home = '';
let connection: Connection;

beforeAll(async () => {
  lab = await labEnvironment();
  home = await mkdtemp(join(tmpdir(), 'tapbook-lab-cross-'));
  const builder = makeHost('builder', {
    connection: {
      kind: 'ssh',
      client: 'any',
      address: '127.0.0.1',
      port: Number(lab['PORT_builder']),
      user: 'root',
      privateKeyFile: lab['TAPBOOK_LAB_KEY'] ?? '',
      knownHostsFile: lab['TAPBOOK_LAB_KNOWN_HOSTS'] ?? '',
    },
  });
  const connected = await createSshTransport({ say: () => undefined }).connect(builder, connectOptions());
  if (!connected.ok) throw new Error(connected.error.cause);
  connection = connected.value;
});

afterAll(async () => {
  await connection[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

/** Plans a play for one target of this kernel, and builds it on the lab's build host. */
async function build(release: string, machine: string, play: Play): Promise<{ plan: PlannedPlay; artifact: Artifact }> {
  const { signal } = new AbortController();
  const kernel = { release: release as KernelRelease, machine: machine as Machine, version: '#1 SMP Debian' };
  const facts = await probeBuildHost(
    connection,
    { releases: [kernel.release], signingKeys: play.sign === undefined ? [] : [play.sign.key], probedPaths: [] },
    { signal, limitMs: 30_000 },
  );
  if (!facts.ok) throw new Error(facts.error.cause);
  const name = 'builder' as HostName;
  const plan = planPlay({
    play,
    targets: [ready('target1', { facts: { kernel }, scripts: play.scripts.map(script => bind(script)) })],
    builders: [{ kind: 'ready', host: makeHost('builder'), facts: facts.value }],
    playBuilders: [name],
    kernelBuilders: new Map(),
    locate: inputs => ({ key: artifactKey(inputs), state: 'to-build' }),
    lookUpCanary: judging(),
  });
  for (const { decision } of plan.hosts) {
    if (decision.kind === 'fail') throw new Error(decision.failures[0].cause);
    expect(decision.kind).toBe('run');
  }
  const { cpus, buildDirectory: directory, stap } = facts.value;
  if (stap === undefined) throw new Error('no stap');
  await using workshop = openWorkshop({
    cache: openModuleCache(join(home, 'modules')),
    canaries: openCanaryRecords(join(home, 'canaries')),
    events: { emit: () => undefined, congestion: () => undefined },
    signal,
    limitSeconds: 600,
    nice: 0,
    saveLog: async () => undefined,
    onFailure: async () => undefined,
  });
  workshop.begin(plan.builds, new Map([[name, { connection, cpus, directory, stap }]]));
  const builds = await workshop.provide(plan.builds.map(({ id }) => id));
  const [result] = builds.values();
  if (result?.ok !== true) throw new Error(`${result?.error.cause.replace('builder: ', '')}\n${result?.error.detail}`);
  return { plan, artifact: result.value };
}

/** The folders of builds of a script on the build host, on which others build at the same time. */
async function folders(script: string): Promise<string> {
  return onLabHost('builder', `ls -d /var/tmp/tapbook-build-*/${script}.stp 2>/dev/null || true`);
}

describe('another machine', () => {
  test("a module for arm64, by Debian's cross compiler", async () => {
    const release = lab['KERNEL_FOREIGN'] ?? '';
    expect(release).toMatch(/-cloud-arm64$/);
    const { plan, artifact } = await build(release, 'aarch64', makePlay());
    expect(plan.builds[0]?.cross).toEqual({ arch: 'arm64', prefix: 'aarch64-linux-gnu-' });
    const info = readModinfo(artifact.bytes);
    // EM_AARCH64 of elf.h.
    expect(info.ok && info.value.elfMachine).toBe(183);
    expect(artifact.vermagic).toMatch(new RegExp(`^${release} SMP .*aarch64`));
    expect(await folders(artifact.module)).toBe('');
  });
});

describe('what a play says about its builds', () => {
  test('a tapset of its own, stamps, and a signature that modinfo shows', async () => {
    const key = '/root/lab-mok.key';
    await onLabHost(
      'builder',
      `openssl req -new -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=lab-signer/ -keyout ${key} -out /root/lab-mok.pem 2>/dev/null`,
    );
    const certificate = await onLabHost('builder', 'cat /root/lab-mok.pem');
    const play = await loadPlay(
      `- hosts: db
  sign: { key: ${key}, cert: mok.pem }
  build: { nice: 5, memory: 8GiB }
  scripts:
    - name: stamped
      inline: 'probe begin { println(of_our_own()) exit() }'
      until_exit: true
      stap_options: { tapset_dirs: [tapset], modinfo: { owner: dba }, privilege: stapdev }
`,
      { 'mok.pem': certificate, 'tapset/own.stp': 'function of_our_own() { return 42 }\n' },
    );
    const { artifact } = await build(lab['KERNEL_A'] ?? '', 'x86_64', play);
    const info = readModinfo(artifact.bytes);
    const signature = info.ok ? info.value.signature : undefined;
    const path = join(home, 'stamped.ko');
    await writeFile(path, artifact.bytes);
    const base64 =
      Buffer.from(artifact.bytes)
        .toString('base64')
        .match(/.{1,60000}/g) ?? [];
    await onLabHost('builder', 'rm -f /root/stamped.b64');
    for (const part of base64) await onLabHost('builder', `printf %s '${part}' >>/root/stamped.b64`);
    const said = await onLabHost(
      'builder',
      'base64 -d /root/stamped.b64 >/root/stamped.ko; for f in owner sig_id signer sig_hashalgo sig_key; do modinfo -F $f /root/stamped.ko; done; rm /root/stamped.*',
    );
    expect(said).toMatch(/^dba\nPKCS#7\nlab-signer\nsha256\n/);
    // Our reader and modinfo say the same.
    const own = [signature?.kind, signature?.signer, signature?.hash, signature?.serial];
    expect(said.replaceAll(':', '').split('\n').slice(1, 5)).toEqual(own);
    expect(await folders('stamped')).toBe('');
  });

  test('who cannot sign is not asked to build', async () => {
    const certificate = await onLabHost('builder', 'cat /root/lab-mok.pem');
    const play = await loadPlay(
      "- hosts: db\n  sign: { key: /root/nowhere.key, cert: mok.pem }\n  scripts: [{ name: unsigned, inline: 'probe begin { exit() }', until_exit: true }]\n",
      { 'mok.pem': certificate },
    );
    await expect(build(lab['KERNEL_A'] ?? '', 'x86_64', play)).rejects.toThrow(
      /builder: there is no key \/root\/nowhere.key that root may read$/,
    );
    expect(await folders('unsigned')).toBe('');
  });
});

test('a killed tapbook leaves no folder on the build host', async () => {
  const script = `killed${process.pid}`;
  const playbook = join(home, 'killed.yml');
  await writeFile(
    playbook,
    `- hosts: db1
  scripts: [{ name: ${script}, inline: 'probe begin { exit() }', until_exit: true }]
`,
  );
  const env = labHome(home);
  const running = startTapbook(['build', playbook, '-i', lab['TAPBOOK_LAB_INVENTORY'] ?? ''], { env });
  let began = '';
  for (let tries = 0; began === '' && tries < 300; tries++) {
    await new Promise(resolve => setTimeout(resolve, 200));
    began = await folders(script);
  }
  expect(began).not.toBe('');
  running.kill('SIGKILL');
  await running.finished;
  let left = await folders(script);
  for (let tries = 0; left !== '' && tries < 30; tries++) {
    await new Promise(resolve => setTimeout(resolve, 500));
    left = await folders(script);
  }
  expect(left).toBe('');
});
