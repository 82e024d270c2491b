import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlaysRequest } from '../../../src/engine/sources/requests.ts';
import { eventsOf } from '../../support/tapbook.ts';
import { type EngineRig, startEngine } from '../engine-rig.ts';

/** Which plays, hosts and scripts a request selects of a playbook. */
let engine: EngineRig;
beforeEach(async () => {
  engine = await startEngine('[build_hosts]\nbuilder\n\n[db]\ndb[1:3]\n\n[web]\nweb1\n');
});
afterEach(() => engine[Symbol.asyncDispose]());

const script = (name: string, more = '') =>
  `    - { name: ${name}, inline: 'probe begin { exit() }', until_exit: true${more} }\n`;

const playbook = () =>
  engine.write(
    'play.yml',
    `- hosts: db
  tags: [db]
  scripts:
${script('hello', ', tags: [quick]')}${script('risky', ", tags: 'never, risky'")}- hosts: web
  scripts:
${script('last')}`,
  );

/** The hosts of each play, and what was run in it. */
async function select(request: Partial<PlaysRequest>) {
  const { events, begun, outcomes } = await engine.apply(await engine.open(await playbook(), request));
  const plays = eventsOf(events, 'play-started').map(({ hosts }) => hosts.join(' '));
  return { plays: plays.join(', '), begun: begun.toSorted(), outcomes: outcomes.toSorted() };
}

test.each<[Partial<PlaysRequest>, string, readonly string[]]>([
  [{}, 'db1 db2 db3, web1', ['db1: hello', 'db2: hello', 'db3: hello', 'web1: last']],
  [{ tags: ['quick'] }, 'db1 db2 db3', ['db1: hello', 'db2: hello', 'db3: hello']],
  [{ skipTags: ['db'] }, 'web1', ['web1: last']],
  [{ startAtScript: 'last' }, 'web1', ['web1: last']],
  [{ tags: ['risky,untagged'] }, 'db1 db2 db3, web1', ['db1: risky', 'db2: risky', 'db3: risky', 'web1: last']],
  // As in Ansible: one tag of a script that is named outweighs its `never`.
  [{ tags: ['db'], limit: ['db2'] }, 'db2', ['db2: hello risky']],
  // A limit leaves plays out.
  [{ limit: ['web'] }, 'web1', ['web1: last']],
])('%j', async (request, plays, begun) => {
  const selected = await select(request);
  expect([selected.plays, selected.begun]).toEqual([plays, begun]);
});

describe('a start at a host', () => {
  test('leaves out those before it, which are not asked; a play without it keeps its hosts', async () => {
    const { plays, begun, outcomes } = await select({ startAt: 'db3' });
    expect([plays, begun]).toEqual(['db3, web1', ['db3: hello', 'web1: last']]);
    const left = 'skipped: it stands before db3, where --start-at begins';
    expect(outcomes).toEqual([`1 db1 ${left}`, `1 db2 ${left}`, '1 db3 ok', '2 web1 ok']);
    expect([engine.host('db1').connections, engine.host('db2').connections]).toEqual([0, 0]);
  });

  test.each<[Partial<PlaysRequest>, string, string]>([
    [{ startAt: 'db4' }, 'no-hosts', 'no play has the host "db4" (--start-at)'],
    [{ startAt: 'db1', limit: ['db2'] }, 'no-hosts', 'no play has the host "db1" (--start-at)'],
    [{ tags: ['quikc'] }, 'invalid-input', 'no script is left by --tags quikc'],
    [{ tags: ['quick'], skipTags: ['db'] }, 'invalid-input', 'no script is left by --tags quick --skip-tags db'],
    [{ startAtScript: 'lsat' }, 'invalid-input', 'no script is named "lsat" (--start-at-script)'],
  ])('nothing is left by %j', async (request, kind, message) => {
    const refusal = await engine.refusal(await playbook(), request);
    expect([refusal.kind, refusal.diagnostics.at(-1)?.message]).toEqual([kind, message]);
  });
});
