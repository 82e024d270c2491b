import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import type { ArtifactKey, RunId } from '../../../src/model/ids.ts';
import type { PlannedPlay } from '../../../src/model/plan.ts';
import { createQuietReporter } from '../../../src/report/live/quiet-reporter.ts';
import { createTally } from '../../../src/report/tally/run-tally.ts';
import type { EarlierRuns } from '../../../src/report/texts/quiet-text.ts';
import { createMemoryStream } from '../../support/memory-stream.ts';
import { applyOf, at, finished, host, hosts, plan, skipped, unreachable } from '../../support/sample-run.ts';

const earlierId = '20261122T004105Z-0f0f0f' as RunId;

/** What is printed after these events, where the run before had those. */
async function report(events: Iterable<Event>, earlier: EarlierRuns | Iterable<Event> = { died: [] }) {
  const stdout = createMemoryStream();
  const stderr = createMemoryStream();
  const colour = { stdout: 'plain', stderr: 'plain' } as const;
  const words = { columns: () => 80, now: () => 0, verbosity: 'normal', onBrokenPipe: () => {} } as const;
  const options = { stdout, stderr, colour, ...words };
  const runs = 'died' in earlier ? earlier : { ended: { run: earlierId, tally: tallyOf(earlier) }, died: [] };
  const reporter = createQuietReporter(options, async () => runs);
  for (const event of events) reporter.read(event);
  await reporter.close();
  expect(stdout.text()).toBe('');
  return stderr.text();
}

function tallyOf(events: Iterable<Event>) {
  const { tally, read } = createTally();
  for (const event of events) read(event);
  return tally;
}

const two = plan(hosts('db1', 'db2'));
const well = [...applyOf(two)];
const bad = [...applyOf(plan(hosts('db1', 'db2', 'db3'), { leftOut: [skipped, unreachable] }))];

function withBuilds(planned: PlannedPlay, change: (text: string) => string, key: string): PlannedPlay {
  return {
    ...planned,
    builds: planned.builds.map(build => ({
      ...build,
      source: { ...build.source, text: change(build.source.text) },
      artifact: { key: key as ArtifactKey, state: 'cached' },
    })),
  };
}

/** The modules are in the cache, as in every run but the first. */
const cached = [...applyOf(withBuilds(two, text => text, 'aa11'))];
const warned = (text: string): Event[] => [
  ...cached.slice(0, -1),
  at(70, { kind: 'notice', severity: 'warning', text }),
  ...cached.slice(-1),
];

describe('nothing at all', () => {
  test('where all is well, in the first run and in those after it', async () => {
    expect(await report(well)).toBe('');
    expect(await report(cached, well)).toBe('');
    expect(await report(cached, cached)).toBe('');
  });

  test('of a warning that came with the run before too, though a host may be another one', async () => {
    const [one, other] = ['db1', 'db2'].map(name => warned(`${name} is reached by the system's ssh: a certificate`));
    expect(await report(one ?? [], other)).toBe('');
    expect(await report(one ?? [], cached)).toMatchInlineSnapshot(`
      "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml, begun 2026-11-23 00:41:05 UTC
      run ended after 1m44s: 2 ok; exit 0
      warning: db1 is reached by the system's ssh: a certificate
      all of it: tapbook show 20261123T004105Z-1a2b3c
      "
    `);
  });
});

test('what is wrong is told each time, and what is new about it', async () => {
  expect(await report(bad)).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml, begun 2026-11-23 00:41:05 UTC
    run ended after 1m44s: 2 ok, 1 failed; exit 2
    unreachable db9 at connect: connection refused by 192.0.2.9:22
        cure: start sshd there
    failed db3 at load: the kernel refuses the module: Couldn't insert module 'ioread_top5.ko': File exists
        | ERROR: Couldn't insert module 'ioread_top5.ko': File exists
        | ERROR: Rerun with staprun option '-R'
        cure: tapbook clean
    all of it: tapbook show 20261123T004105Z-1a2b3c
    "
  `);
  expect(await report(bad, bad)).toContain('failed db3 at load');
  expect(await report(bad, well)).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml, begun 2026-11-23 00:41:05 UTC
    run ended after 1m44s: 2 ok, 1 failed; exit 2
    unreachable db9 at connect: connection refused by 192.0.2.9:22
        cure: start sshd there
    failed db3 at load: the kernel refuses the module: Couldn't insert module 'ioread_top5.ko': File exists
        | ERROR: Couldn't insert module 'ioread_top5.ko': File exists
        | ERROR: Rerun with staprun option '-R'
        cure: tapbook clean
    changed since run 20261122T004105Z-0f0f0f:
      + hosts db[3,9],web1 (3 hosts)
      ~ module ioread_top5@6.1.0-13-cloud-amd64/x86_64: built again, since it was no longer in the cache
    all of it: tapbook show 20261123T004105Z-1a2b3c
    "
  `);
});

