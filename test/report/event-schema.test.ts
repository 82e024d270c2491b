import { describe, expect, test } from 'vitest';
import type { Event, EventBody, ScriptEnd } from '../../src/model/event.ts';
import type { ElfBuildId } from '../../src/model/ids.ts';
import type { Failure, HostOutcome } from '../../src/model/outcome.ts';
import { assertValidEvent, assertValidPlan, readSchema } from '../support/event-validator.ts';
import {
  applyOf,
  at,
  finished,
  host,
  hosts,
  ioread,
  plan,
  plannedBuild,
  release,
  skipped,
  unreachable,
} from '../support/sample-run.ts';

/** The compiler keeps this in step with the union. */
const kinds = {
  'run-started': true,
  'play-started': true,
  'host-probed': true,
  'host-drifted': true,
  'host-retry': true,
  'play-planned': true,
  'canary-started': true,
  'canary-finished': true,
  'binary-fetching': true,
  'binary-fetched': true,
  'binary-sent': true,
  'build-started': true,
  'build-moved': true,
  'build-finished': true,
  'batch-started': true,
  'script-started': true,
  'script-armed': true,
  line: true,
  'output-full': true,
  record: true,
  histogram: true,
  'script-finished': true,
  'host-finished': true,
  'rollout-stopped': true,
  notice: true,
  tables: true,
  'run-finished': true,
} satisfies Record<Event['kind'], true>;

const binary = { path: '/usr/lib/postgresql/17/bin/postgres', buildId: '54e3beb2680a' as ElfBuildId };
const failure: Failure = { stage: 'load', cause: 'no', cure: 'yes', detail: 'a\nb' };

const outcomes = {
  ok: { kind: 'ok' },
  degraded: { kind: 'degraded', notes: ['3 probes were skipped'] },
  skipped: { kind: 'skipped', reason: 'no kernel', cure: 'add one' },
  failed: { kind: 'failed', failure },
  unreachable: { kind: 'unreachable', failure: { stage: 'connect', cause: 'refused' } },
  'left-behind': { kind: 'left-behind', module: ioread, failure },
  interrupted: { kind: 'interrupted' },
  'not-started': { kind: 'not-started', reason: 'the rollout stopped' },
} satisfies { [Kind in HostOutcome['kind']]: HostOutcome & { kind: Kind } };

const ends = {
  exited: { kind: 'exited' },
  duration: { kind: 'duration' },
  stopped: { kind: 'stopped' },
  lost: { kind: 'lost', cause: 'the connection is gone' },
  skipped: { kind: 'skipped', reason: 'a process runs another file', cure: 'restart it' },
  failed: { kind: 'failed', failure },
} satisfies { [Kind in ScriptEnd['kind']]: ScriptEnd & { kind: Kind } };

