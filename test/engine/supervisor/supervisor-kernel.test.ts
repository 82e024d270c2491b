import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { killAll } from '../../support/kill-all.ts';
import { makeStandIns, type StandIns } from '../../support/run-script.ts';
import { shells } from '../../support/shells.ts';
import {
  canOwnKernel,
  loadingStaprun,
  moduleBytes,
  ownKernel,
  said,
  supervise,
  supervisorArgv,
} from './supervisor-rig.ts';

const started = (child: ChildProcessWithoutNullStreams): Promise<unknown> => once(child.stdout, 'data');

/** Until a line of the supervisor's. */
async function heard(child: ChildProcessWithoutNullStreams, word: string): Promise<void> {
  let text = '';
  while (!text.includes(`NONCE ${word}`)) text += String((await once(child.stderr, 'data'))[0]);
}

/** Another file in the place of a file of the kernel's, at once: what is written anew may be read half, as /proc never is. */
async function showThere(child: ChildProcessWithoutNullStreams, file: string, place: string): Promise<void> {
  const [code] = await once(spawn('nsenter', ['-t', String(child.pid), '-m', 'mount', '--bind', file, place]), 'exit');
  expect(code).toBe(0);
}

/** The supervisor's own helper processes, the oldest first. */
async function helpersOf(pid: number): Promise<readonly number[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);
  const cmdlines = await Promise.all(children.map(child => readFile(`/proc/${child}/cmdline`, 'utf8')));
  return children.filter((_, index) => cmdlines[index]?.includes('tapbook-supervisor'));
}

/** The processes of its session, by what their arguments have in them. */
async function sessionOf(pid: number, word: string): Promise<readonly number[]> {
  const all = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
  const read = (one: number, file: string) => readFile(`/proc/${one}/${file}`, 'utf8').catch(() => '');
  const isMeant = await Promise.all(
    all.map(async one => {
      const [stat, line] = await Promise.all([read(one, 'stat'), read(one, 'cmdline')]);
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3] === String(pid) && line.includes(word);
    }),
  );
  return all.filter((_, index) => isMeant[index]);
}

/** A systemd-run that starts a service with no other environment than that which it is told, in a session of its own. */
const servingSystemd = `exec perl -e '
my %told = (PATH => "/usr/bin:/bin");
while (($_ = shift) ne "/bin/sh") { $told{$1} = $2 if /^--setenv=(\\w+)=(.*)$/s }
exit 0 if fork;
%ENV = %told; exec "setsid", "/bin/sh", @ARGV' -- "$@"`;

async function makeLoading(): Promise<StandIns> {
  const standIns = await makeStandIns();
  await standIns.add('staprun', loadingStaprun);
  return standIns;
}

