import { describe, expect, test } from 'vitest';
import type { ModuleName } from '../../src/model/ids.ts';
import { joinScriptOutcomes } from '../../src/model/join-script-outcomes.ts';
import type { HostOutcome, ScriptOutcome } from '../../src/model/outcome.ts';

const named = (module: string, outcome: HostOutcome): ScriptOutcome => ({ ...outcome, module: module as ModuleName });
const failure = { stage: 'stream', cause: 'no exit() in 30 s', cure: 'give it longer', detail: 'ERROR: x' } as const;
const ok: HostOutcome = { kind: 'ok' };
const failed: HostOutcome = { kind: 'failed', failure };
const noTree: HostOutcome = { kind: 'failed', failure: { stage: 'build', cause: 'no kernel tree' } };
const degraded: HostOutcome = { kind: 'degraded', notes: ['2 probes were skipped'] };
const lost: HostOutcome = { kind: 'unreachable', failure: { stage: 'stream', cause: 'lost' } };
const left = (module: string): ScriptOutcome =>
  named(module, {
    kind: 'left-behind',
    failure: { stage: 'cleanup', cause: `module ${module} is still loaded`, cure: `staprun -d ${module}` },
  });

describe('of several scripts', () => {
  test('each that failed is named, with its stage, its cure and what it printed', () => {
    const ends = [named('a', failed), named('b', ok), named('c', noTree)];
    expect(joinScriptOutcomes(ends, 3)).toStrictEqual({
      kind: 'failed',
      failure: {
        stage: 'stream',
        cause: 'a: no exit() in 30 s; at build: c: no kernel tree',
        cure: 'give it longer',
        detail: 'ERROR: x',
      },
      scripts: [ends[0], ends[2]],
    });
  });

  test('what several say is said once', () => {
    const { failure: joined } = joinScriptOutcomes([named('a', failed), named('b', failed)], 2) as { failure: object };
    expect(joined).toStrictEqual({ ...failure, cause: 'a, b: no exit() in 30 s' });
  });

  test('one that failed is named even where the others are not known', () => {
    expect(joinScriptOutcomes([named('a', failed)], 2)).toMatchObject({ failure: { cause: 'a: no exit() in 30 s' } });
  });

  test('what is less bad is not lost: skipped probes beside a failure', () => {
    const ends = [named('a', degraded), named('b', failed), named('c', degraded), named('d', { kind: 'interrupted' })];
    expect(joinScriptOutcomes(ends, 4)).toMatchObject({ kind: 'failed', scripts: ends });
  });

  test('notes are named', () => {
    const ends = [named('a', degraded), named('b', ok), named('c', { kind: 'degraded', notes: ['lines were lost'] })];
    expect(joinScriptOutcomes(ends, 3)).toStrictEqual({
      kind: 'degraded',
      notes: ['a: 2 probes were skipped', 'c: lines were lost'],
      scripts: [ends[0], ends[2]],
    });
  });

  test('a text that names its module is left as it is', () => {
    expect(joinScriptOutcomes([left('io'), named('x', failed), left('net')], 3)).toMatchObject({
      kind: 'left-behind',
      failure: {
        stage: 'cleanup',
        cause: 'module io is still loaded; module net is still loaded',
        cure: 'staprun -d io; staprun -d net',
      },
    });
  });

  test('that a host has vanished is not lost behind another script whose connection went', () => {
    const vanished: HostOutcome = { ...lost, vanishedAfterLoad: true };
    for (const outcomes of [
      [lost, vanished],
      [vanished, lost],
    ]) {
      const ends = outcomes.map((outcome, index) => named(`m${index}`, outcome));
      expect(joinScriptOutcomes(ends, 2)).toMatchObject({ kind: 'unreachable', vanishedAfterLoad: true });
    }
  });

  test('where all ran well there is nothing to tell', () => {
    expect(joinScriptOutcomes([named('a', ok), named('b', ok)], 2)).toStrictEqual(ok);
    expect(joinScriptOutcomes([], 2)).toStrictEqual(ok);
  });
});

test('the only script of a host needs no name', () => {
  expect(joinScriptOutcomes([named('io', failed)], 1)).toStrictEqual(failed);
  expect(joinScriptOutcomes([named('io', degraded)], 1)).toStrictEqual(degraded);
  expect(joinScriptOutcomes([left('io')], 1)).toStrictEqual(left('io'));
});
