import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { release, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { keepPlaces, type LoopbackSshd, startLoopbackSshd } from '../support/loopback-sshd.ts';
import { type BenchBuilder, startBenchBuilder } from './bench-builder.ts';
import type { KeyExchange } from './peers.ts';
import { kernelConfig, targetPrograms, unameOf } from './target-programs.ts';

/** Hundreds of addresses behind one real sshd, and a build host. */
export interface BenchFleet extends AsyncDisposable {
  readonly folder: string;
  /** The first so many addresses, with `lines` below, as Ansible and tapbook read them; another file each time. */
  readonly inventory: (count: number, ...lines: readonly string[]) => Promise<string>;
  readonly addresses: (count: number) => readonly string[];
  /** A file for who runs OpenSSH. */
  readonly sshConfig: (keyExchange: KeyExchange) => Promise<string>;
  readonly port: number;
  readonly module: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the server has seen so far. */
  readonly seen: () => ServerCounts;
  /** What tapbook has left in the hosts' /tmp. */
  readonly left: () => Promise<readonly string[]>;
  /** Takes away what is left there. */
  readonly sweep: () => Promise<void>;
  /** Lines of sh by which staprun does otherwise from now on; none: as at first. */
  readonly behave: (script: string) => Promise<void>;
  readonly builds: BenchBuilder['builds'];
}

export interface ServerCounts {
  readonly connections: number;
  readonly channels: number;
}

export interface BenchFleetOptions {
  /** What hosts say of their kernels; without, this machine's own. */
  readonly releases?: readonly string[];
  readonly stapSeconds?: number;
}

/** As many addresses are known. */
export const mostHosts = 2000;

/**
 * The hosts' user is root with an empty home and /bin/sh; /tmp, /run and /boot are the fleet's own, as where systemd has
 * begun a Debian. One kernel plays all of them, so no
 * module is ever loaded: staprun prints three lines and ends, and the lock against another run is not taken.
 */
export async function startBenchFleet({
  releases = [release()],
  stapSeconds = 0,
}: BenchFleetOptions = {}): Promise<BenchFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-bench-'));
  const at = (name: string): string => join(folder, name);
  const programs = { ...targetPrograms, ...(releases.length > 1 ? { uname: unameOf(releases) } : {}) };
  for (const name of ['bin', 'tmp', 'home', 'boot']) await mkdir(at(name));
  await chmod(at('tmp'), 0o1777);
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(at('bin'), name), text.replaceAll('RIG', folder), { mode: 0o755 });
  }
  for (const name of releases) await writeFile(join(at('boot'), `config-${name}`), kernelConfig);
  const accounts = await readFile('/etc/passwd', 'utf8');
  await writeFile(at('passwd'), accounts.replace(/^root:.*$/m, `root:x:0:0:root:${at('home')}:/bin/sh`));
  const sshd = await startTargets(folder);
  const builder = await startBenchBuilder(releases, stapSeconds);
  const addresses = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `127.1.${index >> 8}.${index & 255}`);
  const key = (await readFile(join(sshd.directory, 'host_ed25519.pub'), 'utf8')).trim();
  const known = addresses(mostHosts).map(address => `[${address}]:${sshd.port} ${key}\n`);
  await writeFile(at('known_hosts'), `${known.join('')}[127.0.0.1]:* ${key}\n`);
  const own = new Set([basename(folder), basename(sshd.directory)]);
  const remains = async (): Promise<readonly string[]> => (await readdir(at('tmp'))).filter(name => !own.has(name));
  let inventories = 0;
  return {
    folder,
    port: sshd.port,
    module: builder.module,
    addresses,
    env: builder.env,
    async inventory(count, ...lines) {
      const path = at(`hosts-${inventories++}.ini`);
      const hosts = [...addresses(count), ...lines].join('\n');
      const login = `ansible_port=${sshd.port}\nansible_ssh_private_key_file=${sshd.privateKeyFile}`;
      const reached = `${login}\ntapbook_known_hosts_file=${at('known_hosts')}`;
      await writeFile(path, `${builder.lines}\n[fleet]\n${hosts}\n\n[fleet:vars]\n${reached}\n`);
      return path;
    },
    async sshConfig(keyExchange) {
      const path = at(`ssh_config.${keyExchange}`);
      const lines = [
        ...['Host *', `Port ${sshd.port}`, 'User root', `IdentityFile ${sshd.privateKeyFile}`, 'IdentitiesOnly yes'],
        ...[`UserKnownHostsFile ${at('known_hosts')}`, 'GlobalKnownHostsFile /dev/null', 'BatchMode yes'],
        ...(keyExchange === 'default' ? [] : ['KexAlgorithms curve25519-sha256']),
      ];
      await writeFile(path, `${lines.join('\n')}\n`);
      return path;
    },
    seen: () => countSessions(sshd.log()),
    left: async () => (await remains()).filter(name => name.startsWith('tapbook-')),
    async sweep() {
      for (const name of await remains()) await rm(join(at('tmp'), name), { recursive: true });
    },
    behave: script => (script === '' ? rm(at('behaviour'), { force: true }) : writeFile(at('behaviour'), script)),
    builds: builder.builds,
    async [Symbol.asyncDispose]() {
      await sshd.stop();
      await sshd[Symbol.asyncDispose]();
      await builder[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function startTargets(folder: string): Promise<LoopbackSshd> {
  return startLoopbackSshd({
    path: `${folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    config: [
      ...['ListenAddress 0.0.0.0', 'MaxStartups 1000', 'MaxSessions 100', 'UseDNS no'],
      'Subsystem sftp /usr/lib/openssh/sftp-server',
    ],
    wrap: directory => {
      const apart = ['unshare', '--mount', '--propagation', 'private'];
      return [...apart, 'sh', '-c', ownFiles, 'sh', folder, directory];
    },
  });
}

/** By what sshd logs at VERBOSE. */
function countSessions(log: string): ServerCounts {
  return {
    connections: log.match(/^Connection from /gm)?.length ?? 0,
    channels: log.match(/^Starting session: /gm)?.length ?? 0,
  };
}

const ownFiles = `${keepPlaces}mount --rbind "$folder/tmp" /tmp
mount --bind "$folder/passwd" /etc/passwd
mount -t tmpfs none /run
mkdir -p /run/sshd /run/systemd/system
mount --bind "$folder/boot" /boot
# The kernel here may have no modules.
mount -t tmpfs none /sys/module
mkdir /sys/module/ext4
echo live >/sys/module/ext4/initstate
exec "$@"
`;
