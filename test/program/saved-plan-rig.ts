import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elfModule } from '../support/elf-module.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../support/loopback-sshd.ts';
import { movedShell } from '../support/moved-shell.ts';
import { type Finished, runTapbook } from '../support/tapbook.ts';

export const release = '6.1.0-55-cloud-amd64';
export const newer = '6.1.0-56-cloud-amd64';

/** What a host of the fleet says of itself; it can change from one run to the next. */
export interface Said {
  readonly release?: string;
  readonly version?: string;
  readonly runtime?: string;
  readonly stap?: string;
  readonly bootId?: string;
}

/**
 * Targets and a build host, each a real sshd on loopback with stand-ins for uname, staprun, stap and the compiler, and
 * with modules, a boot id and kernel trees of its own.
 */
export interface PlanRig extends AsyncDisposable {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): Promise<string>;
  read(name: string): Promise<string>;
  /** What the host says from now on, besides what it has said before. */
  change(host: string, said: Said): Promise<void>;
  /** The inventory, of these hosts, with more variables for some of them. */
  inventory(hosts: readonly string[], more?: Readonly<Record<string, string>>): Promise<void>;
  /** What was run on the host, a line each. */
  ran(host: string): Promise<readonly string[]>;
  /** The modules that were built. */
  built(): Promise<readonly string[]>;
  stop(host: string): Promise<void>;
  /** Runs the program in the folder. */
  tapbook(...args: readonly string[]): Promise<Finished>;
  /** What was printed, with what differs from one test run to the next replaced. */
  plain(text: string): string;
}

export async function makePlanRig(targets: readonly string[] = ['db1', 'db2']): Promise<PlanRig> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-plans-'));
  const path = (name: string): string => join(folder, name);
  const names = [...targets, 'builder'];
  const servers = new Map<string, LoopbackSshd>();
  const said = new Map<string, Said>();
  const change = async (host: string, now: Said): Promise<void> => {
    const all = {
      release,
      version: '#1 SMP Debian',
      runtime: '5.1',
      stap: '5.1',
      bootId: 'boot-1',
      ...said.get(host),
      ...now,
    };
    said.set(host, all);
    await writeFile(
      path(`${host}/uname`),
      `#!/bin/sh\ncase $1 in -r) echo '${all.release}' ;; -rm) echo '${all.release} x86_64' ;; -rvm) echo '${all.release} ${all.version} x86_64' ;; esac\n`,
    );
    await writeFile(
      path(`${host}/staprun`),
      `#!/bin/sh\n[ "$1" != -V ] || { echo 'Systemtap module loader/runner (version ${all.runtime}/0.192)' >&2; exit; }\n[ "$1" != -d ] || exit 1\necho "$*" >>${path(host)}/ran\necho "hello $*"\n`,
    );
    await writeFile(path(`${host}/boot_id`), `${all.bootId}\n`);
    await writeFile(path(`${host}/modules`), 'ext4 1 0 - Live 0x0\n');
    await writeFile(path(`${host}/sh`), shell(path(host)));
    if (host === 'builder') await writeFile(path('builder/stap'), stap(path('builder'), all.stap));
    await writeFile(path(`${host}/gcc`), '#!/bin/sh\necho "gcc (Debian 12.2.0-14) 12.2.0"\n');
    await writeFile(path(`${host}/make`), '#!/bin/sh\n');
    for (const program of ['uname', 'staprun', 'sh', 'stap', 'gcc', 'make'])
      await chmod(path(`${host}/${program}`), 0o755).catch(() => 0);
  };
  const rig: PlanRig = {
    folder,
    path,
    change,
    async write(name, content) {
      await writeFile(path(name), content);
      return path(name);
    },
    read: name => readFile(path(name), 'utf8'),
    async inventory(hosts, more = {}) {
      const line = (name: string): string => {
        const server = servers.get(name);
        if (server === undefined) throw new Error(`no host ${name}`);
        const vars = [
          'ansible_host=127.0.0.1',
          `ansible_port=${server.port}`,
          `ansible_ssh_private_key_file=${server.privateKeyFile}`,
          `tapbook_known_hosts_file=${server.knownHostsFile}`,
          'ansible_ssh_common_args="-F none"',
        ];
        return `${name} ${vars.join(' ')} ${more[name] ?? ''}`;
      };
      const text = ['[db]', ...hosts.map(line), '[build_hosts]', line('builder'), ''].join('\n');
      await writeFile(path('hosts.ini'), text);
    },
    ran: async host => lines(await readFile(path(`${host}/ran`), 'utf8').catch(() => '')),
    built: async () => lines(await readFile(path('builder/built'), 'utf8').catch(() => '')),
    stop: async host => servers.get(host)?.stop(),
    tapbook: (...args) =>
      runTapbook(args, { cwd: folder, env: { XDG_CACHE_HOME: path('cache'), XDG_STATE_HOME: path('state') } }),
    plain(text) {
      const replaced = [...servers].reduce(
        (all, [name, { port }]) => all.replaceAll(String(port), `PORT-${name}`),
        text,
      );
      return replaced
        .replaceAll(folder, 'DIR')
        .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, 'RUN')
        .replaceAll(/\b[0-9a-f]{64}\b/g, 'SHA256')
        .replaceAll(/\b[0-9a-f]{12}\b/g, 'KEY')
        .replaceAll(/\b\d+(?:\.\d+)?s\b/g, 'TIME');
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers.values()) await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await Promise.all(
    names.map(async name => {
      await mkdir(path(name));
      await change(name, {});
      servers.set(name, await startLoopbackSshd({ path: `${path(name)}:/usr/local/bin:/usr/bin:/bin` }));
    }),
  );
  for (const one of [release, newer]) {
    await tree(path(`builder/trees/${one}/build`), one);
    await writeFile(path(`builder/${one}.ko`), elfModule([`vermagic=${one} SMP mod_unload`, 'parmtype=interval:long']));
  }
  await rig.inventory(targets);
  await rig.write('io.stp', 'global interval = 5\nprobe begin { println(interval) exit() }\n');
  await rig.write('io.yml', playbook(''));
  return rig;
}

