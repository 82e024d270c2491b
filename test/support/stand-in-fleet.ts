import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { elfModule } from './elf-module.ts';
import { killAll } from './kill-all.ts';
import { keepPlaces, type LoopbackSshd, startLoopbackSshd } from './loopback-sshd.ts';
import { movedShell } from './moved-shell.ts';

/** Why there can be none here; undefined where there can. */
export function whyNoFleet(): string | undefined {
  return userInfo().uid === 0 ? undefined : 'hosts with a /tmp of their own need root';
}

/** A host behind a real sshd, with /tmp, /var/tmp and /run of its own, a stand-in kernel, staprun and stap. */
export interface StandInHost extends AsyncDisposable {
  readonly name: string;
  readonly sshd: LoopbackSshd;
  /** Below it: `tmp`, `var-tmp`, `run`, `sys/module` and `modules`, as the host sees them. */
  readonly root: string;
  /** What the stand-ins are to do otherwise, by a file of that name. */
  readonly behave: (as: Behaviour) => Promise<void>;
  /** Holds what comes to this point, until it is let go. */
  readonly hold: (gate: Gate) => Promise<void>;
  /** Resolves when something is held there. */
  readonly isHeld: (gate: Gate) => Promise<void>;
  readonly letGo: (gate: Gate) => Promise<void>;
  readonly behaveWell: () => Promise<void>;
  /** What of ours is there: folders and modules, and processes by the number of them. */
  readonly left: () => Promise<readonly string[]>;
  /** The processes of the one script that runs there. */
  readonly processes: () => Promise<ScriptProcesses>;
  /** The processes that look after supervisors there. */
  readonly caretakers: () => Promise<readonly number[]>;
  /** Kills all of them at once, its caretaker excepted. */
  readonly killScript: () => Promise<void>;
  /** The modules that are loaded. */
  readonly loaded: () => Promise<readonly string[]>;
}

export interface ScriptProcesses {
  readonly staprun: number;
  /** The supervisor's main shell, its watch, and the reader of its standard input. */
  readonly shell: number;
  readonly watch: number;
  readonly reader: number;
}

export type Behaviour =
  | 'flood'
  | 'slow-end'
  | 'silent'
  | 'fail'
  | 'slow-build'
  | 'no-build'
  /** A stap that prints 100 MB of bytes that are no text. */
  | 'garbage-build'
  /** A staprun that takes neither INT nor TERM. */
  | 'deaf'
  /** One that never says that its probes are armed. */
  | 'unarmed'
  /** One that finds another build of `victim` below `root` in a process. */
  | 'mismatch'
  /** One whose script ends with 255. */
  | 'exit-255'
  /** One whose script calls exit() after ten lines. */
  | 'exits'
  /** One that prints 100 MB of bytes that are no text, and calls exit(). */
  | 'garbage'
  /** No space where uploads go. */
  | 'full'
  /** It has been booted into another kernel. */
  | 'other-kernel';

/**
 * Where a run can be held: in its probe, before a binary is copied from there, while the module is sent, before it is loaded, before
 * its probes are armed, before `end` probes, while it is removed.
 */
export type Gate = 'probe' | 'fetch' | 'upload' | 'load' | 'arm' | 'stop' | 'cleanup';

export interface StandInFleet extends AsyncDisposable {
  readonly folder: string;
  readonly inventory: string;
  /** Cache, history and HOME of its own. */
  readonly env: Readonly<Record<string, string>>;
  readonly hosts: readonly StandInHost[];
  readonly host: (name: string) => StandInHost;
  readonly playbook: (name: string, text: string) => Promise<string>;
  /** What of ours is left on any of them: `db1 /tmp/tapbook-…`. */
  readonly left: () => Promise<readonly string[]>;
}

export const fleetRelease = '6.1.0-56-cloud-amd64';

