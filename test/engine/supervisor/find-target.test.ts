import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { makeStandIns, type StandIns } from '../../support/run-script.ts';
import { shells } from '../../support/shells.ts';
import { moduleBytes, said, supervise } from './supervisor-rig.ts';

/** A staprun that prints its options. */
const staprun = '[ "$1" = -d ] && exit 234\necho "$*"';

interface Process extends AsyncDisposable {
  readonly pid: number;
  readonly child: ChildProcess;
}

/** A process with this name, as the kernel has it. */
async function start(name: string, { folder }: StandIns): Promise<Process> {
  await mkdir(join(folder, 'programs'), { recursive: true });
  const program = join(folder, 'programs', name);
  await copyFile('/bin/sleep', program).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ETXTBSY') throw error;
  });
  const child = spawn(program, ['1000'], { stdio: 'ignore' });
  const { pid = 0 } = child;
  for (;;) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    if (stat.includes(`(${name}) `)) break;
    await sleep(5);
  }
  return {
    pid,
    child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** A name that no other process has. */
function ownName(): string {
  return `tb(${randomBytes(4).toString('hex')}) x`;
}

describe.each(shells)('in %s', (_name, shell) => {
  test('by name: exactly, brackets and blanks too; more of it is another', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', staprun);
    const name = ownName();
    await using wanted = await start(name, standIns);
    await using _longer = await start(`${name}y`, standIns);
    const ran = await supervise(shell, standIns, { target: ['name', name, '-'], args: ['a=1'] });
    expect(said(ran)).toEqual([`target ${wanted.pid} ${name}`, 'ready BOOT', 'ended 0 SECONDS none removed']);
    expect(ran.stdout.toString()).toBe(`-x ${wanted.pid} ./standin_module.ko a=1\n`);
  });

  test('several of one name are told with their parents, unless one is said', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', staprun);
    const name = ownName();
    await using first = await start(name, standIns);
    // Their ages are told in hundredths of a second.
    await sleep(30);
    await using second = await start(name, standIns);
    const several = await supervise(shell, standIns, { target: ['name', name, '-'] });
    const [refused = '', ...others] = said(several);
    expect(refused.replace('refused several 2 ', '').split(' ').sort()).toEqual(
      [first, second].map(({ pid }) => `${pid}:${process.pid}`).sort(),
    );
    expect(others).toEqual(['ended -1 SECONDS none removed']);
    expect(several.stdout.toString()).toBe('');
    for (const [which, { pid }] of [
      ['oldest', first],
      ['newest', second],
    ] as const) {
      const ran = await supervise(shell, standIns, { target: ['name', name, which] });
      expect(said(ran)[0]).toBe(`target ${pid} ${name}`);
    }
  });

  test('by number and by pidfile', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', staprun);
    await using wanted = await start(ownName(), standIns);
    const file = join(standIns.folder, 'a pidfile');
    const byNumber = await supervise(shell, standIns, { target: ['pid', String(wanted.pid), '-'] });
    expect(byNumber.stdout.toString()).toContain(`-x ${wanted.pid} `);
    // As PostgreSQL and others write it, and without a newline.
    for (const text of [`${wanted.pid}\n/var/lib/postgresql\n`, String(wanted.pid), `  ${wanted.pid} \n`]) {
      await writeFile(file, text);
      const ran = await supervise(shell, standIns, { target: ['pidfile', file, '-'] });
      expect(ran.stdout.toString()).toContain(`-x ${wanted.pid} `);
    }
    for (const text of ['', '\n', 'x1', '-5', '012', '1 '.padStart(200)]) {
      await writeFile(file, text);
      const ran = await supervise(shell, standIns, { target: ['pidfile', file, '-'] });
      expect(said(ran)).toEqual([`refused pidfile odd ${file}`, 'ended -1 SECONDS none removed']);
    }
    await writeFile(file, '4194304');
    expect(said(await supervise(shell, standIns, { target: ['pidfile', file, '-'] }))[0]).toBe(
      'refused no-process 4194304',
    );
    expect(said(await supervise(shell, standIns, { target: ['pidfile', standIns.folder, '-'] }))[0]).toBe(
      `refused pidfile none ${standIns.folder}`,
    );
  });

  test('a thread and what has ended are no processes', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', staprun);
    // The parent does not ask how it ended.
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [zombie] = await once(parent.stdout, 'data');
    const ofZombie = await supervise(shell, standIns, { target: ['pid', String(zombie).trim(), '-'] });
    expect(said(ofZombie)[0]).toBe(`refused no-process ${String(zombie).trim()}`);
    parent.kill();
    // Node has threads.
    const [, thread = ''] = await readdir(`/proc/${process.pid}/task`);
    const ofThread = await supervise(shell, standIns, { target: ['pid', thread, '-'] });
    expect(said(ofThread)[0]).toBe(`refused thread ${thread} ${process.pid}`);
    expect(ofThread.stdout.toString()).toBe('');
  });

  test('a service that runs', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', staprun);
    await using wanted = await start(ownName(), standIns);
    await standIns.add(
      'systemctl',
      `[ "$*" = 'show -p MainPID -p LoadState -p ActiveState -- db@1-main.service' ] || exit 1
printf 'ActiveState=active\\nMainPID=${wanted.pid}\\nLoadState=loaded\\n'`,
    );
    const ran = await supervise(shell, standIns, { target: ['service', 'db@1-main.service', '-'] });
    expect(ran.stdout.toString()).toContain(`-x ${wanted.pid} `);
  });
});

