import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentEvents } from '../../../src/engine/event-hub.ts';
import { createFleet } from '../../../src/engine/fleet/fleet.ts';
import { createBuilderQuestions } from '../../../src/engine/prepare/ask-builders.ts';
import type { HostName, KernelRelease } from '../../../src/model/ids.ts';
import { openKeptFacts } from '../../../src/module/cache/kept-facts.ts';
import { bind, makeHost, makePlay, makeScript } from '../../plan/rig.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { firstRelease, inMemoryHosts } from '../../support/in-memory-hosts.ts';

const probing = (...paths: readonly string[]) => {
  const text = paths.map(path => `probe process("${path}").mark("m") {}`).join('\n');
  return bind(makeScript({ source: { path: 'pg.stp', text } }));
};

test('build hosts say what they have of the files that scripts of any host probe; that is never kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-ask-builders-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { transport, host } = inMemoryHosts();
  host('b1').binaries.set('/opt/pg17/postgres', 'ab12');
  const releases = [firstRelease as KernelRelease];
  const builder = makeHost('b1');
  const kept = openKeptFacts(folder, 'test');
  const { signal, limits } = connectOptions();
  await using fleet = createFleet(transport, limits, signal);
  const questions = createBuilderQuestions(
    {
      play: makePlay(),
      builders: [builder],
      scripts: new Map([
        ['db1' as HostName, [probing('/opt/pg17/postgres', '/opt/pg15/postgres')]],
        ['db2' as HostName, [probing('/opt/pg17/postgres')]],
      ]),
    },
    { fleet, events: silentEvents, forks: 1, signal, kept },
  );
  const [answer] = await questions.ask(releases);
  expect(answer).toMatchObject({
    kind: 'ready',
    facts: {
      binaries: [
        { path: '/opt/pg15/postgres', state: 'missing' },
        { path: '/opt/pg17/postgres', state: 'present', buildId: 'ab12' },
      ],
    },
  });
  const known = await kept.find(builder, releases);
  expect(known?.trees).toHaveLength(1);
  expect(known).not.toHaveProperty('binaries');
});
