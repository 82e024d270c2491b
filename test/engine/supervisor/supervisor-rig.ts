import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { supervisorProgram } from '../../../src/engine/supervisor/supervisor-program.ts';
import type { ProbedBinary } from '../../../src/model/binary.ts';
import type { Ran, StandIns, StdinPlan } from '../../support/run-script.ts';

export const moduleBytes: Buffer = randomBytes(300_000);
export const moduleDigest: string = createHash('sha256').update(moduleBytes).digest('hex');
export const release: string = spawnSync('uname', ['-r'], { encoding: 'utf8' }).stdout.trim();
export const machine: string = spawnSync('uname', ['-m'], { encoding: 'utf8' }).stdout.trim();

export interface Call {
  readonly run?: string;
  readonly sha256?: string;
  readonly release?: string;
  readonly machine?: string;
  readonly module?: string;
  readonly arming?: number;
  readonly limit?: number;
  readonly ending?: number;
  readonly lease?: number;
  readonly mostLoad?: number;
  readonly stopLoad?: number;
  readonly stopMemory?: number;
  /** How the process for -x is found, its value, and which of several. */
  readonly target?: readonly [by: string, value: string, which: string];
  /** Where the folder is made; without, the folder of the stand-ins. */
  readonly parent?: string;
  /** `TAPBOOK_LOCKS`; without, the folder of the stand-ins. */
  readonly locks?: string;
  /** What is run before, in a kernel view of its own: see `ownKernel`. */
  readonly prefix?: readonly string[];
  readonly args?: readonly string[];
  readonly binaries?: readonly ProbedBinary[];
  readonly stdin?: StdinPlan;
}

export function supervisorArgv(shell: readonly string[], folder: string, call: Call): readonly string[] {
  const name = call.module ?? 'standin_module';
  return [
    // Whom sshd serves has a session of his own.
    'setsid',
    'env',
    `TAPBOOK_LOCKS=${call.locks ?? folder}`,
    ...(call.prefix ?? []),
    ...shell,
    '-c',
    supervisorProgram(call.binaries ?? []),
    'tapbook-supervisor',
    'NONCE',
    call.parent ?? folder,
    call.run ?? 'RUN',
    name,
    String(moduleBytes.length),
    call.sha256 ?? moduleDigest,
    call.release ?? release,
    call.machine ?? machine,
    String(call.arming ?? 60),
    String(call.limit ?? 60),
    String(call.ending ?? 60),
    String(call.lease ?? 60),
    '1',
    ...[call.mostLoad, call.stopLoad, call.stopMemory].map(limit => (limit === undefined ? '-' : String(limit))),
    ...(call.target ?? ['-', '-', '-']),
    'staprun',
    `./${name}.ko`,
    ...(call.args ?? []),
  ];
}

/** Without a plan for its standard input, that stays open until the supervisor has ended by itself. */
export function supervise(shell: readonly string[], standIns: StandIns, call: Call): Promise<Ran> {
  return standIns.run(
    supervisorArgv(shell, standIns.folder, call),
    call.stdin ?? { bytes: moduleBytes, meanwhile: child => once(child, 'exit') },
  );
}

/** The supervisor's own words, without what differs from run to run; two processes speak, each for itself. */
export function said(ran: Pick<Ran, 'stderr'>): readonly string[] {
  const rank = (line: string): number => words.indexOf(line.split(' ')[1] ?? '');
  return ran.stderr
    .split('\n')
    .filter(line => line.startsWith('NONCE ') && !/^NONCE folder \/\S+$/.test(line))
    .sort((left, right) => rank(left) - rank(right))
    .map(line =>
      line
        .slice(6)
        .replace(/^(ended \S+) \d+/, '$1 SECONDS')
        .replace(/^ready [0-9a-f-]{36}$/, 'ready BOOT'),
    );
}

const words = [
  'unchecked',
  'refused',
  'target',
  'ready',
  'loaded',
  'target-gone',
  'stopping',
  'traced',
  'harder',
  'stuck',
  'kept',
  'ended',
];

/** A view of the kernel of its own, where a stand-in can play a module that is loaded, takes root. */
export const canOwnKernel: boolean =
  userInfo().uid === 0 && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/sys/module']).status === 0;

/** Runs what follows with an empty /sys/module, and after other commands of sh that mount more. */
export function ownKernel(...mounts: readonly string[]): readonly string[] {
  const setUp = ['mount -t tmpfs none /sys/module', ...mounts, 'exec "$@"'].join(' && ');
  return ['unshare', '-m', 'sh', '-c', setUp, 'sh'];
}

/**
 * A staprun for `ownKernel`: its module is loaded as the real one is, and unloaded after INT or by `-d`. In Perl, since a
 * shell cannot trap what is ignored when it starts, and INT is for a background command; the real one installs its handler
 * anyway. With `$stays` in the environment nothing unloads it; with `$stubborn` it ignores INT and TERM.
 */
export const loadingStaprun = `exec perl -e '
$| = 1;
my $option = shift; my $name = $option eq "-d" ? shift : $option;
$name =~ s{^\\./|\\.ko$}{}g;
my $module = "/sys/module/$name";
sub unload { unlink "$module/initstate"; rmdir $module }
if ($option eq "-d") {
  if ($ENV{stays}) { print STDERR "ERROR: Couldn\\x27t remove module \\x27$name\\x27: Device or resource busy\\n"; exit 1 }
  unload(); exit 0;
}
mkdir $module; open my $state, ">", "$module/initstate"; print $state "live\\n"; close $state;
if ($ENV{stubborn}) { $SIG{INT} = $SIG{TERM} = "IGNORE" }
else { $SIG{INT} = sub { print "END\\n"; unload() unless $ENV{stays}; exit 0 } }
print "started\\n"; sleep 1 while 1' -- "$@"`;
