import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { labEnvironment, onLabHost, sendToLabHost } from '../support/lab.ts';
import { measure } from './measure.ts';
import { tapbook } from './tapbook-command.ts';

/** The same script on the lab's three targets, which run two kernels; in seconds. */
export interface RemoteRun {
  readonly name: string;
  /** Nothing was built before. */
  readonly first: number;
  /** The median of those after it. */
  readonly again: number;
}

const targets = ['db1', 'db2', 'web1'] as const;

/**
 * `tapbook apply` beside `stap --remote` from the lab's build host, which has SystemTap and can reach the targets: one for
 * each target, at the same time, since without stapsh, which Debian has not, stap takes one only and copies by scp. It
 * keeps its modules too.
 */
export async function measureStapRemote(rounds: number): Promise<readonly RemoteRun[]> {
  const lab = await labEnvironment();
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-bench-lab-'));
  // Another text each time: what earlier runs have built must not help.
  const script = `probe begin { println("bench ${process.pid} ${Date.now()}") exit() }`;
  try {
    const ours = await runSeveral(rounds, () => runTapbook(folder, lab['TAPBOOK_LAB_INVENTORY'] ?? '', script));
    const theirs = await withRemoteLogin(lab, login => runSeveral(rounds, () => runRemote(login, script)));
    return [
      { name: 'tapbook apply', ...ours },
      { name: 'stap --remote', ...theirs },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runSeveral(rounds: number, run: () => Promise<number>): Promise<Omit<RemoteRun, 'name'>> {
  const first = await run();
  const later: number[] = [];
  for (let round = 0; round < rounds; round++) later.push(await run());
  return { first, again: later.toSorted((left, right) => left - right)[later.length >> 1] ?? Number.NaN };
}

async function runTapbook(folder: string, inventory: string, script: string): Promise<number> {
  const playbook = join(folder, 'bench.yml');
  await writeFile(
    playbook,
    `- hosts: ${targets.join(',')}\n  build_hosts: builder\n  scripts: [{ name: bench_lab, inline: '${script}', until_exit: true }]\n`,
  );
  const env = { XDG_CACHE_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state') };
  const ran = await measure(tapbook('apply', playbook, '-i', inventory), { env });
  if (ran.code !== 0) throw new Error(`tapbook: exit ${ran.code}: ${ran.output}`);
  return ran.wallSeconds;
}

interface RemoteLogin {
  readonly folder: string;
  readonly ports: readonly string[];
}

/** Gives the build host the lab's key, and an ssh and a scp that use it, for as long as `use` runs. */
async function withRemoteLogin<Value>(
  lab: Readonly<Record<string, string>>,
  use: (login: RemoteLogin) => Promise<Value>,
): Promise<Value> {
  const folder = (await onLabHost('builder', 'mktemp -d /tmp/bench-remote-XXXXXX')).trim();
  try {
    await sendToLabHost('builder', `${folder}/key`, await readFile(lab['TAPBOOK_LAB_KEY'] ?? ''));
    const options = `-i ${folder}/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=${folder}/known -o LogLevel=ERROR`;
    for (const program of ['ssh', 'scp']) {
      const text = `#!/bin/sh\nexec /usr/bin/${program} ${options} "$@"\n`;
      await sendToLabHost('builder', `${folder}/${program}`, Buffer.from(text));
    }
    await onLabHost('builder', `chmod 600 ${folder}/key; chmod +x ${folder}/ssh ${folder}/scp`);
    return await use({ folder, ports: targets.map(host => lab[`PORT_${host}`] ?? '') });
  } finally {
    await onLabHost('builder', `rm -rf ${folder}`);
  }
}

/** By the build host's clock, without the login there. */
async function runRemote({ folder, ports }: RemoteLogin, script: string): Promise<number> {
  await sendToLabHost('builder', `${folder}/bench.stp`, Buffer.from(script));
  const command = `cd ${folder}; PATH=${folder}:$PATH; before=$(date +%s%N)
for port in ${ports.join(' ')}; do timeout 300 stap --remote ssh://root@127.0.0.1:$port bench.stp >out.$port 2>&1 & done
wait; after=$(date +%s%N)
cat out.* | grep -c '^bench '; echo $(((after - before) / 1000000)); cat out.*`;
  const lab = new URL('../lab/lab.sh', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)('bash', [lab, 'ssh', 'builder', command], { timeout: 400_000 });
  const [lines, milliseconds] = stdout.trim().split('\n');
  if (Number(lines) !== ports.length) throw new Error(`stap --remote: ${stdout}`);
  return Number(milliseconds) / 1000;
}
