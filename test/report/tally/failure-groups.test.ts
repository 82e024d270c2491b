import { describe, expect, test } from 'vitest';
import type { HostName, ModuleName } from '../../../src/model/ids.ts';
import { joinScriptOutcomes } from '../../../src/model/join-script-outcomes.ts';
import type { HostOutcome, ScriptOutcome } from '../../../src/model/outcome.ts';
import { groupFailures } from '../../../src/report/tally/failure-groups.ts';

const failing = (module: string, cause: string): ScriptOutcome => ({
  kind: 'failed',
  module: module as ModuleName,
  failure: { stage: 'stream', cause },
});
const skipping = (module: string): ScriptOutcome => ({
  kind: 'degraded',
  module: module as ModuleName,
  notes: ['2 skipped probes'],
});
const well = (module: string): ScriptOutcome => ({ kind: 'ok', module: module as ModuleName });

/** `failed db1,db2 at stream: …` */
function told(hosts: Readonly<Record<string, HostOutcome>>): readonly string[] {
  const groups = groupFailures(Object.entries(hosts).map(([name, outcome]) => [name as HostName, outcome] as const));
  return groups.map(
    ({ kind, hosts: names, stage, cause }) => `${kind} ${names}${stage === undefined ? '' : ` at ${stage}`}: ${cause}`,
  );
}

const join = (...ends: ScriptOutcome[]): HostOutcome => joinScriptOutcomes(ends, ends.length);

describe('of several scripts of a host', () => {
  test('each that failed is named, and so are the skipped probes of one that did not', () => {
    const ends = [failing('a', 'first'), well('b'), failing('c', 'second'), skipping('d')];
    expect(told({ db1: join(...ends) })).toEqual([
      'failed db1 at stream: a: first',
      'failed db1 at stream: c: second',
      'degraded db1: d: 2 skipped probes',
    ]);
  });

  test('what has befallen several is said once, with their names', () => {
    expect(told({ db1: join(failing('a', 'no'), failing('b', 'no'), skipping('c'), skipping('d')) })).toEqual([
      'failed db1 at stream: a, b: no',
      'degraded db1: c, d: 2 skipped probes',
    ]);
  });

  test('hosts on which the same has befallen the same script share a line', () => {
    const same = join(failing('a', 'no'), well('b'));
    expect(told({ db1: same, db2: join(well('a'), failing('b', 'no')), db3: same })).toEqual([
      'failed db1,db3 at stream: a: no',
      'failed db2 at stream: b: no',
    ]);
  });

  test('those that were stopped beside one that failed are not told of', () => {
    const stopped: ScriptOutcome = { kind: 'interrupted', module: 'b' as ModuleName };
    expect(told({ db1: join(failing('a', 'no'), stopped) })).toEqual(['failed db1 at stream: a: no']);
    expect(told({ db1: join(stopped, skipping('a')) })).toEqual(['degraded db1: a: 2 skipped probes']);
  });
});

test('the only script of a host is not named', () => {
  expect(told({ db1: join(failing('a', 'no')) })).toEqual(['failed db1 at stream: no']);
});
