import { describe, expect, test } from 'vitest';
import type { Leftover } from '../../../src/facts/host-facts.ts';
import type { ModuleName, RunId } from '../../../src/model/ids.ts';
import { planCleanup } from '../../../src/plan/checks/plan-cleanup.ts';

const run = '20261123T020035Z-9c6eea' as RunId;
const other = '20261122T020035Z-aaaaaa' as RunId;
const folder = (of: RunId, more: Partial<Leftover> = {}): Leftover => ({
  path: `/tmp/tapbook-${of}-Xy01zz`,
  owner: 'root',
  run: 'over',
  ...more,
});
const named = (...names: readonly string[]) => names as readonly ModuleName[];

function plan(
  leftovers: readonly Leftover[],
  wish: Parameters<typeof planCleanup>[1],
  loadedModules: string[] = ['io'],
) {
  return planCleanup({ leftovers, loadedModules, user: { name: 'ops', uid: 1001, groups: [] } }, wish);
}

describe('of all runs', () => {
  test('what is over and ours goes, with its modules, each once', () => {
    const leftovers = [folder(run, { loaded: 'io' }), folder(other, { loaded: 'io', owner: 'ops' })];
    expect(plan(leftovers, { named: [] })).toEqual({
      modules: ['io'],
      folders: [
        { path: leftovers[0]?.path, module: 'io' },
        { path: leftovers[1]?.path, module: 'io' },
      ],
      kept: [],
      unseen: [],
    });
  });

  test.each<[string, Partial<Leftover>, string]>([
    ['a live run', { run: 'live' }, 'its run is live'],
    ['what may be live', { run: 'unknown' }, "its run may be live: others' processes cannot be seen there"],
    ["somebody else's", { owner: 'ada' }, 'it belongs to ada'],
    ["somebody else's that may be live", { owner: 'ada', run: 'unknown' }, 'it belongs to ada'],
    ['who knows whose', { owner: undefined } as unknown as Partial<Leftover>, 'it is not known whose it is'],
  ])('%s stays', (_what, more, why) => {
    const one = folder(run, { loaded: 'io', ...more });
    expect(plan([one], { named: [] })).toEqual({
      modules: [],
      folders: [],
      kept: [{ path: one.path, why }],
      unseen: [],
    });
  });

  test('a module that a live run has too stays loaded, though the folder goes', () => {
    const leftovers = [folder(other, { loaded: 'io' }), folder(run, { loaded: 'io', run: 'live' })];
    expect(plan(leftovers, { named: [] })).toMatchObject({ modules: [], folders: [{ path: leftovers[0]?.path }] });
  });
});

test.each([
  [
    'of ours',
    { ours: 40, others: 0 },
    [],
    [{ what: '40 more directories', why: 'so many at once are not looked at; clean once more' }],
  ],
  [
    'of others',
    { ours: 0, others: 5990 },
    [{ path: '5990 more', why: 'they belong to other users, and were not looked into' }],
    [],
  ],
  ['nobody knows whose', 'too-slow', [], [{ what: 'directories of runs', why: 'looking for them took too long' }]],
] as const)('more %s are told: what may be ours as not done', (_whose, unseenLeftovers, kept, unseen) => {
  const facts = { leftovers: [], loadedModules: [], user: { name: 'ops', uid: 1001, groups: [] }, unseenLeftovers };
  expect(planCleanup(facts, { named: [] })).toEqual({ modules: [], folders: [], kept, unseen });
  expect(planCleanup(facts, { run, named: [] })).toEqual({ modules: [], folders: [], kept: [], unseen });
});

describe('of one run', () => {
  test('the folders of others are not spoken of', () => {
    expect(plan([folder(other), folder(other, { run: 'live' })], { run, named: [] })).toEqual({
      modules: [],
      folders: [],
      kept: [],
      unseen: [],
    });
  });

  test('what its history names goes too, if it is loaded', () => {
    expect(plan([], { run, named: named('io', 'net') }).modules).toEqual(['io']);
  });

  test.each<[string, Leftover]>([
    ['another run has it live', folder(other, { run: 'live', loaded: 'io' })],
    ['it lies with somebody else', folder(other, { owner: 'ada', run: 'unknown', loaded: 'io' })],
    ['this run still has a supervisor', folder(run, { run: 'live' })],
    ['this run may have one', folder(run, { run: 'unknown' })],
  ])('unless %s', (_why, leftover) => {
    expect(plan([leftover], { run, named: named('io') }).modules).toEqual([]);
  });
});
