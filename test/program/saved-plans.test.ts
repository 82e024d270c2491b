import { copyFile, mkdir, stat, truncate } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { sealPlan } from '../../src/engine/prepare/seal-plan.ts';
import type { SealedPlan } from '../../src/plan/saved/saved-plan.ts';
import { assertValidPlan, assertValidSavedPlan } from '../support/event-validator.ts';
import { eventsOf, parseEvents } from '../support/tapbook.ts';
import { makePlanRig, newer, type PlanRig } from './saved-plan-rig.ts';

/** What an apply of a plan does when hosts are not as they were is proven by test/engine/saved-plans.test.ts. */

/** Plans, and saves the plan as io.plan. */
async function save(rig: PlanRig, ...args: readonly string[]): Promise<SealedPlan> {
  const { code, stderr } = await rig.tapbook('plan', 'io.yml', '-i', 'hosts.ini', '--out', 'io.plan', ...args);
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  const plan: unknown = JSON.parse(await rig.read('io.plan'));
  assertValidSavedPlan(plan);
  return plan as SealedPlan;
}

/** Applies it, and says how it came out for whom. */
async function apply(rig: PlanRig, ...args: readonly string[]) {
  const { code, stdout } = await rig.tapbook('apply', 'io.plan', '--format', 'json', ...args);
  const events = parseEvents(stdout);
  const outcomes = eventsOf(events, 'host-finished').map(({ host, outcome }) => {
    const why = 'reason' in outcome ? outcome.reason : 'failure' in outcome ? outcome.failure.cause : undefined;
    return [host, outcome.kind, ...(why === undefined ? [] : [rig.plain(why)])].join(' ');
  });
  const drifted = eventsOf(events, 'host-drifted').map(({ host, role, changes, onDrift }) => ({
    [`${role} ${host}`]: changes,
    onDrift,
  }));
  const batches = eventsOf(events, 'batch-started').map(({ hosts }) => hosts);
  const notices = eventsOf(events, 'notice').map(({ text }) => text);
  return { code, outcomes: outcomes.sort(), drifted, batches, notices, events };
}

const again = 'make the plan anew, or apply it with --on-drift skip or --on-drift replan';

