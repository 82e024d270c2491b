import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awkHistograms } from '../support/awk-sums.ts';
import { labEnvironment, labHome } from '../support/lab.ts';
import { eventsOf, parseEvents, runTapbook } from '../support/tapbook.ts';

/** Histograms of three real hosts, and the same sums made by awk of what the hosts have printed. Of tables: apply.test.ts. */
const targets = ['db1', 'db2', 'web1'];
let home = '';
let env: Readonly<Record<string, string>> = {};
let inventory = '';

beforeAll(async () => {
  inventory = (await labEnvironment())['TAPBOOK_LAB_INVENTORY'] ?? '';
  home = await mkdtemp(join(tmpdir(), 'tapbook-lab-tables-'));
  env = labHome(home);
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** What an apply of a shipped playbook says of its tables, and the files with what the hosts printed. */
async function apply(playbook: string) {
  const { code, stdout, stderr } = await runTapbook(['apply', playbook, '-i', inventory, '--format', 'json'], { env });
  expect([code, stderr]).toEqual([0, '']);
  const events = parseEvents(stdout);
  const [started] = eventsOf(events, 'run-started');
  const [tables] = eventsOf(events, 'tables');
  if (started === undefined || tables === undefined) throw new Error('it has no tables');
  return { tables, files: targets.map(host => join(started.directory ?? '', 'output', `${host}.txt`)) };
}

test('how large reads are: histograms of three hosts, added up', async () => {
  const { tables, files } = await apply('playbooks/read-sizes.yml');
  const told = tables.histograms.flatMap(({ title, histogram }) =>
    histogram.buckets.flatMap(({ value, count }) => (count === 0 ? [] : [`${title} ${value} ${count}`])),
  );
  expect(told.length).toBeGreaterThan(0);
  expect(told.toSorted()).toEqual(awkHistograms(files));
});
