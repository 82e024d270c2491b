// The inventory part of `npm run bench`: ten thousand hosts in a hundred groups, in three forms, and ansible-inventory on
// the same files, once each: it is slow.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const hostCount = 10_000;
const groupCount = 100;
const rounds = 5;

export function benchInventory(program) {
  const directory = mkdtempSync(join(tmpdir(), 'tapbook-bench-'));
  try {
    plant(directory);
    return ['hosts', 'single/all.yml', 'single/all.json'].map(source =>
      compare(program, join(directory, source), source),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function compare(program, path, source) {
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    const ms = time(process.execPath, [program, 'inventory', 'list', '-i', path]);
    if (round > 0) times.push(ms);
  }
  const name = source === 'hosts' ? 'INI with a host_vars file a host' : source;
  const ansible = time('ansible-inventory', ['-i', path, '--list', '--export']);
  return { name, hosts: hostCount, ms: times.sort((left, right) => left - right)[Math.floor(rounds / 2)], ansible };
}

/** Milliseconds, or undefined where there is no such program. */
function time(command, args) {
  const started = performance.now();
  const { status, error } = spawnSync(command, args, { stdio: 'ignore' });
  if (error?.code === 'ENOENT') return undefined;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exits ${status}`);
  return Number((performance.now() - started).toFixed(0));
}

function plant(directory) {
  for (const name of ['host_vars', 'group_vars', 'single']) mkdirSync(join(directory, name));
  const groups = Array.from({ length: groupCount }, () => []);
  for (let index = 0; index < hostCount; index++) {
    const host = `host${String(index).padStart(5, '0')}`;
    groups[index % groupCount].push(host);
    const vars = `---\nansible_host: 10.0.${index >> 8}.${index & 255}\nrack: r${index % 40}\nlabels:\n  zone: eu-${index % 3}\n`;
    writeFileSync(join(directory, 'host_vars', `${host}.yml`), vars);
  }
  const ini = [];
  const yaml = ['all:', '  children:'];
  const json = {};
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