describe('a plan in a file', () => {
  test('is what is printed with what it rests on, for its owner only, and the same for the same', async () => {
    await using rig = await makePlanRig();
    const plan = await save(rig);
    expect((await stat(rig.path('io.plan'))).mode & 0o777).toBe(0o600);
    const printed = JSON.parse((await rig.tapbook('plan', 'io.yml', '-i', 'hosts.ini', '--format', 'json')).stdout);
    assertValidPlan(printed);
    expect(plan.plan).toEqual(printed);
    const { made: _, sha256: __, ...again } = await save(rig);
    const { made, sha256, ...rest } = plan;
    expect(JSON.stringify(again)).toBe(JSON.stringify(rest));
    expect(made.at).toMatch(/^2\d{3}-/);
    expect(sealPlan({ made, ...rest })).toEqual(plan);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('holds no password, neither of the inventory nor of -e', async () => {
    await using rig = await makePlanRig();
    await rig.inventory(['db1', 'db2'], { db1: 'ansible_become_password=hunter1 ansible_password=hunter2' });
    const plan = await save(rig, '-e', 'ansible_ssh_pass=hunter3 ', '-e', 'interval=9', '-e', 'ansible_become=false');
    expect(JSON.stringify(plan)).not.toContain('hunter');
    expect(plan.inventory.connectionVars).toEqual({ ansible_become: 'false' });
    expect(plan.plan.plays[0]?.hosts[0]?.decision).toMatchObject({
      scripts: [{ globals: [{ name: 'interval', value: '9' }] }],
    });
  });

  test('nor what came out of a vault, which has to be opened again', async () => {
    await using rig = await makePlanRig(['db1']);
    await mkdir(rig.path('host_vars'));
    await copyFile(new URL('../inventory/vault/v11.txt', import.meta.url), rig.path('host_vars/db1.yml'));
    await rig.write('vault-password', 'right password\n');
    await rig.inventory(['db1'], { db1: 'ansible_become=true' });
    const plan = await save(rig, '--vault-password-file', 'vault-password');
    expect(JSON.stringify(plan)).not.toContain('s3cret');
    expect(plan.basis[0]?.hosts[0]?.connection).toMatchObject({ become: 'sudo root' });
    const closed = await rig.tapbook('apply', 'io.plan');
    expect([closed.code, closed.stdout]).toEqual([3, '']);
    expect((await apply(rig, '--vault-password-file', 'vault-password')).outcomes).toEqual(['db1 ok']);
  });

  test('is not written over anything else', async () => {
    await using rig = await makePlanRig(['db1']);
    await rig.write('notes.txt', 'mine\n');
    for (const out of ['notes.txt', 'io.yml', '.']) {
      const { code, stderr } = await rig.tapbook('plan', 'io.yml', '-i', 'hosts.ini', '--out', out);
      expect([code, stderr]).toEqual([
        5,
        `error cannot-write: ${out === '.' ? '. is no file' : `${out} is there and is no saved plan`}; give --out another file\n`,
      ]);
    }
    expect(await rig.read('notes.txt')).toBe('mine\n');
  });
});

describe('an apply of it', () => {
  test('runs what it has, whatever playbook and script have become', async () => {
    await using rig = await makePlanRig();
    await save(rig, '-e', 'interval=9');
    await rig.write('io.stp', 'probe begin { println("other") exit() }\n');
    await rig.write('io.yml', 'no playbook any more\n');
    const { code, stdout, stderr } = await rig.tapbook('apply', 'io.plan');
    expect(code).toBe(0);
    expect(rig.plain(stderr)).toMatchInlineSnapshot(`
      "run RUN: apply io.plan, a saved plan of io.yml
      warning: changed since the plan was made: io.yml, io.stp; what runs is what the plan has
      play "Reads": 2 hosts (db[1,2]), build hosts: builder
      Plan: 1 to build, 0 cached; 2 hosts run in 1 batch; 0 fail, 0 skipped.
      canary for 6.1.0-55-cloud-amd64 with stap 5.1 on builder
      canary for 6.1.0-55-cloud-amd64 with stap 5.1 on builder: ok, TIME
      build io@6.1.0-55-cloud-amd64/x86_64 on builder
      built io@6.1.0-55-cloud-amd64/x86_64 on builder in TIME, 352B
      batch 1 of 1: 2 hosts (db[1,2])
      run ended after TIME: 2 ok; exit 0

      RECAP
      db1 : ok=1 failed=0 unreachable=0
      db2 : ok=1 failed=0 unreachable=0
      builds: 1 built, 0 cached
      time: probe TIME, build TIME, run TIME, all TIME
      files: DIR/state/tapbook/runs/RUN
      warning: changed since the plan was made: io.yml, io.stp; what runs is what the plan has
      "
    `);
    expect(stdout.split('\n').sort().slice(-2)).toEqual([
      'db1 | hello -v -v ./io.ko interval=9',
      'db2 | hello -v -v ./io.ko interval=9',
    ]);
    // Once more: nothing is built, and no build host is asked.
    await rig.stop('builder');
    const second = await apply(rig);
    expect([second.code, second.outcomes, await rig.built()]).toEqual([
      0,
      ['db1 ok', 'db2 ok'],
      ['io 6.1.0-55-cloud-amd64'],
    ]);
    expect(
      eventsOf(second.events, 'host-probed')
        .map(({ host }) => host)
        .sort(),
    ).toEqual(['db1', 'db2']);
  });

  test('what a plan has decided cannot be decided otherwise, and what means plans means nothing else: wrong usage', async () => {
    await using rig = await makePlanRig(['db1']);
    await save(rig);
    const said: string[] = [];
    for (const args of [
      ['apply', 'io.plan', '-e', 'interval=1'],
      ['apply', 'io.plan', '-t', 'x'],
      ['apply', 'io.plan', '--skip-tags', 'x'],
      ['apply', 'io.plan', '--start-at', 'db1'],
      ['apply', 'io.plan', '--start-at-script', 'io'],
      ['plan', 'io.plan', '--out', 'other.plan'],
      ['apply', 'io.yml', '--on-drift', 'skip'],
      ['apply', 'io.yml', '--plan-digest', '0123456789ab'],
      ['apply', 'io.plan', '--max-plan-age', '7x'],
    ]) {
      const { code, stderr } = await rig.tapbook(...args, '-i', 'hosts.ini');
      said.push(`${code} ${stderr.split('\n')[0]}`);
    }
    expect(said).toMatchInlineSnapshot(`
      [
        "5 error wrong-usage: -e has no place beside io.plan: a saved plan has its values and scripts; give -e to tapbook plan --out",
        "5 error wrong-usage: -t has no place beside io.plan: a saved plan has its values and scripts; give -t to tapbook plan --out",
        "5 error wrong-usage: --skip-tags has no place beside io.plan: a saved plan has its values and scripts; give --skip-tags to tapbook plan --out",
        "5 error wrong-usage: --start-at has no place beside io.plan: a saved plan has its values and scripts; give --start-at to tapbook plan --out",
        "5 error wrong-usage: --start-at-script has no place beside io.plan: a saved plan has its values and scripts; give --start-at-script to tapbook plan --out",
        "5 error wrong-usage: io.plan is a saved plan already; give --out with a playbook",
        "5 error wrong-usage: --on-drift is for saved plans, and io.yml is none",
        "5 error wrong-usage: --plan-digest is for saved plans, and io.yml is none",
        "5 error: option '--max-plan-age <duration>' argument '7x' is invalid. Give a duration such as 90s, 10m or 1h30m, up to 3650 days.",
      ]
    `);
    expect(await rig.ran('db1')).toEqual([]);
  });
});

describe('what is not as planned', () => {
  test('by default nothing is touched: exit 7, every such host with what was and what is', async () => {
    await using rig = await makePlanRig(['db1', 'db2', 'db3']);
    await save(rig);
    await rig.change('db1', { release: newer, version: '#2 SMP Debian' });
    await rig.change('db2', { runtime: '5.2' });
    const { code, stdout, stderr } = await rig.tapbook('apply', 'io.plan');
    expect(code).toBe(7);
    expect(rig.plain(stderr)).toMatchInlineSnapshot(`
      "run RUN: apply io.plan, a saved plan of io.yml
      play "Reads": 3 hosts (db[1-3]), build hosts: builder
      Plan: 1 to build, 0 cached; 1 host runs in 1 batch; 2 fail, 0 skipped.
      db1: failed at plan: it is not as it was planned: release 6.1.0-55-cloud-amd64 → 6.1.0-56-cloud-amd64, version #1 SMP Debian → #2 SMP Debian; make the plan anew, or apply it with --on-drift skip or --on-drift replan
      db2: failed at plan: it is not as it was planned: runtime 5.1 → 5.2; make the plan anew, or apply it with --on-drift skip or --on-drift replan
      run ended after TIME: 2 failed, 1 not-started; exit 7

      RECAP
      db1 : ok=0 failed=1 unreachable=0 not-started=0
      db2 : ok=0 failed=1 unreachable=0 not-started=0
      db3 : ok=0 failed=0 unreachable=0 not-started=1
      builds: 0 built, 0 cached
      time: probe TIME, all TIME
      files: DIR/state/tapbook/runs/RUN
      not-started db3: the plan no longer fits
      failed db1 at plan: it is not as it was planned: release 6.1.0-55-cloud-amd64 → 6.1.0-56-cloud-amd64, version #1 SMP Debian → #2 SMP Debian
          cure: make the plan anew, or apply it with --on-drift skip or --on-drift replan
      failed db2 at plan: it is not as it was planned: runtime 5.1 → 5.2
          cure: make the plan anew, or apply it with --on-drift skip or --on-drift replan
      these hosts only: --limit @DIR/state/tapbook/runs/RUN/failed.hosts
      "
    `);
    expect(rig.plain(stdout)).toBe('');
    const { drifted, outcomes } = await apply(rig);
    expect(drifted).toEqual([
      {
        'target db1': [
          { what: 'release', was: '6.1.0-55-cloud-amd64', is: newer },
          { what: 'version', was: '#1 SMP Debian', is: '#2 SMP Debian' },
        ],
        onDrift: 'fail',
      },
      { 'target db2': [{ what: 'runtime', was: '5.1', is: '5.2' }], onDrift: 'fail' },
    ]);
    expect(outcomes.at(-1)).toBe('db3 not-started the plan no longer fits');
    expect([await rig.ran('db1'), await rig.ran('db3'), await rig.built()]).toEqual([[], [], []]);
    // To look at it says the same.
    const shown = await rig.tapbook('plan', 'io.plan');
    expect(shown.code).toBe(7);
    expect(shown.stdout).toContain(again);
  });
});

test('files that are no plans to apply are refused, each with what is wrong, and nobody is asked', async () => {
  await using rig = await makePlanRig(['db1']);
  const plan = await save(rig);
  const { sha256: _, ...unsealed } = plan;
  const text = await rig.read('io.plan');
  const day = 86_400_000;
  const made = (days: number) => ({ ...plan.made, at: new Date(Date.now() - days * day).toISOString() });
  const sealed = (change: object) => JSON.stringify(sealPlan({ ...unsealed, ...change }));
  await rig.write('tampered.plan', text.replace('"value": "7"', '"value": "8"'));
  await rig.write('resealed.plan', sealed({ basis: [] }));
  await rig.write('extra.plan', sealed({ more: 1 }));
  await rig.write('newer.plan', sealed({ more: 1, made: { ...plan.made, by: '9.9.9' } }));
  await rig.write('old.plan', sealed({ made: made(8) }));
  await rig.write('future.plan', sealed({ made: made(-1) }));
  await rig.write('foreign.plan', text.replace('tapbook-saved-plan/1', 'tapbook-saved-plan/2'));
  await rig.write('printed.plan', JSON.stringify(plan.plan));
  await rig.write('cut.plan', text);
  await truncate(rig.path('cut.plan'), Math.floor(text.length / 2));
  await rig.write('other.json', '{"format": "tapbook-doctor/1", "plays": []}\n');
  await rig.write('empty.plan', '');
  // Only how it is written is another: that is the same plan.
  await rig.write(
    'reformatted.plan',
    JSON.stringify(JSON.parse(text), Object.keys(plan).reverse().concat(keysIn(plan))),
  );
  const said: string[] = [];
  const names = ['tampered', 'resealed', 'extra', 'newer', 'old', 'future', 'foreign', 'printed', 'cut', 'empty'];
  for (const file of [...names.map(name => `${name}.plan`), 'other.json', 'missing.plan']) {
    const { code, stdout, stderr } = await rig.tapbook('apply', file, '-i', 'hosts.ini');
    expect(stdout).toBe('');
    said.push(`${code} ${stderr.split('\n')[0]?.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')}`);
  }
  expect(said).toMatchInlineSnapshot(`
    [
      "7 error changed-plan: tampered.plan was changed since it was made: its digest does not fit; make it again with: tapbook plan PLAYBOOK --out FILE",
      "7 error damaged-plan: resealed.plan is not as a plan has to be: it has 1 plays, and 0 that they rest on; make it again with: tapbook plan PLAYBOOK --out FILE",
      "7 error damaged-plan: extra.plan is not as a plan has to be: / must NOT have additional properties; make it again with: tapbook plan PLAYBOOK --out FILE",
      "7 error foreign-plan: newer.plan was made by tapbook 9.9.9, this is 0.1.0: / must NOT have additional properties; make it again with: tapbook plan PLAYBOOK --out FILE",
      "7 error stale-plan: old.plan was made at TIME, 8 days ago; plans are good for 7 days; make it again with: tapbook plan PLAYBOOK --out FILE; or give --max-plan-age",
      "7 error stale-plan: future.plan was made at TIME, which is yet to come; one of the clocks is wrong: see with date",
      "7 error foreign-plan: foreign.plan has the format tapbook-saved-plan/2 of another tapbook; this one applies tapbook-saved-plan/1; apply it with the tapbook that made it, or make it again with this one",
      "7 error foreign-plan: printed.plan is a plan as \`tapbook plan --format json\` prints it, without what it rests on; make it again with: tapbook plan PLAYBOOK --out FILE",
      "7 error damaged-plan: cut.plan is cut off or damaged; make it again with: tapbook plan PLAYBOOK --out FILE",
      "3 empty.plan:1:1 error empty-document: the file holds no YAML; tapbook schema playbook describes what belongs into it",
      "3 other.json:1:2 error wrong-type: the playbook is a mapping, not a list; begin each entry with "- "",
      "3 error unreadable-file: there is no file missing.plan; there are: io.yml",
    ]
  `);
  expect(await rig.ran('db1')).toEqual([]);
  const old = await rig.tapbook('apply', 'old.plan', '--max-plan-age', '9d');
  const digest = await rig.tapbook('apply', 'io.plan', '--plan-digest', plan.sha256.slice(0, 16));
  const other = await rig.tapbook('apply', 'io.plan', '--plan-digest', 'f'.repeat(64));
  const reformatted = await rig.tapbook('apply', 'reformatted.plan');
  expect([old.code, digest.code, other.code, reformatted.code]).toEqual([0, 0, 7, 0]);
});

function keysIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
}
