import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PlannedOutput } from '../../src/model/plan.ts';
import { loadPlaybook } from '../../src/playbook/load-playbook.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { tablesOf } from '../../src/records/make-tables.ts';
import { formatFleetTables } from '../../src/report/texts/fleet-tables.ts';
import { recordedRun } from '../support/recorded-run.ts';

const root = new URL('../..', import.meta.url).pathname;
const plainTexts = { colour: 'plain', columns: 80 } as const;
const confinement = createConfinement('read');

/** What PostgreSQL 17 and its script printed in the lab, read as the shipped playbook says. */
async function tablesFor(playbook: string): Promise<string> {
  const loaded = await loadPlaybook(`playbooks/postgresql/${playbook}.yml`, { confinement });
  const script = loaded.ok ? loaded.value.playbook.plays[0]?.scripts[0] : undefined;
  if (script?.format === undefined) throw new Error(`${playbook}: nothing says how its output is read`);
  const output: Omit<PlannedOutput, 'module'> = {
    format: script.format,
    ...(script.aggregate === undefined ? {} : { aggregate: script.aggregate }),
  };
  const events = recordedRun([{ module: script.name, output }], { names: ['db1'], linesOf: recordedLines });
  return formatFleetTables(tablesOf(events), plainTexts);
}

function recordedLines(_host: string, module: string): readonly string[] {
  return readFileSync(`${root}test/records/postgresql/${module}.txt`, 'utf8').replace(/\n$/, '').split('\n');
}

const playbooks = readdirSync(`${root}playbooks/postgresql`)
  .filter(name => name.endsWith('.yml'))
  .map(name => name.replace(/\.yml$/, ''));

describe('what the scripts for PostgreSQL printed', () => {
  test.each(playbooks)('%s: every line has its place', async playbook => {
    const text = await tablesFor(playbook);
    expect(text).toMatch(/^(?:TABLE|HISTOGRAM)/m);
    expect(text).not.toMatch(/no records?|lines? that (?:is|are)/);
    expect(text).toMatchSnapshot();
  });

  test('a text cannot pass for another column: it comes last', async () => {
    const loaded = await loadPlaybook('playbooks/postgresql/slow-queries.yml', { confinement });
    const script = loaded.ok ? loaded.value.playbook.plays[0]?.scripts[0] : undefined;
    if (script?.format === undefined || script.aggregate === undefined) throw new Error('it has no columns');
    const forged = "7 150 done select '8 99999999 done select 1'";
    const events = recordedRun(
      [{ module: script.name, output: { format: script.format, aggregate: script.aggregate } }],
      {
        names: ['db1'],
        linesOf: () => [forged],
      },
    );
    const [table] = tablesOf(events).tables;
    expect(table?.rows).toEqual([["select '8 99999999 done select 1'", 1, 1, 150, 150]]);
  });
});
