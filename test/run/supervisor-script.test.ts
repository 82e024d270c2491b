import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { supervisorScript } from '../../src/run/supervisor-script.ts';
import { makeStandIns, type Ran, type StandIns, type StdinPlan } from '../support/run-script.ts';
import { shells } from '../support/shells.ts';

const module = randomBytes(300_000);
const release = spawnSync('uname', ['-r'], { encoding: 'utf8' }).stdout.trim();
const machine = spawnSync('uname', ['-m'], { encoding: 'utf8' }).stdout.trim();

interface Call {
  readonly sha256?: string;
  readonly release?: string;
  readonly machine?: string;
  readonly module?: string;
  readonly limit?: number;
  readonly lease?: number;
  readonly args?: readonly string[];
  readonly stdin?: StdinPlan;
}

function supervise(shell: readonly string[], standIns: StandIns, call: Call): Promise<Ran> {
  const name = call.module ?? 'standin_module';
  return standIns.run(
    [
      ...shell,
      '-c',
      supervisorScript,
      'tapbook-supervisor',
      'NONCE',
      standIns.folder,
      'RUN',
      name,
      String(module.length),
      call.sha256 ?? createHash('sha256').update(module).digest('hex'),
      call.release ?? release,
      call.machine ?? machine,
      String(call.limit ?? 60),
      String(call.lease ?? 60),
      '1',
      'staprun',
      `./${name}.ko`,
      ...(call.args ?? []),
    ],
    call.stdin ?? { bytes: module, meanwhile: () => sleep(500) },
  );
}

const said = (ran: Ran): readonly string[] =>
  ran.stderr
    .split('\n')
    .filter(line => line.startsWith('NONCE '))
    .map(line => line.slice(6).replace(/^(ended \S+) \d+/, '$1 SECONDS'));

/** A staprun that says what it was given, and ends on INT as the real one does. */
const staprun = `[ "$1" = -d ] && exit 234
sha256sum < "$1"
shift
for argument in "$@"; do printf '[%s]' "$argument"; done
echo "complaint" >&2`;

/**
 * It runs on until INT, then prints what an end probe would. In Perl, since a shell cannot trap what is ignored when it
 * starts, and INT is for a background command; the real one installs its handler anyway.
 */
const longStaprun = `[ "$1" = -d ] && exit 234
exec perl -e '$| = 1; $SIG{INT} = sub { print "END\\n"; exit 0 }; print "started\\n"; sleep 1 while 1'`;

describe.each(shells)('in %s', (_name, shell) => {
  test('the module arrives whole and the arguments as they are', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', staprun);
    const args = ['a=1', 's="two words"', "q='$(id)`id`", 'n=\nx', 'ü=€', ''];
    const ran = await supervise(shell, standIns, { args });
    const sum = createHash('sha256').update(module).digest('hex');
    expect(ran.stdout.toString()).toBe(`${sum}  -\n${args.map(arg => `[${arg}]`).join('')}`);
    expect(ran.stderr).toContain('complaint\n');
    expect(said(ran)).toEqual(['ready', 'ended 0 SECONDS none removed']);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.each([
    ['another digest', { sha256: 'f'.repeat(64) }, 'refused upload the module was changed on its way (sha256 differs)'],
    ['another release', { release: '9.9' }, `refused load the kernel is ${release} now, the module is for 9.9`],
    ['another machine', { machine: 's390x' }, `refused load the machine is ${machine}, the module is for s390x`],
    ['half a module', { stdin: { bytes: module.subarray(0, 1000) } }, 'refused upload the module did not arrive whole'],
  ])('%s: nothing is loaded and nothing left', async (_what, call, refusal) => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', 'echo LOADED');
    const ran = await supervise(shell, standIns, call);
    expect(ran.stdout.toString()).toBe('');
    expect(said(ran)).toEqual([refusal, 'ended -1 SECONDS none removed']);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test("staprun's exit code is passed on", async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', 'echo "ERROR: boom" >&2; exit 7');
    const ran = await supervise(shell, standIns, {});
    expect(said(ran).at(-1)).toBe('ended 7 SECONDS none removed');
  });
});

// A stand-in is never `live` in /sys/module, so that each stop takes the patience, here one second: once for each way.
describe('the ways to stop', () => {
  const started = (child: Parameters<NonNullable<StdinPlan['meanwhile']>>[0]): Promise<unknown> =>
    once(child.stdout, 'data');

  test.concurrent.each([
    ['the end of its input', undefined, 'stopping lost', {}],
    ['the word stop', 'stop\n', 'stopping asked', {}],
    ['a lease that nobody renews', 'hold', 'stopping lease', { lease: 2 }],
  ] as const)('%s', { timeout: 60_000 }, async (_what, word, expected, call) => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', longStaprun);
    const ran = await supervise(['dash'], standIns, {
      ...call,
      stdin: {
        bytes: module,
        meanwhile: async child => {
          await started(child);
          if (word === 'hold') await sleep(5000);
          else if (word !== undefined) {
            child.stdin.write(word);
            await sleep(3000);
          }
        },
      },
    });
    expect(said(ran)).toEqual(['ready', expected, 'ended 0 SECONDS none removed']);
    expect(ran.stdout.toString()).toBe('started\nEND\n');
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.concurrent('renewals keep it alive past its lease', { timeout: 60_000 }, async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', 'echo started; sleep 5; echo END');
    const ran = await supervise(['dash'], standIns, {
      lease: 3,
      stdin: {
        bytes: module,
        meanwhile: async child => {
          await started(child);
          for (let beat = 0; beat < 5; beat++) {
            await sleep(1000);
            child.stdin.write('renew\n');
          }
        },
      },
    });
    expect(said(ran)).toEqual(['ready', 'ended 0 SECONDS none removed']);
  });

  test.concurrent('a staprun that ignores INT and TERM is killed', { timeout: 90_000 }, async () => {
    await using standIns = await makeStandIns();
    await standIns.add(
      'staprun',
      '[ "$1" = -d ] && exit 234\ntrap \'\' INT TERM HUP\necho started\nwhile :; do sleep 0.1; done',
    );
    const ran = await supervise(['dash'], standIns, {
      stdin: { bytes: module, meanwhile: started },
    });
    expect(said(ran)).toEqual(['ready', 'stopping lost', 'ended 137 SECONDS none removed']);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });
});

test('shellcheck finds nothing', () => {
  const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-'], { input: supervisorScript, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