test.concurrent.each([
  ['MainPID=0\nLoadState=not-found\nActiveState=inactive', 'refused service not-found'],
  ['MainPID=0\nLoadState=masked\nActiveState=inactive', 'refused service masked'],
  ['MainPID=0\nLoadState=loaded\nActiveState=failed', 'refused service no-main failed'],
  ['LoadState=loaded\nActiveState=active', 'refused service no-main active'],
  ['MainPID=4194304\nLoadState=loaded\nActiveState=active', 'refused no-process 4194304'],
  ['', 'refused service no-pidfile'],
])('a service of which systemd says %j', async (answer, refusal) => {
  await using standIns = await makeStandIns();
  await standIns.add('staprun', staprun);
  await standIns.add('systemctl', `printf '%s\\n' '${answer}'`);
  const ran = await supervise(['dash'], standIns, { target: ['service', 'tapbook-nothing', '-'] });
  expect(said(ran)).toEqual([refusal, 'ended -1 SECONDS none removed']);
  expect(ran.stdout.toString()).toBe('');
});

test('the supervisor itself and its helpers are not meant', async () => {
  await using standIns = await makeStandIns();
  await standIns.add('staprun', staprun);
  const name = `tb-${randomBytes(4).toString('hex')}`;
  await copyFile('/bin/dash', join(standIns.folder, name));
  const ran = await supervise([join(standIns.folder, name)], standIns, { target: ['name', name, 'newest'] });
  expect(said(ran)).toEqual(['refused no-process', 'ended -1 SECONDS none removed']);
});

test('a systemd that does not answer is not waited for', async () => {
  await using standIns = await makeStandIns();
  await standIns.add('staprun', staprun);
  await standIns.add('systemctl', 'exec sleep 100');
  const ran = await supervise(['dash'], standIns, { target: ['service', 'nginx', '-'] });
  expect(said(ran)).toEqual(['refused service silent 1', 'ended -1 SECONDS none removed']);
});

test.skipIf(userInfo().uid !== 0)('without systemd, a service has its pidfile', async () => {
  await using standIns = await makeStandIns();
  await standIns.add('staprun', staprun);
  await standIns.add('systemctl', 'exit 1');
  await using wanted = await start(ownName(), standIns);
  const name = `tapbook-test-${randomBytes(4).toString('hex')}`;
  const folder = `/run/${name}`;
  try {
    await mkdir(folder);
    await writeFile(join(folder, `${name}.pid`), `${wanted.pid}\n`);
    const ran = await supervise(['dash'], standIns, { target: ['service', `${name}.service`, '-'] });
    expect(ran.stdout.toString()).toContain(`-x ${wanted.pid} `);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each(shells)('the end of the process is told once, and the script runs on, in %s', async (_name, shell) => {
  await using standIns = await makeStandIns();
  await standIns.add(
    'staprun',
    `[ "$1" = -d ] && exit 234
exec perl -e '$| = 1; $SIG{INT} = sub { print "END\\n"; exit 0 }; print "started\\n"; sleep 1 while 1'`,
  );
  await using wanted = await start(ownName(), standIns);
  let heard = '';
  const ran = await supervise(shell, standIns, {
    target: ['pid', String(wanted.pid), '-'],
    stdin: {
      bytes: moduleBytes,
      async meanwhile(child) {
        child.stderr.on('data', chunk => {
          heard += chunk;
        });
        await once(child.stdout, 'data');
        wanted.child.kill('SIGKILL');
        while (!heard.includes('target-gone')) await once(child.stderr, 'data');
        child.stdin.write('stop\n');
        await once(child, 'exit');
      },
    },
  });
  expect(said(ran).map(line => line.replace(/^target-gone \d+$/, 'target-gone SECONDS'))).toEqual([
    expect.stringMatching(/^target /),
    'ready BOOT',
    'target-gone SECONDS',
    'stopping asked',
    'ended 0 SECONDS none removed',
  ]);
  expect(ran.stdout.toString()).toBe('started\nEND\n');
});
