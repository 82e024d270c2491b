import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventsOf } from '../support/tapbook.ts';
import { type ApplyWishes, type EngineRig, startEngine } from './engine-rig.ts';

/** A build host without the file that scripts probe; how it is copied: test/module/binaries. */
const postgres = '/usr/lib/postgresql/17/bin/postgres';
const buildId = '459f'.padEnd(40, '0');

let engine: EngineRig;
beforeEach(async () => {
  engine = await startEngine('[build_hosts]\nbuilder\n\n[db]\ndb[1:2]\n');
  for (const name of ['db1', 'db2']) engine.host(name).binaries.set(postgres, buildId);
});
afterEach(() => engine[Symbol.asyncDispose]());

async function apply(rules: string, wishes: ApplyWishes = {}, scripts: readonly string[] = ['queries', 'commits']) {
  const list = scripts.map(
    name =>
      `    - { name: ${name}, inline: 'probe process("${postgres}").mark("${name}") { exit() }', duration: 10s }\n`,
  );
  const path = await engine.write('play.yml', `- hosts: db\n${rules}  scripts:\n${list.join('')}`);
  const { events, outcomes } = await engine.apply(await engine.open(path), wishes);
  const copies = [
    ...eventsOf(events, 'binary-fetching').map(({ host, buildHost }) => `fetching from ${host} for ${buildHost}`),
    ...eventsOf(events, 'binary-fetched').map(({ host, result }) => `fetched from ${host}: ${result.kind}`),
    ...eventsOf(events, 'binary-sent').map(({ buildHost, path }) => `sent to ${buildHost}: ${path}`),
  ];
  const causes = eventsOf(events, 'host-finished').flatMap(({ outcome }) =>
    outcome.kind === 'failed' ? [outcome.failure.cause] : [],
  );
  return { copies, causes: new Set(causes), outcomes: outcomes.toSorted() };
}

const copied = ['fetching from db1 for builder', 'fetched from db1: ok', `sent to builder: ${postgres}`];
const well = ['1 db1 ok', '1 db2 ok'];
const failed = ['1 db1 failed at build', '1 db2 failed at build'];
/** One who answers so, and what was asked. */
function terminal(answer: 'yes' | 'no') {
  const questions: string[] = [];
  const ask = async (question: string): Promise<'yes' | 'no'> => {
    questions.push(question);
    return answer;
  };
  return { questions, ask };
}

test('it is copied from one target and sent once; a later run copies nothing, for another script neither', async () => {
  expect(await apply('')).toMatchObject({ copies: copied, outcomes: well });
  expect(await apply('', {}, ['checkpoints'])).toMatchObject({ copies: [], outcomes: well });
  expect([...engine.host('builder').kept]).toEqual([buildId]);
});

test('binaries: ask asks once on the terminal, and copies after a yes', async () => {
  const { questions, ask } = terminal('yes');
  expect(await apply('  binaries: ask\n', { ask })).toMatchObject({ copies: copied, outcomes: well });
  expect(questions).toEqual([`Copy ${postgres} from db1 to builder for the build?`]);
  // The build host has dropped it, but it is in the store here.
  engine.host('builder').kept.clear();
  expect(await apply('  binaries: ask\n', { ask }, ['checkpoints'])).toMatchObject({
    copies: copied.slice(2),
    outcomes: well,
  });
  expect(questions).toHaveLength(1);
});

test('binaries: ask fails its hosts after a no, and without a terminal', async () => {
  const { questions, ask } = terminal('no');
  const lacks = `queries, commits: builder has no ${postgres} with build-id ${buildId}, as db[1,2] have`;
  const refused = await apply('  binaries: ask\n', { ask });
  expect([refused.copies, refused.outcomes, questions.length]).toEqual([[], failed, 1]);
  expect([...refused.causes]).toEqual([`${lacks}, and it was not to be copied`]);
  const unasked = await apply('  binaries: ask\n');
  expect([unasked.copies, unasked.outcomes]).toEqual([[], failed]);
  expect([...unasked.causes]).toEqual([`${lacks}, and there is no terminal to ask on (binaries: ask)`]);
  expect(engine.host('builder').builds).toBe(1);
});
