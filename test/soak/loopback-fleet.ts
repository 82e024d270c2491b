import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StandInFleet } from '../support/stand-in-fleet.ts';
import { memoryOf, type SoakFleet } from './soak.ts';

/** A soak of hosts that are real sshds with a stand-in staprun. */
export async function soakLoopback(fleet: StandInFleet): Promise<SoakFleet> {
  const playbook = await fleet.playbook(
    'soak.yml',
    `- hosts: db\n  scripts: [{ name: soak, inline: 'probe timer.s(1) { println(1) }', duration: 1s }]\n`,
  );
  return {
    env: fleet.env,
    inventory: fleet.inventory,
    playbook,
    ownFolders: ['cache', 'state'].map(path => join(fleet.folder, path)),
    left: () => fleet.left(),
    async measureHosts() {
      const servers = await findProcesses(fleet.hosts.map(({ sshd }) => sshd.directory));
      const handles = await Promise.all(
        servers.map(async pid => (await readdir(`/proc/${pid}/fd`).catch(() => [])).length),
      );
      const memory = await Promise.all(servers.map(pid => memoryOf(pid, 'VmRSS')));
      const roots = fleet.hosts.flatMap(({ root }) =>
        ['tmp', 'var-tmp', 'run', 'sys/module'].map(path => join(root, path)),
      );
      const hostFiles = await Promise.all(roots.map(async path => (await readdir(path)).length));
      return { hostFiles: sum(hostFiles), processes: servers.length, handles: sum(handles), serverKb: sum(memory) };
    },
  };
}

async function findProcesses(words: readonly string[]): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async pid => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return words.some(word => line.includes(word)) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
