import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestValue, sealPlan } from '../../../src/engine/prepare/seal-plan.ts';
import { parseSavedPlan } from '../../../src/engine/sources/parse-saved-plan.ts';
import { planFormat } from '../../../src/engine/sources/plan-format.ts';
import type { HostName } from '../../../src/model/ids.ts';
import { narrowBasis, narrowPlay } from '../../../src/plan/saved/narrow-play.ts';
import { playOfSavedPlan, scriptsOfSavedHost } from '../../../src/plan/saved/play-of-saved-plan.ts';
import { recordBasis } from '../../../src/plan/saved/record-basis.ts';
import { type Renewal, renewPlay } from '../../../src/plan/saved/renew-play.ts';
import { type SavedPlan, type SealedPlan, savedPlanFormat } from '../../../src/plan/saved/saved-plan.ts';
import { lost, makeKernel, makePlan, planInput, ready } from '../../plan/rig.ts';

const at = '2026-11-23T13:00:00.000Z';
const day = 86_400;

function savedPlan(): SavedPlan {
  const targets = [
    ready('db1'),
    ready('db2', { facts: { kernel: makeKernel('6.9') } }),
    lost('unreachable', 'db3', { stage: 'connect', cause: 'x' }),
  ];
  const planned = makePlan({ targets });
  const input = planInput({ targets });
  const buildHosts = input.builders.map(({ host }) => host);
  return {
    format: savedPlanFormat,
    made: { at, by: '0.1.0' },
    plan: { format: 'tapbook-plan/1', playbook: 'play.yml', plays: [planned] },
    playbook: { sha256: digestValue('text') },
    inventory: { sources: ['hosts.ini'], sha256: digestValue([]), connectionVars: {} },
    basis: [recordBasis({ ...input, planned, buildHosts, modules: new Map(), digest: digestValue })],
  };
}

const sealed = sealPlan(savedPlan());
const text = JSON.stringify(sealed, null, 2);

function parse(source: string, wishes: Partial<Parameters<typeof parseSavedPlan>[1]> = {}) {
  return parseSavedPlan(source, { nowMs: Date.parse(at) + 1000, maxAgeSeconds: day, version: '0.1.0', ...wishes });
}

test('what was written is read', () => {
  expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
  expect(parse(`\uFEFF\n${JSON.stringify(sealed)}`).ok).toBe(true);
});

test('a variable that has a program run here, though whoever made the plan has sealed it, is refused', () => {
  const { sha256: _, ...plan } = sealed;
  const connectionVars = { ansible_user: 'me', ansible_ssh_common_args: '-o ProxyCommand=evil' };
  const strange = sealPlan({ ...plan, inventory: { ...plan.inventory, connectionVars } });
  expect(parse(JSON.stringify(strange))).toMatchObject({
    ok: false,
    error: {
      code: 'damaged-plan',
      message: 'is not as a plan has to be: ansible_ssh_common_args is no connection variable that a plan may have',
    },
  });
});

test.each([
  ['a playbook', '- hosts: db\n', undefined],
  ['nothing', '', undefined],
  ['a playbook in JSON', '[{"hosts": "db"}]', undefined],
  ['what a doctor says', '{"format": "tapbook-doctor/1"}', undefined],
  ['half a plan', text.slice(0, 200), savedPlanFormat],
  ['its first letters', text.slice(0, 20), undefined],
  ['a plan whose keys were sorted', JSON.stringify(Object.fromEntries(Object.entries(sealed).sort())), savedPlanFormat],
  ['a plan as it is printed', JSON.stringify(sealed.plan), 'tapbook-plan/1'],
  ['one that is yet to come', '{ "format" : "tapbook-saved-plan/99"', 'tapbook-saved-plan/99'],
  ['another with bytes for a terminal', '{"format":"tapbook-plan/\x1b[2J"}', undefined],
])('%s', (_what, source, format) => {
  expect(planFormat(source)).toBe(format);
});

