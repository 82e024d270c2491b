import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostName } from '../../src/model/ids.ts';
import type { Target } from '../../src/plan/target.ts';
import { bind, decisions, lost, makeBuilder, makeKernel, makePlan, makeScript, makeTree, ready } from './rig.ts';

const el5 = makeKernel('2.6.18-348.el5');
const oldAndNew = makeBuilder('builder', { trees: [makeTree(), makeTree(el5.release)] });

const kinds = ['well', 'old', 'arm', 'box', 'idle', 'unreachable', 'failed', 'full'] as const;
const fleet = fc
  .array(fc.tuple(fc.constantFrom(...kinds), fc.constantFrom('1', '5')), { maxLength: 15 })
  .map(hosts => hosts.map(([kind, arg], index) => makeTarget(kind, arg, `h${index}`)));

function makeTarget(kind: (typeof kinds)[number], arg: string, name: string): Target {
  const scripts = [bind(makeScript(), { args: [arg] }), bind(makeScript({ name: 'net' }))];
  switch (kind) {
    case 'well':
      return ready(name, { scripts });
    case 'old':
      return ready(name, { scripts, facts: { kernel: el5 } });
    case 'arm':
      return ready(name, { scripts, facts: { kernel: makeKernel('6.1', '', 'aarch64') } });
    case 'box':
      return ready(name, { scripts, facts: { container: 'lxc' } });
    case 'full':
      return ready(name, { scripts, facts: { freeBytes: 0 } });
    case 'idle':
      return ready(name, { scripts: [] });
    case 'unreachable':
    case 'failed':
      return lost(kind, name, { stage: 'probe', cause: 'x' });
    default:
      return kind satisfies never;
  }
}

const count = fc.integer({ min: 1, max: 4 });

test('a plan has every host once, and every host that runs in one batch and in the builds of its scripts', () => {
  fc.assert(
    fc.property(fleet, count, (targets, size) => {
      const plan = makePlan({ targets, builders: [oldAndNew], play: { serial: [{ kind: 'hosts', count: size }] } });
      expect(plan.hosts.map(host => host.name)).toEqual(targets.map(target => target.host.name));
      const running = plan.hosts.filter(host => host.decision.kind === 'run');
      const names = running.map(host => host.name);
      expect(plan.batches.flat()).toEqual(names);
      expect(plan.kernelGroups.flatMap(group => group.hosts).sort()).toEqual([...names].sort());
      for (const { name, kernelGroup, decision } of running) {
        const planned = decision.kind === 'run' ? decision.scripts.map(script => script.build) : [];
        const builds = plan.builds.filter(build => build.hosts.includes(name as HostName));
        expect(builds.map(build => build.id).sort()).toEqual([...planned].sort());
        expect(builds.every(build => build.kernelGroup === kernelGroup)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

test('a fleet is planned the same in whatever order its facts came', () => {
  const shuffled = fleet.chain(targets => fc.tuple(fc.constant(targets), fc.shuffledSubarray(targets, whole(targets))));
  fc.assert(
    fc.property(shuffled, ([targets, others]) => {
      const plan = makePlan({ targets, builders: [oldAndNew] });
      const trees = makeBuilder('builder', { trees: [makeTree(el5.release), makeTree()] });
      expect(makePlan({ targets: structuredClone(targets), builders: [trees] })).toEqual(plan);
      const other = makePlan({ targets: others, builders: [oldAndNew] });
      expect(other.kernelGroups.map(group => group.id)).toEqual(plan.kernelGroups.map(group => group.id));
      expect(other.builds.map(build => build.id)).toEqual(plan.builds.map(build => build.id));
      expect(
        decisions(other)
          .map(said => said.replace(/#\d/g, ''))
          .sort(),
      ).toEqual(
        decisions(plan)
          .map(said => said.replace(/#\d/g, ''))
          .sort(),
      );
    }),
    { numRuns: 60 },
  );
});

function whole(list: readonly unknown[]): { readonly minLength: number; readonly maxLength: number } {
  return { minLength: list.length, maxLength: list.length };
}

const versions = fc.constantFrom('4.8', '5.1', '5.2');
const builderFleet = fc
  .array(fc.tuple(versions, fc.boolean()), { maxLength: 5 })
  .map(parts => parts.map(([version, both], index) => oneBuilder(version, both ? 'both' : 'new', `b${index}`)));

function oneBuilder(version: string, trees: 'both' | 'new', name: string): ReturnType<typeof makeBuilder> {
  return makeBuilder(name, {
    stap: { path: '/usr/bin/stap', version, banner: version },
    trees: trees === 'both' ? [makeTree(), makeTree(el5.release)] : [makeTree()],
  });
}

test('whoever builds or steps in has the headers and a SystemTap whose modules every target of the build can run', () => {
  fc.assert(
    fc.property(fleet, builderFleet, (targets, builders) => {
      const plan = makePlan({ targets, builders });
      expect(makePlan({ targets: structuredClone(targets), builders: structuredClone(builders) })).toEqual(plan);
      for (const build of plan.builds) {
        const names = [build, ...build.alternatives].map(({ buildHost }) => buildHost);
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) {
          const builder = builders.find(({ host }) => host.name === name);
          if (builder?.kind !== 'ready') expect.fail('it was never asked');
          expect(builder.facts.stap?.version).toMatch(/^5\./);
          expect(builder.facts.trees.map(({ release }) => release)).toContain(build.release);
        }
      }
    }),
    { numRuns: 60 },
  );
});