/** The hosts `names`, all in the group `db`; the first one also builds. */
export async function startStandInFleet(...names: readonly string[]): Promise<StandInFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'stand-in-fleet-'));
  const hosts = await Promise.all(names.map(startHost));
  const lines = hosts.map(({ name, sshd }) => `${name} ansible_port=${sshd.port} ${connectionOf(sshd)}`);
  const inventory = join(folder, 'hosts.ini');
  await writeFile(
    inventory,
    `[build_hosts]\nbuilder ansible_port=${hosts[0]?.sshd.port} ${connectionOf(hosts[0]?.sshd)}\n\n[db]\n${lines.join('\n')}\n`,
  );
  return {
    folder,
    inventory,
    env: { XDG_CACHE_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state'), HOME: folder },
    hosts,
    host: name => {
      const found = hosts.find(host => host.name === name);
      if (found === undefined) throw new Error(`no ${name}`);
      return found;
    },
    async playbook(name, text) {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    },
    async left() {
      const all = await Promise.all(hosts.map(async host => (await host.left()).map(one => `${host.name} ${one}`)));
      return all.flat();
    },
    async [Symbol.asyncDispose]() {
      for (const host of hosts) await host[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asked again for a while: what ends by itself takes its time. */
export async function becomes<Value>(
  look: () => Promise<Value>,
  isRight: (value: Value) => boolean,
  mostTries = 600,
): Promise<Value> {
  for (let tries = 0; ; tries++) {
    const value = await look();
    if (isRight(value) || tries === mostTries) return value;
    await sleep(50);
  }
}

function connectionOf(sshd: LoopbackSshd | undefined): string {
  return `ansible_host=127.0.0.1 ansible_ssh_private_key_file=${sshd?.privateKeyFile} tapbook_known_hosts_file=${sshd?.knownHostsFile}`;
}

async function startHost(name: string): Promise<StandInHost> {
  const root = await mkdtemp(join(tmpdir(), 'stand-in-host-'));
  const tree = join(root, 'lib', 'modules', fleetRelease);
  for (const path of ['bin', 'tmp', 'var-tmp', 'run/sshd', 'sys/module', 'behaviour'])
    await mkdir(join(root, path), { recursive: true });
  for (const path of ['tmp', 'var-tmp']) await chmod(join(root, path), 0o1777);
  await mkdir(join(tree, 'build'), { recursive: true });
  for (const file of ['.config', 'Module.symvers', 'Makefile']) await writeFile(join(tree, 'build', file), '');
  const options = ['KPROBES', 'RELAY', 'UPROBES', 'TRACEPOINTS'].map(option => `CONFIG_${option}=y\n`);
  await writeFile(join(tree, 'config'), options.join(''));
  await writeFile(join(root, 'module.ko'), elfModule([`vermagic=${fleetRelease} SMP mod_unload`, 'name=x']));
  for (const [program, text] of Object.entries(standIns)) {
    await writeFile(join(root, 'bin', program), text.replaceAll('RIG', root));
    await chmod(join(root, 'bin', program), 0o755);
  }
  const sshd = await startLoopbackSshd({
    locks: '',
    path: `${join(root, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`,
    config: ['MaxStartups 100', 'MaxSessions 100'],
    wrap: directory => [
      'unshare',
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      ownFileSystem,
      'sh',
      root,
      directory,
    ],
  });
  const own = new Set([basename(root), basename(sshd.directory)]);
  const loaded = async (): Promise<readonly string[]> => (await readdir(join(root, 'sys/module'))).sort();
  return {
    name,
    root,
    sshd,
    behave: as => writeFile(join(root, 'behaviour', as), ''),
    hold: gate => writeFile(join(root, 'behaviour', `hold-${gate}`), ''),
    async isHeld(gate) {
      const isThere = (): Promise<boolean> =>
        access(join(root, 'behaviour', `at-${gate}`)).then(
          () => true,
          () => false,
        );
      if (!(await becomes(isThere, there => there))) throw new Error(`nothing comes to ${gate} on ${name}`);
    },
    letGo: gate => rm(join(root, 'behaviour', `hold-${gate}`), { force: true }),
    async behaveWell() {
      for (const file of await readdir(join(root, 'behaviour'))) await rm(join(root, 'behaviour', file));
    },
    loaded,
    processes: () => findScript(root),
    caretakers: () => listCaretakers(root),
    async killScript() {
      killAll((await listProcesses(root)).map(({ pid }) => pid));
    },
    async left() {
      const folders = await Promise.all(
        [
          ['/tmp', 'tmp'],
          ['/var/tmp', 'var-tmp'],
          ['/run', 'run'],
        ].map(async ([there, here = '']) =>
          (await readdir(join(root, here)))
            .filter(one => !own.has(one) && (here !== 'run' || one.startsWith('tapbook-')))
            .map(one => `${there}/${one}`),
        ),
      );
      const processes = await findProcesses(root);
      return [...folders.flat().sort(), ...(await loaded()), ...processes];
    },
    async [Symbol.asyncDispose]() {
      await sshd.stop();
      await sshd[Symbol.asyncDispose]();
      await becomes(
        () =>
          rm(root, { recursive: true, force: true }).then(
            () => 'gone',
            () => 'busy',
          ),
        state => state === 'gone',
      );
    },
  };
}

interface StandInProcess {
  readonly pid: number;
  readonly parent: number;
  readonly line: string;
}

/** The stand-ins that run, by their paths, the oldest first. */
async function listProcesses(root: string): Promise<readonly StandInProcess[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
  const read = (pid: number, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const all = await Promise.all(
    pids.map(async pid => {
      const line = (await read(pid, 'cmdline')).replaceAll('\0', ' ').trim();
      const parent = Number(/^PPid:\s*(\d+)$/m.exec(await read(pid, 'status'))?.[1]);
      return { pid, parent, line };
    }),
  );
  return all
    .filter(
      ({ line }) => line.includes(`${root}/bin/sta`) || (line.includes('tapbook-supervisor') && line.includes(root)),
    )
    .sort((left, right) => left.pid - right.pid);
}

async function findProcesses(root: string): Promise<readonly string[]> {
  // One may begin when the run is over already, and then ends by itself.
  const here = await becomes(
    () => listCaretakers(root),
    found => found.length === 0,
    100,
  );
  const caretakers = here.map(pid => `caretaker ${pid}`);
  return [...(await listProcesses(root)).map(({ line }) => `process ${line}`), ...caretakers];
}

/** Only their environment says whose they are. */
async function listCaretakers(root: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
  const environments = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => {
    const environment = environments[index] ?? '';
    return environment.includes('tapbook_dir=') && environment.includes(root);
  });
}

async function findScript(root: string): Promise<ScriptProcesses> {
  const all = await listProcesses(root);
  const staprun = all.find(({ line }) => line.includes(`${root}/bin/staprun`));
  const childOf = (parent: number | undefined) => all.find(one => one.parent === parent && one !== staprun)?.pid;
  const shell = staprun?.parent;
  const watch = childOf(shell);
  const reader = childOf(watch);
  if (staprun === undefined || shell === undefined || watch === undefined || reader === undefined) {
    throw new Error(`no script runs there, only ${JSON.stringify(all)}`);
  }
  return { staprun: staprun.pid, shell, watch, reader };
}

const ownFileSystem = `${keepPlaces}mount --bind "$folder/var-tmp" /var/tmp
mount --bind "$folder/run" /run
mount --rbind "$folder/tmp" /tmp
exec "$@"
`;

const standIns: Readonly<Record<string, string>> = {
  sh: movedShell(
    {
      '/proc/modules': 'RIG/modules',
      '/sys/module/': 'RIG/sys/module/',
      '/lib/modules/': 'RIG/lib/modules/',
    },
    `for module in RIG/sys/module/*; do
  [ ! -d "$module" ] || echo "\${module##*/} 16384 0 - Live 0x0"
done >RIG/modules`,
  ),
  // Whoever calls it to remove a folder of ours.
  rm: `#!/bin/dash
case $* in -rf*/tapbook-2*)
  [ ! -e RIG/behaviour/hold-cleanup ] || : >RIG/behaviour/at-cleanup
  while [ -e RIG/behaviour/hold-cleanup ]; do sleep 0.05; done
esac
exec /bin/rm "$@"
`,
  head: `#!/bin/dash
[ ! -e RIG/behaviour/hold-upload ] || : >RIG/behaviour/at-upload
while [ -e RIG/behaviour/hold-upload ]; do sleep 0.05; done
[ ! -e RIG/behaviour/full ] || exec /usr/bin/head "$@" >/dev/full
exec /usr/bin/head "$@"
`,
  uname: `#!/bin/dash
[ ! -e RIG/behaviour/hold-probe ] || : >RIG/behaviour/at-probe
while [ -e RIG/behaviour/hold-probe ]; do sleep 0.05; done
release=${fleetRelease}
[ ! -e RIG/behaviour/other-kernel ] || release=6.1.0-57-cloud-amd64
case $1 in -r) echo $release ;; -rm) echo $release x86_64 ;; -rvm) echo "$release #1 SMP Debian 6.1.192-2 x86_64" ;; *) exec /bin/uname "$@" ;; esac
`,
  // The size of a binary, before it is read.
  stat: `#!/bin/dash
case $* in '-L -c %s '*)
  [ ! -e RIG/behaviour/hold-fetch ] || : >RIG/behaviour/at-fetch
  while [ -e RIG/behaviour/hold-fetch ]; do sleep 0.05; done
esac
exec /usr/bin/stat "$@"
`,
  'systemd-detect-virt': '#!/bin/dash\necho none\nexit 1\n',
  'dpkg-query': `#!/bin/dash\nprintf 'install ok installed:5.1-5'\n`,
  staprun: `#!/usr/bin/perl
use strict;
use warnings;
$| = 1;
sub does { -e "RIG/behaviour/$_[0]" }
sub unload { unlink "RIG/sys/module/$_[0]/initstate"; rmdir "RIG/sys/module/$_[0]" }
if ($ARGV[0] eq '-V') { print STDERR "Systemtap module loader/runner (version 5.1/0.192)\\n"; exit 0 }
if ($ARGV[0] eq '-d') {
  if (-e "RIG/sys/module/$ARGV[1]/busy" or not -d "RIG/sys/module/$ARGV[1]") {
    print STDERR "ERROR: '$ARGV[1]' is not a zombie systemtap module.\\n";
    exit 1;
  }
  unload($ARGV[1]);
  exit 0;
}
my ($name) = map { m{^\\./(\\w+)\\.ko$} ? $1 : () } @ARGV;
# As the real one tells of itself with -v -v.
sub speak { print STDERR "$_[0]\\n" if grep { $_ eq '-v' } @ARGV }
speak("staprun:main:503 modname=$name");
if (does('fail')) { print STDERR "ERROR: Couldn't insert module './$name.ko': Operation not permitted\\n"; exit 1 }
sub hold {
  my ($gate) = @_;
  return unless does("hold-$gate");
  open my $at, '>', "RIG/behaviour/at-$gate";
  select undef, undef, undef, 0.05 while does("hold-$gate");
}
hold('load');
my $end = 0;
$SIG{$_} = does('deaf') ? 'IGNORE' : sub { $end = 1 } for qw(INT TERM HUP);
$SIG{PIPE} = 'IGNORE';
mkdir "RIG/sys/module/$name" or die "ERROR: Couldn't insert module './$name.ko': File exists\\n";
open my $state, '>', "RIG/sys/module/$name/initstate" or die;
print $state "live\\n";
close $state;
print "started\\n";
hold('arm');
print STDERR 'WARNING: Build-id mismatch [man warning::buildid]: "RIG/victim" pid 217 address 0x55d0, expected a1a1 actual b2b2', "\\n" if does('mismatch');
speak('stapio:stp_main_loop:666 systemtap_module_init() returned 0') unless does('unarmed');
if (does('garbage')) {
  my $chunk = join('', map { chr(int(rand(256))) } 1 .. 65536) . "\\n";
  print $chunk for 1 .. 1600;
  $end = 1;
}
$end = 1 if does('exit-255');
my $count = 0;
until ($end) {
  select undef, undef, undef, does('flood') ? 0.001 : 0.1;
  print 'line ', ++$count, does('flood') ? ' x' x 500 : '', "\\n" unless does('silent');
  $end = 1 if does('exits') and $count >= 10;
}
hold('stop');
sleep 4 if does('slow-end');
print "END\\n";
speak('stapio:stp_main_loop:644 got STP_EXIT');
speak('stapio:close_relayfs:847 done');
unload($name);
if (does('exit-255')) { print STDERR "ERROR: probe overhead exceeded threshold\\n"; exit 255 }
`,
  stap: `#!/bin/dash
if [ "$1" = -V ]; then
  echo 'Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)' >&2
  exit 0
fi
script='' sysroot=''
while [ $# -gt 0 ]; do
  case $1 in
    -m) module=$2; shift ;;
    --sysroot=*) sysroot=\${1#*=} ;;
    --) script=$2 ;;
  esac
  shift
done
# As the real one leaves its C with -k: a breakpoint in each file, and the build-id of each.
paths=$(sed -n 's/.*process("\\([^"]*\\)").*/\\1/p' "$script" 2>/dev/null)
if [ -n "$paths" ]; then
  echo "$sysroot" >>RIG/sysroots
  mkdir "$TMPDIR/stapC"
  {
    echo 'static struct stapiu_consumer stap_inode_uprobe_consumers[] = {'
    printf '  { .finder={  .purpose="inode-uprobes", }, .solib_pathname="%s", .offset=(loff_t)0x40ULL, .probe=(&stap_probes[1]), },\\n' $paths
    echo '};'
  } >"$TMPDIR/stapC/\${module}_src.c"
  for path in $paths; do
    id=$(od -An -v -tx1 "$sysroot$path" | tr -d ' \\n' | sed -n 's/.*040000001400000003000000474e5500\\(.\\{40\\}\\).*/\\1/p')
    printf '.name = "%s",\\n.build_id_bits = (unsigned char *)"%s",\\n.build_id_len = 20,\\n' "$path" "$(printf %s "$id" | sed 's/../\\\\x&/g')"
  done >"$TMPDIR/stapC/stap_symbols.c"
fi
[ ! -e RIG/behaviour/no-build ] || { echo 'semantic error: no such probe point' >&2; exit 1; }
while [ -e RIG/behaviour/slow-build ]; do sleep 0.1; done
[ ! -e RIG/behaviour/garbage-build ] || head -c 100000000 /dev/urandom >&2
cp RIG/module.ko "$module.ko"
`,
};
