import { expect, test } from 'vitest';
import type { KernelBuildHost, PlannedPlay } from '../../../src/model/plan.ts';
import { displayWidth } from '../../../src/report/layout/display-width.ts';
import { formatPlanSummary } from '../../../src/report/texts/plan-summary.ts';
import { formatPlan } from '../../../src/report/texts/plan-text.ts';
import { host, hosts, plan, runs, skipped, unreachable } from '../../support/sample-run.ts';

const options = { colour: 'plain', columns: 80 } as const;

test('three hosts, and some that are left out', () => {
  const failing = {
    name: host('db7'),
    groups: [],
    decision: {
      kind: 'fail',
      failures: [
        { stage: 'plan', cause: 'systemtap-runtime is not installed', cure: 'sudo apt-get install systemtap-runtime' },
        { stage: 'plan', cause: 'the load per CPU is 3.1, and 2 is allowed' },
      ],
    },
  } as const;
  const planned = plan(hosts('db1', 'db2', 'db3'), { leftOut: [skipped, unreachable, failing], old: hosts('legacy1') });
  expect(formatPlan(planned, options)).toMatchInlineSnapshot(`
    "PLAY [Who reads most on the databases] db:!retired

    Kernels
      6.1.0-13-cloud-amd64 x86_64  3 hosts    db[1-3]
      2.6.18-398.el5 x86_64        1 host     legacy1

    Build hosts
      6.1.0-13-cloud-amd64 x86_64  builder1 (stap 5.1, known good)

    Builds
      ioread_top5  6.1.0-13-cloud-amd64 x86_64  build on builder1
      ioread_top5  2.6.18-398.el5 x86_64        cached

    Runs
      ioread_top5 interval=5 for 30s  on db[1-3],legacy1

    Batches
       1  1 host     db1
       2  3 hosts    db[2,3],legacy1
      stops when a host has failed

    Left out
      web1
          skipped: its kernel 5.10.0-9-amd64 matches no entry of kernels
      db9
          unreachable: connection refused by 192.0.2.9:22
            → start sshd there
      db7
          fails: systemtap-runtime is not installed
            → sudo apt-get install systemtap-runtime
          fails: the load per CPU is 3.1, and 2 is allowed

    Plan: 1 to build, 1 cached; 4 hosts run in 2 batches; 1 fails, 1 unreachable, 1 skipped.
    "
  `);
});

test('what each host watches', () => {
  const watch = { maxLoadPerCpu: 2, stopAtLoadPerCpu: 4.5, stopAtFreeMemoryBytes: 200_000_000 };
  expect(formatPlan({ ...plan(hosts('db1')), watch }, options)).toContain(`
Watched on each host
  loads nothing above a load of 2 for each CPU
  stops a script at a load of 4.5 for each CPU
  stops a script when no more than 200MB of memory is available
`);
});

test('several build hosts: who builds, who steps in, who cannot and why', () => {
  const planned = plan(hosts('db1', 'db2'));
  const [build] = planned.builds;
  const [group] = planned.kernelGroups;
  if (build === undefined || group === undefined) expect.fail('it builds');
  const others = hosts('builder2', 'builder3', 'elsewhere.prod.example', 'old1');
  const { artifact, canary } = build;
  const alternatives = others.map(buildHost => ({ buildHost, artifact, canary }));
  const why = 'a minimal script fails too: it does not know the task_work_cancel() of kernels from 6.11 on';
  const buildHosts: KernelBuildHost[] = [
    ...group.buildHosts,
    ...hosts('builder2', 'builder3').map(name => ({ name, state: 'untried', stap: '5.2' }) as const),
    {
      name: host('old1'),
      state: 'unfit',
      failure: {
        stage: 'plan',
        cause: `SystemTap 4.8 cannot build for 6.1.0-13-cloud-amd64 at all (${why})`,
        cure: 'install SystemTap 5.2 or newer there, or use a build host that has it',
      },
    },
    { name: host('gone'), state: 'unfit', failure: { stage: 'connect', cause: 'connection refused' } },
  ];
  const text = formatPlan(
    { ...planned, kernelGroups: [{ ...group, buildHosts }], builds: [{ ...build, alternatives }] },
    options,
  );
  expect(text.slice(text.indexOf('Build hosts'), text.indexOf('Runs'))).toMatchInlineSnapshot(`
    "Build hosts
      6.1.0-13-cloud-amd64 x86_64  builder1 (stap 5.1, known good)
                                   builder[2,3] (stap 5.2, canary first)
        old1 cannot: SystemTap 4.8 cannot build for 6.1.0-13-cloud-amd64 at all (a
            minimal script fails too: it does not know the task_work_cancel() of
            kernels from 6.11 on)
        → install SystemTap 5.2 or newer there, or use a build host that has it
        gone cannot: connection refused

    Builds
      ioread_top5  6.1.0-13-cloud-amd64 x86_64  build on builder1
          else builder[2,3],elsewhere.prod.example,old1

    "
  `);
  for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
});

