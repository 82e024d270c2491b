import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { makeStandIns, type StdinPlan } from '../../support/run-script.ts';
import { moduleBytes, said, supervise } from './supervisor-rig.ts';

/**
 * It runs on until INT, then prints what an end probe would. In Perl, since a shell cannot trap what is ignored when it
 * starts, and INT is for a background command; the real one installs its handler anyway.
 */
const longStaprun = `[ "$1" = -d ] && exit 234
exec perl -e '$| = 1; $SIG{INT} = sub { print "END\\n"; exit 0 }; print "started\\n"; sleep 1 while 1'`;

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
        bytes: moduleBytes,
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
    expect(said(ran)).toEqual(['ready BOOT', expected, 'ended 0 SECONDS none removed']);
    expect(ran.stdout.toString()).toBe('started\nEND\n');
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.concurrent('renewals keep it alive past its lease', { timeout: 60_000 }, async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', 'echo started; sleep 6.5; echo END');
    const ran = await supervise(['dash'], standIns, {
      lease: 5,
      stdin: {
        bytes: moduleBytes,
        meanwhile: async child => {
          await started(child);
          // For longer than it runs: the end of the input would be a reason to stop.
          for (let beat = 0; beat < 9; beat++) {
            await sleep(1000);
            child.stdin.write('renew\n');
          }
        },
      },
    });
    expect(said(ran)).toEqual(['ready BOOT', 'ended 0 SECONDS none removed']);
  });

  test.concurrent('a staprun that ignores INT and TERM is killed', { timeout: 90_000 }, async () => {
    await using standIns = await makeStandIns();
    await standIns.add(
      'staprun',
      '[ "$1" = -d ] && exit 234\ntrap \'\' INT TERM HUP\necho started\nwhile :; do sleep 0.1; done',
    );
    const ran = await supervise(['dash'], standIns, {
      stdin: { bytes: moduleBytes, meanwhile: started },
    });
    expect(said(ran)).toEqual([
      'ready BOOT',
      'stopping lost',
      'harder TERM',
      'harder KILL',
      'ended 137 SECONDS none removed',
    ]);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });
});
