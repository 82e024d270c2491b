import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchFleet } from './bench-fleet.ts';

/** How the peers' ssh agrees on keys: as it likes, or by what tapbook prefers and costs seven times less CPU. */
export type KeyExchange = 'default' | 'curve25519';

/**
 * A program that does the same job: a module to each host, and run it there. It is not taken away again, since all hosts
 * share one /tmp here: they are spared that.
 */
export interface Peer {
  readonly name: string;
  /** What has to be there, and the Debian package that brings it. */
  readonly program: string;
  readonly debianPackage: string;
  readonly command: (job: PeerJob) => Promise<PeerCommand>;
}

export interface PeerJob {
  readonly fleet: BenchFleet;
  readonly addresses: readonly string[];
  readonly sshConfig: string;
  /** A new one for each run. */
  readonly folder: string;
}

interface PeerCommand {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

const there = '/tmp/bench.ko';
const run = `staprun ${there}`;

export const peers: readonly Peer[] = [
  {
    name: 'clush: copy, then run',
    program: 'clush',
    debianPackage: 'clustershell',
    command: async ({ fleet, addresses, sshConfig }) => {
      const clush = `clush -q -o '-F ${sshConfig}' -w ${addresses.join(',')}`;
      return shell(`${clush} --copy ${fleet.module} --dest ${there} && ${clush} '${run}'`);
    },
  },
  {
    name: 'ansible: copy, command',
    program: 'ansible-playbook',
    debianPackage: 'ansible-core',
    command: async job => {
      const playbook = join(job.folder, 'play.yml');
      await writeFile(
        playbook,
        `- hosts: all
  gather_facts: false
  tasks:
    - copy: { src: ${job.fleet.module}, dest: ${there} }
    - command: staprun ${there}
      register: said
    - debug: { var: said.stdout_lines }
`,
      );
      return ansible(job, ['ansible-playbook', playbook]);
    },
  },
  {
    name: 'ansible: raw alone',
    program: 'ansible',
    debianPackage: 'ansible-core',
    command: job => ansible(job, ['ansible', 'all', '-m', 'raw', '-a', 'staprun']),
  },
  {
    name: 'parallel-scp, parallel-ssh',
    program: 'parallel-ssh',
    debianPackage: 'pssh',
    command: async ({ fleet, addresses, sshConfig, folder }) => {
      const hosts = join(folder, 'hosts');
      await writeFile(hosts, `${addresses.join('\n')}\n`);
      const common = `-h ${hosts} -t 0 -x '-F ${sshConfig}'`;
      return shell(`parallel-scp ${common} ${fleet.module} ${there}  && parallel-ssh -i ${common} '${run}'`);
    },
  },
  {
    name: 'xargs -P 32 ssh, one for all',
    program: 'ssh',
    debianPackage: 'openssh-client',
    command: async ({ fleet, addresses, sshConfig }) => {
      // Each its own file: one is read while others are still written.
      const remote = 'f=/tmp/bench-\\$\\$.ko; cat >\\$f; staprun \\$f';
      const ssh = `ssh -F ${sshConfig} "$1" "${remote}" <${fleet.module}`;
      return shell(`printf '%s\\n' ${addresses.join(' ')} | xargs -P 32 -I {} sh -c '${ssh}' sh {}`);
    },
  },
];

/** Its best case: many at a time, no temporary files for the code, one connection that is kept. */
async function ansible(
  { addresses, sshConfig, folder }: PeerJob,
  [program, ...args]: readonly [string, ...string[]],
): Promise<PeerCommand> {
  const [inventory, config, control] = ['hosts', 'ansible.cfg', 'cp'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(control);
  await writeFile(inventory, `${addresses.join('\n')}\n[all:vars]\nansible_python_interpreter=/usr/bin/python3\n`);
  await writeFile(
    config,
    `[defaults]
forks = 64
[ssh_connection]
pipelining = True
control_path_dir = ${control}
ssh_args = -F ${sshConfig} -o ControlMaster=auto -o ControlPersist=60s
`,
  );
  return { argv: [program, '-i', inventory, ...args], env: { ANSIBLE_CONFIG: config, ANSIBLE_NOCOLOR: '1' } };
}

function shell(line: string): PeerCommand {
  return { argv: ['sh', '-c', line] };
}

/** Installs what is missing where that can be done; to the peers that are there, and why others are not. */
export function findPeers(): { readonly found: readonly Peer[]; readonly missing: readonly string[] } {
  const isThere = ({ program }: Peer): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  const wanted = [...new Set(peers.filter(peer => !isThere(peer)).map(peer => peer.debianPackage))];
  if (wanted.length > 0 && process.getuid?.() === 0) {
    process.stdout.write(`installing ${wanted.join(', ')}\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...wanted], {
      env,
      stdio: 'ignore',
      timeout: 600_000,
    });
  }
  const found = peers.filter(isThere);
  const missing = peers.filter(peer => !found.includes(peer));
  return { found, missing: missing.map(({ name, debianPackage }) => `${name}: no package ${debianPackage}`) };
}
