import { expect, test } from 'vitest';
import { concludeScript } from '../../../src/engine/supervisor/conclude-script.ts';
import type { SupervisedRun } from '../../../src/engine/supervisor/supervision.ts';
import type { Become, Host } from '../../../src/model/host.ts';
import type { ModuleName } from '../../../src/model/ids.ts';
import { sshHost } from '../../support/ssh-host.ts';

const module = 'ioread' as ModuleName;
const folder = '/tmp/tapbook-20260101T000000Z-abcd-4711';
const clean = { module: 'none', directory: 'removed' } as const;
const ended: SupervisedRun = {
  end: { kind: 'duration' },
  seconds: 5,
  left: clean,
  notes: [],
  unchecked: [],
  remains: {},
};

function conclude(
  run: Partial<SupervisedRun>,
  become?: Become,
  vanished?: { seconds: number; state: 'silent' | 'booted' },
) {
  const host: Host = sshHost(become === undefined ? {} : { become });
  const as = become === undefined ? 'login-user' : 'become-user';
  return concludeScript({ ...ended, ...run }, { host, as, module, leaseSeconds: 60, vanished });
}

const stays: Partial<SupervisedRun> = {
  left: { module: 'loaded', directory: 'removed' },
  remains: { folder, stuck: "ERROR: Couldn't remove module 'ioread': Resource temporarily unavailable" },
};
const kept: Partial<SupervisedRun> = {
  left: { module: 'none', directory: 'left' },
  remains: { folder, kept: `rm: cannot remove '${folder}': Read-only file system` },
};

test('what is left is told with what was in the way', () => {
  expect(conclude(stays)).toEqual({
    kind: 'left-behind',
    module,
    failure: {
      stage: 'cleanup',
      cause: "module ioread is still loaded (ERROR: Couldn't remove module 'ioread': Resource temporarily unavailable)",
      cure: 'staprun -d ioread',
    },
  });
  const failure = { stage: 'stream', cause: 'boom' } as const;
  expect(conclude({ ...kept, end: { kind: 'failed', failure } })).toEqual({
    kind: 'left-behind',
    module,
    failure: {
      stage: 'cleanup',
      cause: `its folder ${folder} is still there (rm: cannot remove '${folder}': Read-only file system); before that: boom`,
      cure: `rm -rf -- ${folder}`,
    },
  });
});

test.each([
  [undefined, `staprun -d ioread; rm -rf -- ${folder}`],
  [{ method: 'sudo', user: 'root' }, `sudo staprun -d ioread; sudo rm -rf -- ${folder}`],
  [{ method: 'sudo', user: 'tracer' }, `sudo -u tracer staprun -d ioread; sudo -u tracer rm -rf -- ${folder}`],
  [
    { method: 'doas', user: 'root', program: '/opt/doas' },
    `/opt/doas staprun -d ioread; /opt/doas rm -rf -- ${folder}`,
  ],
  [{ method: 'su', user: 'root' }, `su root -c 'staprun -d ioread; rm -rf -- ${folder}'`],
] satisfies (readonly [Become | undefined, string])[])('the command that removes it, for %j', (become, cure) => {
  const left = { module: 'loaded', directory: 'left' } as const;
  expect(conclude({ left, remains: { folder } }, become)).toMatchObject({ failure: { cure } });
});

test('a host that vanished after the load is marked', () => {
  const lost: Partial<SupervisedRun> = {
    end: { kind: 'lost', cause: 'no answer' },
    left: { module: 'unknown', directory: 'unknown' },
  };
  expect(conclude(lost, undefined, { seconds: 3, state: 'silent' })).toEqual({
    kind: 'unreachable',
    vanishedAfterLoad: true,
    failure: {
      stage: 'load',
      cause: 'it vanished 3 s after the load of ioread and does not answer: perhaps its kernel panicked',
      cure: 'look at its console or its pstore; load this module on no other host with this kernel',
    },
  });
  expect(conclude(lost, undefined, { seconds: 40, state: 'booted' })).toMatchObject({
    vanishedAfterLoad: true,
    failure: {
      cause: 'it vanished 40 s after the load of ioread and has booted anew: perhaps its kernel panicked',
    },
  });
  expect(conclude(lost)).toEqual({
    kind: 'unreachable',
    failure: {
      stage: 'stream',
      cause: 'no answer',
      cure: 'its own supervisor unloads ioread within 60 s; look with: grep -w ioread /proc/modules',
    },
  });
});

test('output that is not all there makes a host degraded', () => {
  expect(conclude({ notes: ['3 transport failures: …'] })).toEqual({
    kind: 'degraded',
    notes: ['3 transport failures: …'],
  });
  expect(conclude({})).toEqual({ kind: 'ok' });
});
