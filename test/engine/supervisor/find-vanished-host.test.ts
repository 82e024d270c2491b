import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet } from '../../../src/engine/fleet/fleet.ts';
import { findVanishedHost } from '../../../src/engine/supervisor/find-vanished-host.ts';
import type { SupervisedRun } from '../../../src/engine/supervisor/supervision.ts';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../../support/loopback-sshd.ts';

let sshd: LoopbackSshd;
let boot = '';
beforeAll(async () => {
  sshd = await startLoopbackSshd();
  boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
});
afterAll(() => sshd[Symbol.asyncDispose]());

const otherBoot = '00000000-1111-2222-3333-444444444444';

function look(run: Partial<Pick<SupervisedRun, 'end' | 'left' | 'sinceLoad'>>, stop = new AbortController().signal) {
  const { signal } = new AbortController();
  const fleet = createFleet(createSshTransport(), connectOptions().limits, signal);
  const end = { kind: 'lost', cause: 'no answer' } as const;
  const left = { module: 'unknown', directory: 'unknown' } as const;
  const sinceLoad = { lastHeard: 0.2, known: 3.4, boot };
  return findVanishedHost({ end, left, sinceLoad, ...run }, sshd.host, { fleet, stop, abandon: signal });
}

test('a host that answers and has not booted anew has not', async () => {
  expect(await look({})).toBeUndefined();
});

test('one that has booted anew has', async () => {
  const sinceLoad = { lastHeard: 0.2, known: 41.3, boot: otherBoot };
  expect(await look({ sinceLoad })).toEqual({ seconds: 41, state: 'booted' });
});

test.each([
  ['it was heard of later', { sinceLoad: { lastHeard: 20, known: 30, boot: otherBoot } }],
  ['it was lost much later', { sinceLoad: { lastHeard: 0.2, known: 600, boot: otherBoot } }],
  ['its supervisor had the last word', { left: { module: 'none', directory: 'removed' } }],
  ['it ended otherwise', { end: { kind: 'exited' } }],
] as const)('nobody asks where %s', async (_what, run) => {
  const sinceLoad = { lastHeard: 0.2, known: 3, boot: otherBoot };
  expect(await look({ sinceLoad, ...run })).toBeUndefined();
});

test('nobody asks where the run is to stop', async () => {
  const sinceLoad = { lastHeard: 0.2, known: 3, boot: otherBoot };
  expect(await look({ sinceLoad }, AbortSignal.abort())).toBeUndefined();
});

test('one that does not answer has', async () => {
  await sshd.stop();
  expect(await look({})).toEqual({ seconds: 3, state: 'silent' });
});
