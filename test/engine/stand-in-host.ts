import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../src/model/host.ts';
import type { HostName } from '../../src/model/ids.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../support/loopback-sshd.ts';
import { movedShell } from '../support/moved-shell.ts';

/** A host behind a real sshd; its kernel is a folder, and its staprun a stand-in that knows no module. */
export interface StandInHost extends AsyncDisposable {
  readonly host: Host;
  readonly sshd: LoopbackSshd;
  readonly uploads: string;
  /** `fail`: modules cannot be loaded, `fail-NAME`: that one cannot; `hold`: scripts run until they are stopped or let go. */
  readonly behave: (as: 'fail' | 'hold' | `fail-${string}`) => Promise<void>;
  readonly behaveWell: () => Promise<void>;
}

export async function startStandInHost(name: string): Promise<StandInHost> {
  const root = await mkdtemp(join(tmpdir(), 'stand-in-run-'));
  for (const path of ['bin', 'uploads', 'sys/module']) await mkdir(join(root, path), { recursive: true });
  for (const [program, text] of Object.entries(standIns)) {
    await writeFile(join(root, 'bin', program), text.replaceAll('RIG', root));
    await chmod(join(root, 'bin', program), 0o755);
  }
  const sshd = await startLoopbackSshd({ path: `${join(root, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin` });
  return {
    host: { ...sshd.host, name: name as HostName },
    sshd,
    uploads: join(root, 'uploads'),
    behave: as => writeFile(join(root, as), ''),
    async behaveWell() {
      for (const file of await readdir(root)) if (/^(?:fail|hold)/.test(file)) await rm(join(root, file));
    },
    async [Symbol.asyncDispose]() {
      await sshd.stop();
      await sshd[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

const standIns: Readonly<Record<string, string>> = {
  sh: movedShell({ '/sys/module/': 'RIG/sys/module/' }),
  uname: `#!/bin/dash
case $1 in -r) echo 6.1.0-56-cloud-amd64 ;; -rm) echo 6.1.0-56-cloud-amd64 x86_64 ;; -rvm) echo '6.1.0-56-cloud-amd64 #1 SMP x86_64' ;; *) exec /bin/uname "$@" ;; esac
`,
  staprun: `#!/usr/bin/perl
use strict;
$| = 1;
my ($name) = map { m{^\\./(\\w+)\\.ko$} ? $1 : () } @ARGV;
if (-e 'RIG/fail' or -e "RIG/fail-$name") { print STDERR "ERROR: Couldn't insert module './$name.ko': Operation not permitted\\n"; exit 1 }
my $end = 0;
$SIG{$_} = sub { $end = 1 } for qw(INT TERM HUP);
mkdir "RIG/sys/module/$name";
open my $state, '>', "RIG/sys/module/$name/initstate";
print $state "live\\n";
close $state;
print "started\\n";
select undef, undef, undef, 0.1 while -e 'RIG/hold' and not $end;
unlink "RIG/sys/module/$name/initstate";
rmdir "RIG/sys/module/$name";
`,
};
