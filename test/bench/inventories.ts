import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRounds, medianBy } from './in-rounds.ts';
import { measure } from './measure.ts';
import { tapbook } from './tapbook-command.ts';

/** Ten thousand hosts in a hundred groups, in one written form, and Ansible on the same files, once: it is slow. */
export interface InventoryRun {
  readonly name: string;
  readonly hosts: number;
  readonly seconds: number;
  readonly memoryMb: number;
  readonly ansibleSeconds?: number;
}

const hostCount = 10_000;
const groupCount = 100;

const forms: readonly (readonly [string, string])[] = [
  ['INI with a host_vars file a host', 'hosts'],
  ['one YAML file', 'single/all.yml'],
  ['one JSON file', 'single/all.json'],
];

export async function measureInventories(rounds: number): Promise<readonly InventoryRun[]> {
  const directory = mkdtempSync(join(tmpdir(), 'tapbook-bench-'));
  try {
    plant(directory);
    const hasAnsible = spawnSync('sh', ['-c', 'command -v ansible-inventory']).status === 0;
    const results: InventoryRun[] = [];
    for (const [name, source] of forms) {
      const path = join(directory, source);
      const list = (): ReturnType<typeof measure> =>
        measure(tapbook('inventory', 'list', '-i', path), { stdout: '/dev/null' });
      const [runs = []] = await inRounds(rounds, [list]);
      const ours = medianBy(runs, run => run.wallSeconds);
      const theirs = hasAnsible
        ? await measure(['ansible-inventory', '-i', path, '--list', '--export'], { stdout: '/dev/null' })
        : undefined;
      results.push({
        name,
        hosts: hostCount,
        seconds: ours.wallSeconds,
        memoryMb: ours.memoryMb,
        ...(theirs === undefined ? {} : { ansibleSeconds: theirs.wallSeconds }),
      });
    }
    return results;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function plant(directory: string): void {
  for (const name of ['host_vars', 'group_vars', 'single']) mkdirSync(join(directory, name));
  const groups = Array.from({ length: groupCount }, (): string[] => []);
  for (let index = 0; index < hostCount; index++) {
    const host = `host${String(index).padStart(5, '0')}`;
    groups[index % groupCount]?.push(host);
    const vars = `---\nansible_host: 10.0.${index >> 8}.${index & 255}\nrack: r${index % 40}\nlabels:\n  zone: eu-${index % 3}\n`;
    writeFileSync(join(directory, 'host_vars', `${host}.yml`), vars);
  }
  const ini: string[] = [];
  const yaml = ['all:', '  children:'];
  const json: Record<string, unknown> = {};
  for (const [number, hosts] of groups.entries()) {
    const name = `g${number}`;
    ini.push(`[${name}]`, ...hosts);
    yaml.push(`    ${name}:`, '      hosts:');
    for (const host of hosts)
      yaml.push(`        ${host}:`, `          ansible_host: 10.0.0.${number}`, '          rack: r1');
    json[name] = { hosts: Object.fromEntries(hosts.map(host => [host, { ansible_host: '10.0.0.1', rack: 'r1' }])) };
    writeFileSync(join(directory, 'group_vars', `${name}.yml`), `role: r${number}\nntp: [a, b]\n`);
  }
  writeFileSync(join(directory, 'hosts'), `${ini.join('\n')}\n`);
  writeFileSync(join(directory, 'single/all.yml'), `${yaml.join('\n')}\n`);
  writeFileSync(join(directory, 'single/all.json'), JSON.stringify(json));
}