describe('its age', () => {
  const made = Date.parse(at);
  test.each([
    ['just made', made, undefined],
    ['just good', made + day * 1000, undefined],
    ['too old', made + (day + 1) * 1000, `was made at ${at}, 24 hours ago; plans are good for 24 hours`],
    ['much too old', made + 40 * day * 1000, `was made at ${at}, 40 days ago; plans are good for 24 hours`],
    ['by a clock that is ahead a little', made - 200_000, undefined],
    ['by a clock that is far ahead', made - day * 1000, `was made at ${at}, which is yet to come`],
  ])('%s', (_what, nowMs, message) => {
    const parsed = parse(text, { nowMs });
    expect(parsed.ok ? undefined : parsed.error.message).toBe(message);
  });

  test('a time that there is not', () => {
    const parsed = parse(
      JSON.stringify(sealPlan({ ...savedPlan(), made: { at: '2026-13-41T99:00:00.000Z', by: 'x' } })),
    );
    expect(parsed.ok ? undefined : parsed.error.message).toBe(
      'was made at no time that there is: 2026-13-41T99:00:00.000Z',
    );
  });
});

test('one letter of it changed, or a part of it gone: never taken for a plan that is whole', () => {
  const offset = fc.integer({ min: 0, max: text.length - 1 });
  fc.assert(
    fc.property(offset, fc.constantFrom('', ' ', '"', '7', 'x', '}'), fc.boolean(), (index, letter, isCut) => {
      const changed = isCut ? text.slice(0, index) : text.slice(0, index) + letter + text.slice(index + 1);
      const format = planFormat(changed);
      if (format === undefined) return;
      const parsed = parse(changed);
      if (parsed.ok) expect(parsed.value).toEqual(sealed);
    }),
    { numRuns: 500 },
  );
});

test('whatever a plan is made to say with a digest that fits: it is refused, or can be used', () => {
  const seed = JSON.parse(text) as SealedPlan;
  const paths = pathsIn(seed);
  const values = fc.constantFrom<unknown>(undefined, null, 0, 'db1', 'x', [], {}, true, ['db1'], '9'.repeat(64));
  fc.assert(
    fc.property(fc.constantFrom(...paths), values, (path, value) => {
      const { sha256: _, ...plan } = replaceAt(structuredClone(seed), path, value) as SealedPlan;
      const changed = JSON.stringify(sealPlan(plan));
      if (planFormat(changed) === undefined) return;
      const parsed = parse(changed);
      if (parsed.ok) use(parsed.value);
    }),
    { numRuns: 2000 },
  );
});

/** As an apply does, where every host is as planned. */
function use({ plan, basis }: SealedPlan): void {
  for (const [index, whole] of plan.plays.entries()) {
    const based = basis[index];
    if (based === undefined) throw new Error('it rests on nothing');
    const planned = narrowPlay(whole, () => true);
    const play = playOfSavedPlan(
      planned,
      narrowBasis(based, () => true),
    );
    for (const host of planned.hosts) scriptsOfSavedHost(host, planned, play);
    const running = planned.hosts.filter(({ decision }) => decision.kind === 'run');
    const renewals = new Map<HostName, Renewal>(running.map(({ name }) => [name, { kind: 'as-planned' }]));
    const renewed = renewPlay(planned, { renewals, places: new Map(), fresh: undefined });
    for (const { name, kernelGroup, decision } of renewed.hosts) {
      if (decision.kind !== 'run') continue;
      expect(renewed.kernelGroups.map(({ id }) => id)).toContain(kernelGroup);
      expect(renewed.batches.flat()).toContain(name);
      for (const script of decision.scripts) expect(renewed.builds.map(({ id }) => id)).toContain(script.build);
    }
  }
}

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const inner = entries.flatMap(([key, entry]) => pathsIn(entry, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function replaceAt(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  const holder = value as Record<string | number, unknown>;
  if (key === undefined) return to;
  if (rest.length > 0) replaceAt(holder[key], rest, to);
  else if (to !== undefined) holder[key] = to;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return value;
}