test('300 hosts fit on a screen of 80 by 24', () => {
  const names = hosts(
    ...Array.from({ length: 300 }, (_, index) => `db${String(index + 1).padStart(3, '0')}.prod.example`),
  );
  const text = formatPlan(plan(names.filter((_, index) => index % 7 !== 3)), options);
  expect(text).toMatchInlineSnapshot(`
    "PLAY [Who reads most on the databases] db:!retired

    Kernels
      6.1.0-13-cloud-amd64 x86_64  257 hosts  db[001-003].prod.example and 254 more

    Build hosts
      6.1.0-13-cloud-amd64 x86_64  builder1 (stap 5.1, known good)

    Builds
      ioread_top5  6.1.0-13-cloud-amd64 x86_64  build on builder1

    Runs
      ioread_top5 interval=5 for 30s
        on db[001-003,005-010,012-017,019-024,026-031].prod.example and 230 more

    Batches
       1  1 host     db001.prod.example
       2  256 hosts  db[002,003,005-010,012-017,019-024].prod.example and 236 more
      stops when more than 12 of 257 hosts have failed, or every host of a batch has
          failed

    Plan: 1 to build, 0 cached; 257 hosts run in 2 batches; 0 fail, 0 skipped.
    "
  `);
  for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
});

test('values that differ from host to host are cut, and remote text cannot act', () => {
  const planned = plan(hosts('db1'));
  const many = Array.from({ length: 25 }, (_, index) => {
    const { decision, ...rest } = runs(host(`db${index}`));
    if (decision.kind !== 'run') throw new Error('it runs');
    const scripts = decision.scripts.map(script => ({
      ...script,
      globals: [{ name: 'who', value: `\x1b[2J${index} x` }],
    }));
    return { ...rest, decision: { ...decision, scripts } };
  });
  const text = formatPlan({ ...planned, hosts: many }, options);
  expect(text).toContain('  ioread_top5 who="\\u001b[2J0 x" for 30s  on db0\n');
  expect(text).toContain('and 5 more lines with other values');
  expect(text).not.toContain('\x1b');
});

test('what stops a rollout, what is tried again, and what runs once', () => {
  const planned = plan(hosts('db1', 'db2', 'db3'), { leftOut: [unreachable] });
  const rollout = { ...planned.rollout, counted: 4, failuresAllowed: 2, retry: { retries: 3, delaySeconds: 30 } };
  const rows = (changes: Partial<PlannedPlay['rollout']>): string => {
    const text = formatPlan({ ...planned, rollout: { ...rollout, ...changes } }, options);
    return text.split('Batches\n')[1]?.split('\n\n')[0] ?? '';
  };
  expect(rows({})).toMatchInlineSnapshot(`
    "   1  1 host     db1
       2  2 hosts    db[2,3]
      stops when more than 2 of 4 hosts have failed (1 has already), or every host
          of a batch has failed
      tries unreachable hosts again: 3 times, after 30s each"
  `);
  expect(rows({ canary: 'per-kernel', retry: { retries: 1, delaySeconds: 5 } })).toMatchInlineSnapshot(`
    "   1  1 host     db1
       2  2 hosts    db[2,3]
      stops when a host of the first batch has failed, or more than 2 of 4 hosts
          have failed (1 has already), or every host of a batch has failed
      tries unreachable hosts again: once, after 5s each"
  `);
  expect(rows({ failuresAllowed: 4 })).toMatchInlineSnapshot(`
    "   1  1 host     db1
       2  2 hosts    db[2,3]
      stops when every host of a batch has failed
      tries unreachable hosts again: 3 times, after 30s each"
  `);
  expect(rows({ failuresAllowed: 4, stopAtVanished: { hosts: 2, percent: 50 } })).toMatchInlineSnapshot(`
    "   1  1 host     db1
       2  2 hosts    db[2,3]
      stops all when 2 hosts (50 %) have vanished after a load, not at the first
      stops when every host of a batch has failed
      tries unreachable hosts again: 3 times, after 30s each"
  `);
  expect(rows({ anyErrorsFatal: true, stopped: 'any_errors_fatal: db9 failed' })).toMatchInlineSnapshot(`
    "   1  1 host     db1
       2  2 hosts    db[2,3]
      stops when a host has failed
      tries unreachable hosts again: 3 times, after 30s each
      does not begin: any_errors_fatal: db9 failed"
  `);
  const [first, ...others] = planned.hosts;
  if (first?.decision.kind !== 'run') throw new Error('nothing to run');
  const once = first.decision.scripts.map(script => ({ ...script, once: true }) as const);
  const text = formatPlan(
    { ...planned, hosts: [{ ...first, decision: { ...first.decision, scripts: once } }, ...others] },
    options,
  );
  expect(text.split('Runs\n')[1]?.split('\n\n')[0]).toMatchInlineSnapshot(`
    "  ioread_top5 interval=5 for 30s once  on db1
      ioread_top5 interval=5 for 30s  on db[2,3]"
  `);
  const stopped = { ...rollout, stopped: 'any_errors_fatal: db9 failed' };
  expect(formatPlanSummary([{ ...planned, rollout: stopped }])).toMatchInlineSnapshot(
    `"Plan: 1 to build, 0 cached; 3 hosts do not begin; 0 fail, 1 unreachable, 0 skipped."`,
  );
  expect(formatPlanSummary([planned, { ...planned, rollout: stopped }])).toMatchInlineSnapshot(
    `"Plan: 2 to build, 0 cached; 3 hosts run in 2 batches, 3 hosts do not begin; 0 fail, 2 unreachable, 0 skipped."`,
  );
  expect(formatPlanSummary([{ ...planned, rollout: stopped }, planned])).toMatchInlineSnapshot(
    `"Plan: 2 to build, 0 cached; 6 hosts do not begin; 0 fail, 2 unreachable, 0 skipped."`,
  );
});
