import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labEnvironment, leftOnTarget, onLabHost } from '../support/lab.ts';
import type { HostFootprint, SoakFleet } from './soak.ts';

/** Two kernels of the lab. */
const hosts = ['db1', 'web1'];

/**
 * A soak of real kernels: what a load and an unload leave in the kernel counts too (its slabs, under `serverKb`, beside
 * sshd's memory), and every file of /tmp, /var/tmp and /run, whoever made it.
 */
export async function soakLab(folder: string): Promise<SoakFleet> {
  const inventory = (await labEnvironment())['TAPBOOK_LAB_INVENTORY'];
  if (inventory === undefined) throw new Error('the lab is not up: bash test/lab/lab.sh up');
  const playbook = join(folder, 'soak.yml');
  await writeFile(
    playbook,
    `- hosts: ${hosts.join(',')}\n  scripts: [{ name: lab_soak, inline: 'probe timer.s(1) { println(1) }', duration: 1s }]\n`,
  );
  const ownFolders = ['cache', 'state'].map(path => join(folder, path));
  await Promise.all(ownFolders.map(path => mkdir(path)));
  return {
    env: { XDG_CACHE_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state') },
    inventory,
    playbook,
    ownFolders,
    async measureHosts() {
      const all = await Promise.all(hosts.map(measureHost));
      const sum = (key: keyof HostFootprint): number => all.reduce((total, one) => total + one[key], 0);
      return {
        hostFiles: sum('hostFiles'),
        processes: sum('processes'),
        handles: sum('handles'),
        serverKb: sum('serverKb'),
      };
    },
    async left() {
      const found = await Promise.all(hosts.map(host => leftOnTarget(host, ['lab_soak'])));
      return found.flatMap((lines, at) => lines.map(line => `${hosts[at]}: ${line}`));
    },
  };
}

const look = [
  'echo 3 >/proc/sys/vm/drop_caches',
  'find /tmp /var/tmp /run /sys/module -mindepth 1 -maxdepth 1 | wc -l',
  // Kernel threads come and go as the kernel likes: they have no command line.
  'cat /proc/[0-9]*/cmdline 2>/dev/null | tr -s "\\000" "\\n" | grep -c sshd',
  'for pid in $(pidof sshd); do ls /proc/$pid/fd; done | wc -l',
  "{ awk '/^Slab:/ {print $2}' /proc/meminfo; for pid in $(pidof sshd); do awk '/^VmRSS:/ {print $2}' /proc/$pid/status; done; } | awk '{sum += $1} END {print sum}'",
].join('; ');

async function measureHost(host: string): Promise<HostFootprint> {
  const output = await onLabHost(host, look);
  const [hostFiles, processes, handles, serverKb] = output.trim().split('\n').map(Number);
  if (hostFiles === undefined || processes === undefined || handles === undefined || !serverKb)
    throw new Error(`${host} does not say what it holds: ${output}`);
  return { hostFiles, processes, handles, serverKb };
}