describe('event.schema.json', () => {
  test('has the same kinds as the type', () => {
    const references = readSchema('event.schema.json').oneOf as { $ref: string }[];
    expect(references.map(({ $ref }) => $ref.replace('#/$defs/', ''))).toEqual(Object.keys(kinds));
  });

  test('allows every event of a whole apply', () => {
    const planned = plan(hosts('db1', 'db2', 'db3'), { leftOut: [skipped, unreachable], old: hosts('legacy1') });
    const events = [...applyOf(planned)];
    for (const event of events) assertValidEvent(event);
    expect(new Set(events.map(({ kind }) => kind)).size).toBe(13);
  });

  test.each(Object.values(outcomes))('allows the outcome $kind', outcome => {
    assertValidEvent(at(1, finished(host('db1'), outcome)));
  });

  test.each(Object.values(ends))('allows the end $kind', end => {
    const left = { module: 'unknown', directory: 'left' } as const;
    const event = { kind: 'script-finished', host: host('db1'), module: ioread, end, seconds: 0.2, left } as const;
    assertValidEvent(at(1, event));
    assertValidEvent(at(1, { ...event, unchecked: ['sha256'] }));
  });

  test('allows how long a host took', () => {
    assertValidEvent(at(1, { kind: 'host-finished', host: host('db1'), seconds: 0.4, outcome: { kind: 'ok' } }));
  });

  test('allows a host that vanished after a load', () => {
    assertValidEvent(at(1, finished(host('db1'), { kind: 'unreachable', failure, vanishedAfterLoad: true })));
  });

  const build = plannedBuild(release, 'to-build', []);
  const kernel = { release, machine: build.machine };
  const canary = { ...kernel, buildHost: host('b1'), stap: '5.1' };
  const moved = { ...kernel, build: build.id, module: ioread, from: host('b1'), to: host('b2') };
  const drifts = (['fail', 'skip', 'replan'] as const).map(
    (onDrift): EventBody => ({
      kind: 'host-drifted',
      host: host('db1'),
      role: onDrift === 'skip' ? 'build-host' : 'target',
      changes: [
        { what: 'release', was: 'a', is: 'b' },
        { what: 'inventory', was: 'db1' },
        { what: 'user', is: 'me' },
      ],
      onDrift,
    }),
  );
  const others: EventBody[] = [
    { kind: 'rollout-stopped', reason: 'more than 5 % failed' },
    ...drifts,
    { kind: 'notice', severity: 'warning', text: 'debuginfo is missing' },
    { kind: 'canary-started', ...canary },
    { kind: 'canary-finished', ...canary, seconds: 31, result: { kind: 'ok' } },
    { kind: 'canary-finished', ...canary, seconds: 31, result: { kind: 'cannot-build', failure, log: '/x' } },
    { kind: 'canary-finished', ...canary, seconds: 0, result: { kind: 'failed', failure } },
    { kind: 'binary-fetching', ...binary, bytes: 9_800_000, host: host('db1'), buildHost: host('builder') },
    { kind: 'binary-fetched', ...binary, host: host('db1'), seconds: 1.5, result: { kind: 'ok', bytes: 9_800_000 } },
    { kind: 'binary-fetched', ...binary, host: host('db1'), seconds: 1.5, result: { kind: 'failed', failure } },
    { kind: 'binary-sent', ...binary, buildHost: host('builder'), bytes: 9_800_000, seconds: 1.5 },
    { kind: 'build-moved', ...moved, failure },
    { kind: 'build-moved', ...moved, failure, log: '/x' },
    {
      kind: 'host-probed',
      host: host('db1'),
      role: 'target',
      seconds: 20,
      result: { kind: 'failed', failure },
    },
  ];
  test.each(others)('allows a $kind', body => {
    assertValidEvent(at(1, body));
  });

  test('refuses what the types do not have', () => {
    const good = at(1, { kind: 'notice', severity: 'info', text: 'hello' });
    expect(() => assertValidEvent({ ...good, colour: 'red' })).toThrow(/additional properties.*colour/);
    expect(() => assertValidEvent({ ...good, kind: 'remark' })).toThrow(/must match exactly one/);
    expect(() => assertValidEvent({ ...good, time: '2026-11-23 00:41' })).toThrow(/time must match pattern/);
    const { text: _, ...without } = good as Event & { kind: 'notice' };
    expect(() => assertValidEvent(without)).toThrow(/required property 'text'/);
  });
});

describe('plan.schema.json', () => {
  const planned = plan(hosts('db1'), { leftOut: [skipped, unreachable] });
  const printed = { format: 'tapbook-plan/1', playbook: 'playbooks/io.yml', plays: [planned] };

  test('allows what is printed', () => {
    assertValidPlan(printed);
    expect(JSON.parse(JSON.stringify(printed))).toEqual(printed);
  });

  test('allows build hosts that step in, and such as cannot', () => {
    const [build] = planned.builds;
    const [group] = planned.kernelGroups;
    const { buildHost, artifact, canary } = build ?? expect.fail('no build');
    const alternatives = [{ buildHost, artifact, canary: { ...canary, state: 'untried' } }];
    const buildHosts = [...(group?.buildHosts ?? []), { name: 'b3', state: 'unfit', failure }];
    const plays = [{ ...planned, builds: [{ ...build, alternatives }], kernelGroups: [{ ...group, buildHosts }] }];
    assertValidPlan({ ...printed, plays });
    const unfit = [{ name: 'b3', state: 'unfit', stap: '5.1' }];
    const worse = [{ ...planned, kernelGroups: [{ ...group, buildHosts: unfit }] }];
    expect(() => assertValidPlan({ ...printed, plays: worse })).toThrow(/failure/);
  });

  test('refuses another format, and a host that fails for no reason', () => {
    expect(() => assertValidPlan({ ...printed, format: 'tapbook-plan/2' })).toThrow(/format must be equal/);
    const failing = { name: 'db1', groups: [], decision: { kind: 'fail', failures: [] } };
    const plays = [{ ...planned, hosts: [failing] }];
    expect(() => assertValidPlan({ ...printed, plays })).toThrow(/failures must NOT have fewer than 1/);
  });
});
