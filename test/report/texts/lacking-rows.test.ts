import { expect, test } from 'vitest';
import type { BuilderBinary } from '../../../src/facts/host-facts.ts';
import type { BinaryPolicy } from '../../../src/model/binary.ts';
import type { ElfBuildId } from '../../../src/model/ids.ts';
import { formatPlan } from '../../../src/report/texts/plan-text.ts';
import { bind, makeBuilder, makePlan, makePlay, makeScript, presentBinary, probing, ready } from '../../plan/rig.ts';

const postgres = '/usr/lib/postgresql/17/bin/postgres';
const id = presentBinary(postgres, '459f1a03be77').buildId;

/** What the plan says of the builder; `undefined` where its probe has not told. */
function show(own: Partial<BuilderBinary> | undefined, how?: BinaryPolicy['how']): string {
  const binaries = own === undefined ? {} : { binaries: [{ path: postgres, state: 'present' as const, ...own }] };
  const target = (name: string) =>
    ready(name, {
      scripts: [bind(makeScript({ name: 'slow_queries' }))],
      probed: [probing(postgres)],
      binaries: [presentBinary(postgres, '459f1a03be77')],
    });
  const policy = how === undefined ? {} : { binaries: { how, mostBytes: 1 } };
  const plan = makePlan({
    targets: [target('db1'), target('db2')],
    builders: [makeBuilder('builder', binaries)],
    play: makePlay({ buildLimits: { nice: 10, ...policy } }),
  });
  const text = formatPlan(plan, { colour: 'plain', columns: 80 });
  return / {4}(builder has .*?)\n\n/s.exec(text)?.[1]?.replace(/\s+/g, ' ') ?? '';
}

test.each([
  ['the file is missing', { state: 'missing' as const }],
  ['it is of another build', { buildId: '8b14e0c1d2aa' as ElfBuildId }],
  ['its path is a link there', { buildId: id, realPath: '/opt/postgres' }],
])('what is copied to a build host is told: %s', (_name, own) => {
  expect(show(own)).toBe('builder has no such file: it is copied there from a target, unless that was done before');
  expect(show(own, 'ask')).toBe('builder has no such file: you are asked before it is copied there from a target');
  expect(show(own, 'never')).toBe('builder has no such file: the build fails there (binaries: never)');
});

test.each([
  ['it has the very file', { buildId: id }],
  ['its probe did not tell', undefined],
  ['nothing there can read it', { state: 'no-od' as const }],
])('nothing is told where %s', (_name, own) => {
  expect(show(own)).toBe('');
});
