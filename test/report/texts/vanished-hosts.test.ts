import { expect, test } from 'vitest';
import type { HostName } from '../../../src/model/ids.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import type { PlannedPlay } from '../../../src/model/plan.ts';
import { sayVanishedHosts } from '../../../src/report/texts/vanished-hosts.ts';
import { makePlan, ready } from '../../plan/rig.ts';

const unreachable: HostOutcome = { kind: 'unreachable', failure: { stage: 'load', cause: 'it vanished' } };
const vanished: HostOutcome = { ...unreachable, vanishedAfterLoad: true };
const outcomes = (...pairs: readonly [string, HostOutcome][]) =>
  new Map(pairs.map(([name, outcome]) => [name as HostName, outcome]));

const planned = makePlan({ targets: [ready('db1')] });
const bearing = (hosts: number): PlannedPlay => ({
  ...planned,
  rollout: { ...planned.rollout, stopAtVanished: { hosts } },
});

test.each<[string, Parameters<typeof sayVanishedHosts>[0], string[]]>([
  ['nobody has', { outcomes: outcomes(['db1', { kind: 'ok' }], ['db2', unreachable]), plan: planned }, []],
  [
    'the first one',
    { outcomes: outcomes(['db1', vanished]), plan: planned },
    ['vanished after a load: db1 (1 host; the first stops the rollout)'],
  ],
  [
    'fewer than stop it',
    { outcomes: outcomes(['db1', vanished], ['db2', vanished], ['db3', { kind: 'ok' }]), plan: bearing(3) },
    ['vanished after a load: db[1,2] (2 hosts; 3 stop the rollout)'],
  ],
  [
    'of a play without a plan',
    { outcomes: outcomes(['db\u202e1', vanished]) },
    ['vanished after a load: db1 (1 host; the first stops the rollout)'],
  ],
])('%s', (_what, play, expected) => {
  expect(sayVanishedHosts(play, 80)).toEqual(expected);
});
