import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findModules } from '../../../src/engine/prepare/find-modules.ts';
import { digestValue } from '../../../src/engine/prepare/seal-plan.ts';
import type { Host } from '../../../src/model/host.ts';
import { openModuleCache } from '../../../src/module/cache/module-cache.ts';
import { playOfSavedPlan } from '../../../src/plan/saved/play-of-saved-plan.ts';
import { recordBasis } from '../../../src/plan/saved/record-basis.ts';
import { makeBuilder, makeHost, makeKernel, makePlan, makeTree, planInput, ready } from '../../plan/rig.ts';
import { storeAsBuilt } from '../../support/store-as-built.ts';

test('what is in the cache is not used if by now its SystemTap is known to panic that kernel, unless somebody answers for it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-find-'));
  try {
    const cache = openModuleCache(folder);
    const release = '6.12.107+deb13-amd64';
    const kernel = makeKernel(release);
    const targets = [ready('db1', { facts: { kernel } })];
    const builders = [makeBuilder('b1', { trees: [makeTree(release)] })];
    // As a tapbook had it that did not know.
    const planned = makePlan({ targets, builders });
    const input = planInput({ targets, builders });
    const buildHosts = builders.map(({ host }) => host);
    const basis = recordBasis({ ...input, planned, buildHosts, modules: new Map(), digest: digestValue });
    await storeAsBuilt(planned, cache);
    const findWith = async (vars: Host['vars']) => {
      const play = playOfSavedPlan(planned, basis);
      const found = await findModules(
        planned.builds,
        {
          planned,
          basis,
          selected: {
            play,
            hosts: [],
            scripts: new Map(),
            builders: [makeHost('b1', { vars })],
            playBuilders: [],
            kernelBuilders: new Map(),
          },
        },
        { cache, events: { emit: event => expect.fail(event.kind), congestion: () => undefined } },
      );
      return [found.places.size, found.uncached.length];
    };
    expect(await findWith({})).toEqual([0, 1]);
    expect(await findWith({ tapbook_known_breakages: 'ignore' })).toEqual([1, 0]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