test('who is well again, and who is not any more', async () => {
  const failure = { stage: 'connect', cause: 'no route to host' } as const;
  const without = (name: string) =>
    cached.map(event =>
      event.kind === 'host-finished' && event.host === name
        ? { ...event, outcome: { kind: 'unreachable', failure } as const }
        : event,
    );
  expect(await report(cached, without('db1'))).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml, begun 2026-11-23 00:41:05 UTC
    run ended after 1m44s: 2 ok; exit 0
    changed since run 20261122T004105Z-0f0f0f:
      play Who reads most on the databases
        ~ outcome unreachable at connect → ok
            db1
    all of it: tapbook show 20261123T004105Z-1a2b3c
    "
  `);
  expect(await report(without('db2'), without('db1'))).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml, begun 2026-11-23 00:41:05 UTC
    run ended after 1m44s: 2 ok; exit 0
    unreachable db2 at connect: no route to host
    changed since run 20261122T004105Z-0f0f0f:
      play Who reads most on the databases
        ~ outcome unreachable at connect → ok
            db1
        ~ outcome ok → unreachable at connect
            db2
    all of it: tapbook show 20261123T004105Z-1a2b3c
    "
  `);
});

test('what is incomplete, though nothing failed', async () => {
  const notes = ['3 probes\x1b[31m were skipped', '12 transport failures'];
  const last = well.findLastIndex(event => event.kind === 'host-finished');
  const events = well.with(last, at(70, finished(host('db2'), { kind: 'degraded', notes })));
  expect(await report(events)).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml, begun 2026-11-23 00:41:05 UTC
    run ended after 1m44s: 2 ok; exit 0
    degraded db2: 3 probes were skipped
    degraded db2: 12 transport failures
    all of it: tapbook show 20261123T004105Z-1a2b3c
    "
  `);
});

test('other hosts, kernels, scripts and values', async () => {
  const next = withBuilds(plan(hosts('db1', 'db4'), { old: hosts('db2') }), () => 'probe end {}\n', 'bb22');
  const values: PlannedPlay = {
    ...next,
    hosts: next.hosts.map(one => {
      if (one.decision.kind !== 'run') return one;
      const scripts = one.decision.scripts.map(script => ({ ...script, globals: [{ name: 'interval', value: '10' }] }));
      return { ...one, decision: { ...one.decision, scripts } };
    }),
  };
  const ok = [...applyOf(values)].map(event =>
    event.kind === 'host-finished' && event.outcome.kind === 'failed'
      ? { ...event, outcome: { kind: 'ok' } as const }
      : event,
  );
  const calm = ok.map(event => (event.kind === 'run-finished' ? { ...event, exitCode: 0 } : event));
  expect(await report(calm, well)).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml, begun 2026-11-23 00:41:05 UTC
    run ended after 1m44s: 2 ok, 1 failed; exit 0
    changed since run 20261122T004105Z-0f0f0f:
      + hosts db4
      play Who reads most on the databases
        ~ kernel 6.1.0-13-cloud-amd64 → 2.6.18-398.el5
            db2
        ~ module ioread_top5@6.1.0-13-cloud-amd64/x86_64: another script (sha256 af87ee81336f → 4f42b4d94848)
        + module ioread_top5@2.6.18-398.el5/x86_64 (bb22)
        ~ global ioread_top5.interval: 5 → 10
            db[1,2] (2 hosts)
    all of it: tapbook show 20261123T004105Z-1a2b3c
    "
  `);
});

test('modules that are built again', async () => {
  expect(await report(well, cached)).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml, begun 2026-11-23 00:41:05 UTC
    run ended after 1m44s: 2 ok; exit 0
    changed since run 20261122T004105Z-0f0f0f:
      ~ module ioread_top5@6.1.0-13-cloud-amd64/x86_64: built again, since it was no longer in the cache
    all of it: tapbook show 20261123T004105Z-1a2b3c
    "
  `);
});

test('a run before that is damaged, and runs that died', async () => {
  const died = ['20261123T003105Z-0d0d0d', '20261123T002105Z-0e0e0e'] as RunId[];
  const unreadable = '2 lines of its events.ndjson cannot be read';
  expect(await report(cached, { ended: { run: earlierId, unreadable }, died })).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml, begun 2026-11-23 00:41:05 UTC
    run ended after 1m44s: 2 ok; exit 0
    what changed since run 20261122T004105Z-0f0f0f is not known: 2 lines of its events.ndjson cannot be read
    run 20261123T003105Z-0d0d0d died and could not say so, and 1 run before it: tapbook show 20261123T003105Z-0d0d0d
    all of it: tapbook show 20261123T004105Z-1a2b3c
    "
  `);
});

test('a run that was cut short', async () => {
  expect(await report(well.slice(0, -4), well)).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml, begun 2026-11-23 00:41:05 UTC
    it was cut short
    changed since run 20261122T004105Z-0f0f0f:
      play Who reads most on the databases
        ~ outcome ok → unknown
            db2
      ~ module ioread_top5@6.1.0-13-cloud-amd64/x86_64: built again, since it was no longer in the cache
    all of it: tapbook show 20261123T004105Z-1a2b3c
    "
  `);
  expect(await report([])).toBe('');
});
