import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostName } from '../../../src/model/ids.ts';
import { batchHosts } from '../../../src/plan/rollout/batch-hosts.ts';
import type { BatchSize } from '../../../src/playbook/playbook.ts';
import { ansibleVersion, plantTree, removeTree, runAnsible } from '../../inventory/ansible.ts';
import { bind, decisions, lost, makeBuilder, makeKernel, makePlan, makeScript, makeTree, ready } from '../rig.ts';

const old = '6.1.0-55-cloud-amd64';
const builders = [makeBuilder('builder', { trees: [makeTree(), makeTree(old)] })];
const onOld = { facts: { kernel: makeKernel(old) } };
const refused = { stage: 'connect', cause: 'refused' } as const;

describe('canary: per_kernel', () => {
  test('one host of each kernel first, in the order of selection; then what serial says of the others', () => {
    const { batches, rollout } = makePlan({
      builders,
      play: {
        canary: 'per-kernel',
        serial: [
          { kind: 'percent', percent: 40 },
          { kind: 'percent', percent: 100 },
        ],
      },
      targets: [ready('a1'), ready('a2'), ready('b1', onOld), ready('b2', onOld), ready('a3'), ready('a4')],
    });
    expect(batches).toEqual([
      ['a1', 'b1'],
      ['a2', 'b2'],
      ['a3', 'a4'],
    ]);
    expect(rollout.canary).toBe('per-kernel');
  });

  test('a host that cannot run is no canary', () => {
    const { batches } = makePlan({
      play: { canary: 'per-kernel' },
      targets: [lost('unreachable', 'a1', refused), ready('a2'), ready('a3')],
    });
    expect(batches).toEqual([['a2'], ['a3']]);
  });

  test('one host of each kernel is all there is', () => {
    const targets = [ready('a1'), ready('b1', onOld)];
    expect(makePlan({ builders, play: { canary: 'per-kernel' }, targets }).batches).toEqual([['a1', 'b1']]);
  });
});

describe('what is known beforehand to stop it', () => {
  test('more than may fail have failed: it does not begin', () => {
    const { rollout } = makePlan({
      play: { maxFailPercentage: 30 },
      targets: [
        lost('unreachable', 'a1', refused),
        lost('failed', 'a2', refused),
        ready('a3'),
        ready('a4'),
        ready('a5'),
      ],
    });
    expect(rollout).toMatchObject({
      counted: 5,
      failuresAllowed: 1,
      stopped: '2 of 5 hosts failed (40 %), max_fail_percentage is 30',
    });
  });

  test('as many as may fail', () => {
    const targets = [lost('unreachable', 'a1', refused), ready('a2')];
    expect(makePlan({ play: { maxFailPercentage: 50 }, targets }).rollout).not.toHaveProperty('stopped');
  });

  test('any error is fatal', () => {
    const targets = [lost('unreachable', 'a1', refused), ready('a2')];
    expect(makePlan({ play: { anyErrorsFatal: true }, targets }).rollout.stopped).toBe('any_errors_fatal: a1 failed');
  });

  test('where nobody was to begin, nothing is stopped', () => {
    const targets = [lost('unreachable', 'a1', refused)];
    expect(makePlan({ play: { anyErrorsFatal: true }, targets }).rollout).not.toHaveProperty('stopped');
  });
});

describe('run_once', () => {
  const once = makeScript({ name: 'once', runOnce: true });

  test('the first host that can run it has it, the others only the rest', () => {
    const scripts = [bind(once), bind(makeScript())];
    const plan = makePlan({
      targets: [lost('unreachable', 'a1', refused), ready('a2', { scripts }), ready('a3', { scripts })],
    });
    expect(decisions(plan)).toEqual([
      'a1 unreachable: refused',
      'a2 runs once@6.1.0-56-cloud-amd64/x86_64 io@6.1.0-56-cloud-amd64/x86_64 as login-user',
      'a3 runs io@6.1.0-56-cloud-amd64/x86_64 as login-user',
    ]);
    const a2 = plan.hosts[1]?.decision;
    expect(a2?.kind === 'run' && a2.scripts.map(script => script.once)).toEqual([true, undefined]);
  });

  test('nothing is built for the others, and who has nothing else is left out and not counted', () => {
    const scripts = [bind(once)];
    const plan = makePlan({ builders, targets: [ready('a1', { scripts }), ready('b1', { ...onOld, scripts })] });
    expect(decisions(plan)).toEqual([
      'a1 runs once@6.1.0-56-cloud-amd64/x86_64 as login-user',
      'b1 skipped: once runs once, on a1',
    ]);
    expect(plan.builds.map(build => build.release)).toEqual(['6.1.0-56-cloud-amd64']);
    expect(plan.rollout.counted).toBe(1);
  });

  test('a host whose preconditions fail does not take it', () => {
    const scripts = [bind(once)];
    const broken = { facts: { freeBytes: 1 }, scripts };
    expect(decisions(makePlan({ targets: [ready('a1', broken), ready('a2', { scripts })] })).at(-1)).toBe(
      'a2 runs once@6.1.0-56-cloud-amd64/x86_64 as login-user',
    );
  });
});

test('hosts that are left out beforehand stand first, and nobody counts them', () => {
  const reason = 'it stands before a2, where --start-at begins';
  const leftOut = [{ name: 'a1' as HostName, groups: [], decision: { kind: 'skip', reason } }] as const;
  const plan = makePlan({
    leftOut,
    targets: [ready('a2'), ready('a3')],
    play: { serial: [{ kind: 'hosts', count: 1 }] },
  });
  expect(decisions(plan)[0]).toBe(`a1 skipped: ${reason}`);
  expect([plan.batches, plan.rollout.counted]).toEqual([[['a2'], ['a3']], 2]);
});

const version = ansibleVersion();
if (version === undefined) console.log('differential: skipped, there is no Ansible on this machine');

test.skipIf(version === undefined)('the same batches as Ansible', { timeout: 120_000 }, async () => {
  const cases: readonly (readonly [hosts: number, serial: readonly (number | string)[]])[] = [
    [7, [3]],
    [7, [1, 2]],
    [19, [1, '10%', '100%']],
    [19, ['10%', '50%']],
    [3, ['1%']],
    [5, ['30%']],
    [2, [10]],
  ];
  const plays = cases.map(
    ([count, serial]) =>
      `- hosts: h[0:${count - 1}]\n  gather_facts: false\n  serial: ${JSON.stringify(serial)}\n  tasks:\n` +
      '    - { debug: { msg: "BATCH {{ ansible_play_batch | length }}" }, run_once: true }\n',
  );
  const names = Array.from({ length: 19 }, (_, index) => `host${index} ansible_connection=local`);
  const directory = await plantTree({ files: { 'play.yml': plays.join(''), hosts: `[h]\n${names.join('\n')}\n` } });
  const args = ['-i', join(directory, 'hosts'), join(directory, 'play.yml')];
  const { stdout } = await runAnsible('ansible-playbook', args, directory);
  await removeTree(directory);
  const theirs = [...stdout.matchAll(/BATCH (\d+)/g)].map(match => Number(match[1]));
  const size = (written: number | string): BatchSize =>
    typeof written === 'number'
      ? { kind: 'hosts', count: written }
      : { kind: 'percent', percent: Number.parseInt(written, 10) };
  const ours = cases.flatMap(([count, serial]) => {
    const hosts = Array.from({ length: count }, (_, index) => `h${index}` as HostName);
    return batchHosts(hosts, serial.map(size)).map(batch => batch.length);
  });
  expect(ours).toEqual(theirs);
});