/** `more`: keys of the play, two blanks before each. */
export function playbook(more: string): string {
  return `- name: Reads
  hosts: db
${more}  scripts:
    - { name: io, source: io.stp, until_exit: true, globals: { interval: "{{ interval | default: 7 }}" } }
`;
}

/** Where this host's modules, its boot id and its kernel trees are. */
function shell(folder: string): string {
  return movedShell({
    '/proc/modules': `${folder}/modules`,
    '/proc/sys/kernel/random/boot_id': `${folder}/boot_id`,
    '/lib/modules/': `${folder}/trees/`,
  });
}

async function tree(folder: string, ofRelease: string): Promise<void> {
  await mkdir(join(folder, 'include/generated'), { recursive: true });
  const files = {
    '.config': 'CONFIG_CC_VERSION_TEXT="gcc-12 (Debian 12.2.0-14) 12.2.0"\n',
    'Module.symvers': `0x1 printk vmlinux ${ofRelease}\n`,
    Makefile: '',
    'include/generated/compile.h': '#define LINUX_COMPILE_BY "debian"\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

function stap(folder: string, version: string): string {
  return `#!/bin/sh
[ "$1" != -V ] || { echo 'Systemtap translator/driver (version ${version}/0.192)'; exit; }
while [ $# -gt 0 ]; do
  case $1 in -m) module=$2; shift ;; -r) release=$2; shift ;; esac
  shift
done
[ "$module" = tapbook_canary ] || echo "$module $release" >>"${folder}/built"
cp "${folder}/$release.ko" "$module.ko"
`;
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter(line => line !== '');
}