describe.skipIf(!canOwnKernel).each(shells)('with a module that is really there, in %s', (_name, shell) => {
  const options = { timeout: 60_000 };

  test.concurrent('it is stopped at its limit and unloaded', options, async () => {
    await using standIns = await makeLoading();
    const ran = await supervise(shell, standIns, {
      prefix: ownKernel(),
      // It is live for longer than both before it is armed.
      arming: 60,
      limit: 1,
      stdin: {
        bytes: moduleBytes,
        meanwhile: async child => {
          await heard(child, 'loaded');
          await sleep(2500);
          child.stdin.write('armed\n');
          await once(child, 'exit');
        },
      },
    });
    expect(said(ran)).toEqual([
      'ready BOOT',
      'loaded',
      'stopping limit',
      expect.stringMatching(/^traced \d+$/),
      'ended 0 SECONDS none removed',
    ]);
    const traced = Number(/traced (\d+)/.exec(ran.stderr)?.[1]);
    expect(traced).toBeGreaterThanOrEqual(100);
    expect(ran.stdout.toString()).toBe('started\nEND\n');
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.concurrent('one whose probes are not armed in time is stopped', options, async () => {
    await using standIns = await makeLoading();
    const ran = await supervise(shell, standIns, { prefix: ownKernel(), arming: 1, limit: 1 });
    expect(said(ran)).toEqual(['ready BOOT', 'loaded', 'stopping unarmed', 'ended 0 SECONDS none removed']);
    expect(ran.stdout.toString()).toBe('started\nEND\n');
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.concurrent('a staprun that ignores INT and TERM is killed, and its module unloaded', options, async () => {
    await using standIns = await makeLoading();
    const ran = await supervise(shell, standIns, {
      prefix: ['env', 'stubborn=yes', ...ownKernel()],
      stdin: { bytes: moduleBytes, meanwhile: child => heard(child, 'loaded') },
    });
    expect(said(ran)).toEqual([
      'ready BOOT',
      'loaded',
      'stopping lost',
      'harder TERM',
      'harder KILL',
      'ended 137 SECONDS none removed',
    ]);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.concurrent('a module that cannot be unloaded is told', options, async () => {
    await using standIns = await makeLoading();
    const ran = await supervise(shell, standIns, {
      prefix: ['env', 'stays=yes', ...ownKernel()],
      stdin: { bytes: moduleBytes, meanwhile: child => heard(child, 'loaded') },
    });
    expect(said(ran)).toEqual([
      'ready BOOT',
      'loaded',
      'stopping lost',
      "stuck ERROR: Couldn't remove module 'standin_module': Device or resource busy",
      'ended 0 SECONDS loaded removed',
    ]);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.concurrent('a folder that cannot be removed is told', options, async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', 'mkdir busy && mount -t tmpfs none busy');
    const ran = await supervise(shell, standIns, {
      prefix: ownKernel(),
      stdin: { bytes: moduleBytes, meanwhile: child => heard(child, 'ended') },
    });
    const [folder] = (await readdir(standIns.folder)).filter(name => name.startsWith('tapbook-RUN-'));
    expect(ran.stderr).toContain(`NONCE folder ${standIns.folder}/${folder}\n`);
    expect(said(ran)).toEqual(['ready BOOT', expect.stringMatching(/^kept rm: .*busy/), 'ended 0 SECONDS none left']);
  });

  test.concurrent('a folder is said to be removed when nobody is left who could make it anew', options, async () => {
    await using standIns = await makeStandIns();
    // As a stapio that outlives its staprun, with its files beside the module.
    const writer =
      'for (1 .. 4000) { mkdir $ARGV[0]; open F, ">", "$ARGV[0]/out"; close F; select undef, undef, undef, 0.02 }';
    await standIns.add(
      'staprun',
      `case $1 in -d) rm -r /sys/module/standin_module; exit ;; esac
mkdir /sys/module/standin_module; echo live >/sys/module/standin_module/initstate
perl -e '${writer}' "$PWD" ./standin_module.ko >/dev/null 2>&1 &
exec sleep 1234`,
    );
    const ran = await supervise(shell, standIns, {
      prefix: ownKernel(),
      stdin: {
        bytes: moduleBytes,
        meanwhile: async child => {
          await heard(child, 'loaded');
          killAll(await sessionOf(child.pid ?? 0, 'sleep\x001234'));
          await once(child, 'exit');
        },
      },
    });
    expect(said(ran)).toEqual(['ready BOOT', 'loaded', 'ended 137 SECONDS none removed']);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.concurrent('a supervisor that is killed leaves nothing', options, async () => {
    await using standIns = await makeLoading();
    const ran = await supervise(shell, standIns, {
      prefix: ownKernel(),
      stdin: {
        bytes: moduleBytes,
        meanwhile: async child => {
          await heard(child, 'loaded');
          child.kill('SIGKILL');
          await expect.poll(() => readdir(standIns.folder), { timeout: 20_000 }).toEqual(['staprun']);
        },
      },
    });
    // Its standard input may be closed with it.
    const stopping = expect.stringMatching(/^stopping (signal|lost)$/);
    expect(said(ran)).toEqual(['ready BOOT', 'loaded', stopping, 'ended -1 SECONDS none removed']);
    expect(ran.stdout.toString()).toBe('started\nEND\n');
  });

  test.concurrent('one all of whose processes are killed at once leaves nothing', options, async () => {
    await using standIns = await makeLoading();
    const ran = await supervise(shell, standIns, {
      prefix: ownKernel(),
      stdin: {
        bytes: moduleBytes,
        meanwhile: async child => {
          await heard(child, 'loaded');
          const all = await sessionOf(child.pid ?? 0, '');
          // The main shell, the watch, the reader and staprun at least.
          expect(all.length).toBeGreaterThanOrEqual(4);
          killAll(all);
          await expect.poll(() => readdir(standIns.folder), { timeout: 30_000 }).toEqual(['staprun']);
        },
      },
    });
    expect(said(ran)).toEqual(['ready BOOT', 'loaded']);
  });

  test.concurrent.each(['takes it', 'is too old'])(
    'one whose systemd %s has a caretaker that finds staprun where it is here',
    options,
    async answer => {
      await using standIns = await makeLoading();
      // The mounts of process 1 are ours, and a service has an environment of its own.
      await standIns.add('readlink', 'echo same');
      await standIns.add('systemd-run', answer === 'takes it' ? servingSystemd : 'exit 1');
      const ran = await supervise(shell, standIns, {
        prefix: ownKernel('mount -t tmpfs none /run', 'mkdir -p /run/systemd/system'),
        stdin: {
          bytes: moduleBytes,
          meanwhile: async child => {
            await heard(child, 'loaded');
            const [folder = ''] = (await readdir(standIns.folder)).filter(name => name.startsWith('tapbook-RUN'));
            const care = async () =>
              (await readdir(join(standIns.folder, folder))).filter(name => name.startsWith('caretaker,')).length;
            await expect.poll(care, { timeout: 20_000 }).toBe(1);
            killAll(await sessionOf(child.pid ?? 0, ''));
            const left = async () => (await readdir(standIns.folder)).filter(name => name.startsWith('tapbook'));
            await expect.poll(left, { timeout: 30_000 }).toEqual([]);
          },
        },
      });
      expect(said(ran)).toEqual(['ready BOOT', 'loaded']);
    },
  );

  test.concurrent('one all of whose shells are killed at once has its script stopped in order', options, async () => {
    await using standIns = await makeLoading();
    const ran = await supervise(shell, standIns, {
      prefix: ownKernel(),
      stdin: {
        bytes: moduleBytes,
        meanwhile: async child => {
          await heard(child, 'loaded');
          killAll(await sessionOf(child.pid ?? 0, 'tapbook-supervisor'));
          await expect.poll(() => readdir(standIns.folder), { timeout: 30_000 }).toEqual(['staprun']);
        },
      },
    });
    expect(ran.stdout.toString()).toBe('started\nEND\n');
  });

  test.concurrent('one that is killed during the upload leaves no folder', options, async () => {
    await using standIns = await makeLoading();
    const ran = await supervise(shell, standIns, {
      prefix: ownKernel(),
      stdin: {
        bytes: moduleBytes.subarray(0, 1000),
        meanwhile: async child => {
          await heard(child, 'folder');
          await sleep(300);
          child.kill('SIGKILL');
          await expect.poll(() => readdir(standIns.folder), { timeout: 20_000 }).toEqual(['staprun']);
        },
      },
    });
    expect(said(ran)).toEqual(['ended -1 SECONDS none removed']);
  });

  test.concurrent('one whose watch is killed stops the script', options, async () => {
    await using standIns = await makeLoading();
    const ran = await supervise(shell, standIns, {
      prefix: ownKernel(),
      stdin: {
        bytes: moduleBytes,
        meanwhile: async child => {
          await heard(child, 'loaded');
          const [watch] = await helpersOf(child.pid ?? 0);
          process.kill(watch ?? 0, 'SIGKILL');
          await sleep(300);
          child.stdin.write('renew\n');
          await once(child, 'exit');
        },
      },
    });
    expect(said(ran)).toEqual(['ready BOOT', 'loaded', 'stopping signal', 'ended 0 SECONDS none removed']);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.concurrent('a signal to it stops the script', options, async () => {
    await using standIns = await makeLoading();
    const ran = await supervise(shell, standIns, {
      prefix: ownKernel(),
      stdin: {
        bytes: moduleBytes,
        meanwhile: async child => {
          await heard(child, 'loaded');
          child.kill('SIGTERM');
          await once(child, 'exit');
        },
      },
    });
    expect(said(ran)).toEqual(['ready BOOT', 'loaded', 'stopping signal', 'ended 0 SECONDS none removed']);
    expect(ran.stdout.toString()).toBe('started\nEND\n');
  });

  test.concurrent(
    'a controller that hangs, and reads nothing of a script that prints much',
    options,
    async ({ expect }) => {
      await using standIns = await makeStandIns();
      await standIns.add(
        'staprun',
        `case $1 in -d) rm -r /sys/module/standin_module; exit ;; esac
mkdir /sys/module/standin_module; echo live >/sys/module/standin_module/initstate
yes complaint >&2 & exec yes output`,
      );
      const [command = '', ...args] = supervisorArgv(shell, standIns.folder, { prefix: ownKernel(), lease: 2 });
      const child = spawn(command, args, {
        env: { ...process.env, PATH: `${standIns.folder}:${process.env['PATH']}` },
      });
      const exited = once(child, 'exit');
      child.stdin.write(moduleBytes);
      await once(child.stderr, 'readable');
      await expect.poll(() => readdir(standIns.folder), { timeout: 30_000 }).toEqual(['staprun']);
      // Who printed to standard error is no child of staprun's that it would end.
      child.stdout.destroy();
      child.stderr.destroy();
      await exited;
    },
  );

  test.concurrent('a channel that is gone', options, async () => {
    await using standIns = await makeLoading();
    const [command = '', ...args] = supervisorArgv(shell, standIns.folder, { prefix: ownKernel() });
    const child = spawn(command, args, { env: { ...process.env, PATH: `${standIns.folder}:${process.env['PATH']}` } });
    const exited = once(child, 'exit');
    child.stdin.write(moduleBytes);
    await heard(child, 'loaded');
    for (const stream of [child.stdout, child.stderr, child.stdin]) stream.destroy();
    await exited;
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.concurrent('a disk that is full: before the module, and because of it', options, async () => {
    await using standIns = await makeLoading();
    const parent = join(standIns.folder, 'small');
    await mkdir(parent);
    const small = (size: string) => ownKernel(`mount -t tmpfs -o size=${size} none '${parent}'`);
    const full = await supervise(shell, standIns, { parent, prefix: small('100k') });
    expect(said(full)).toEqual([`refused no-room ${parent}`, 'ended -1 SECONDS none removed']);
    const justFits = await supervise(shell, standIns, {
      parent,
      prefix: ['env', 'stays=yes', ...small('296k')],
      stdin: { bytes: moduleBytes, meanwhile: started },
    });
    expect(said(justFits).at(-1)).toBe('ended 0 SECONDS loaded removed');
  });

  test.concurrent('a load that is too high by now', options, async () => {
    await using standIns = await makeLoading();
    const loadavg = join(standIns.folder, 'loadavg');
    await writeFile(loadavg, '900.08 1.00 1.00 1/100 4242\n');
    const prefix = ownKernel(`mount --bind '${loadavg}' /proc/loadavg`, 'nproc() { echo 4; }');
    const ran = await supervise(shell, standIns, { prefix, mostLoad: 200 });
    expect(said(ran)).toEqual([expect.stringMatching(/^refused busy \d+$/), 'ended -1 SECONDS none removed']);
    expect(ran.stdout.toString()).toBe('');
  });

  test.concurrent('a load that rises, and memory that runs out, while it runs', options, async () => {
    await using standIns = await makeLoading();
    const write = (name: string, text: string) => writeFile(join(standIns.folder, name), text);
    const bind = (name: string) => `mount --bind '${join(standIns.folder, name)}' /proc/${name}`;
    await write('loadavg', '0.09 1.00 1.00 1/100 4242\n');
    await write('meminfo', 'MemTotal: 9999 kB\nMemFree: 10 kB\nMemAvailable: 5000 kB\nBuffers: 1 kB\n');
    const refused = await supervise(shell, standIns, { prefix: ownKernel(bind('meminfo')), stopMemory: 5000 });
    expect(said(refused)).toEqual(['refused tight 5000', 'ended -1 SECONDS none removed']);
    const busy = await supervise(shell, standIns, {
      prefix: ownKernel(bind('loadavg')),
      stopLoad: 150,
      stdin: {
        bytes: moduleBytes,
        meanwhile: async child => {
          await heard(child, 'loaded');
          await sleep(1500);
          await write('high', '800.00 1.00 1.00 1/100 4242\n');
          await showThere(child, join(standIns.folder, 'high'), '/proc/loadavg');
          await once(child, 'exit');
        },
      },
    });
    expect(said(busy)).toEqual([
      'ready BOOT',
      'loaded',
      expect.stringMatching(/^stopping load \d+$/),
      'ended 0 SECONDS none removed',
    ]);
    const tight = await supervise(shell, standIns, {
      prefix: ownKernel(bind('meminfo')),
      stopMemory: 2000,
      stdin: {
        bytes: moduleBytes,
        meanwhile: async child => {
          await heard(child, 'loaded');
          // As kernels before 3.14 have it.
          await write('little', 'MemTotal: 9999 kB\nMemFree: 1000 kB\nBuffers: 300 kB\nCached: 500 kB\n');
          await showThere(child, join(standIns.folder, 'little'), '/proc/meminfo');
          await once(child, 'exit');
        },
      },
    });
    expect(said(tight)).toEqual(['ready BOOT', 'loaded', 'stopping memory 1800', 'ended 0 SECONDS none removed']);
  });
});
