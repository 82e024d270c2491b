import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEventHub } from '../../../src/engine/event-hub.ts';
import { createFleet } from '../../../src/engine/fleet/fleet.ts';
import { diagnosePlays } from '../../../src/engine/prepare/diagnose-plays.ts';
import { noPasswords } from '../../../src/engine/sources/requests.ts';
import { selectForDoctor } from '../../../src/engine/sources/select-for-doctor.ts';
import type { BinaryProbes } from '../../../src/model/binary-probes.ts';
import type { ElfBuildId, RunId } from '../../../src/model/ids.ts';
import { openCanaryRecords } from '../../../src/module/cache/canary-records.ts';
import { openKeptProbes } from '../../../src/module/cache/kept-probes.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { type EngineRig, startEngine } from '../engine-rig.ts';

const postgres = '/usr/lib/postgresql/17/bin/postgres';
const older = '459f'.padEnd(40, '0') as ElfBuildId;
const newer = '8b14'.padEnd(40, '1') as ElfBuildId;

let engine: EngineRig;
beforeEach(async () => {
  engine = await startEngine('[build_hosts]\nbuilder\n\n[db]\ndb[1:2]\n');
});
afterEach(() => engine[Symbol.asyncDispose]());

function marked(buildId: ElfBuildId, ...names: readonly string[]): BinaryProbes {
  const markers = names.map(name => ({ provider: 'postgresql', name, arguments: [], places: 1 }));
  return { buildId, bytes: 1000, markers, functions: [], debugInfo: { dwarf: 'none', miniDebugInfo: false } };
}

/** `HOST STATUS CHECK: FOUND` of the rows of binaries. */
async function examine(script: string, more = ''): Promise<readonly string[]> {
  const path = await engine.write(
    'queries.yml',
    `- name: Queries
  hosts: db
${more}  scripts:
    - name: queries
      inline: '${script}'
      args: ["${postgres}"]
      duration: 10s
`,
  );
  const { signal } = new AbortController();
  const inventory = [join(engine.folder, 'hosts.ini')];
  const selected = await selectForDoctor(path, { inventory, passwords: noPasswords }, signal);
  if (!selected.ok) throw new Error(selected.error.diagnostics.map(({ message }) => message).join('; '));
  const kept = openKeptProbes(join(engine.folder, 'kept'));
  await kept.keep(marked(older, 'query__start', 'query__done'), { path: postgres, host: 'other', at: 0 });
  await kept.keep(marked(newer, 'query__begin'), { path: postgres, host: 'other', at: 0 });
  await using fleet = createFleet(engine.transport, connectOptions().limits, signal);
  const canaries = openCanaryRecords(join(engine.folder, 'canaries'));
  const events = createEventHub('20261123T004105Z-1a2b3c' as RunId, []);
  const plays = await diagnosePlays(selected.value.plays, { fleet, events, canaries, kept, forks: 10, signal });
  return plays.flatMap(({ hosts }) =>
    hosts.flatMap(({ host, findings }) =>
      findings.flatMap(({ check, status, found }) =>
        check === 'markers' || check === 'binaries' ? [`${host} ${status} ${check}: ${found}`] : [],
      ),
    ),
  );
}

test('each host is told what its own binary lacks, and the build host what it lacks of both', async () => {
  engine.host('db1').binaries.set(postgres, older);
  engine.host('db2').binaries.set(postgres, newer);
  engine.host('builder').binaries.set(postgres, older);
  expect(await examine('probe process(@1).mark("query__start") { exit() }')).toEqual([
    `db1 ok binaries: ${postgres} 459f00000000`,
    `db1 ok markers: ${postgres}: it has the 1 mark that scripts name`,
    `db2 ok binaries: ${postgres} 8b1411111111`,
    `db2 failed markers: ${postgres} has no mark "query__start"`,
    `builder ok binaries: it has ${postgres} 459f00000000; it has no ${postgres} 8b1411111111: it is copied there from a target, unless that was done before`,
  ]);
});

test('what the play says of copying holds', async () => {
  for (const name of ['db1', 'db2']) engine.host(name).binaries.set(postgres, older);
  const rows = await examine('probe process(@1).mark("query__start") { exit() }', '  binaries: never\n');
  expect(rows.at(-1)).toBe(
    `builder warning binaries: it has no ${postgres} 459f00000000, and the play says binaries: never: unless it was copied before, builds for it fail here`,
  );
});

test('a script that probes no file, or names nothing in it', async () => {
  for (const name of ['builder', 'db1', 'db2']) engine.host(name).binaries.set(postgres, older);
  expect(await examine('probe begin { println(@1); exit() }')).toEqual([]);
  const rows = await examine('probe process(@1).statement(0x10) { exit() }');
  expect(rows.map(row => row.split(':')[0])).toEqual(['db1 ok binaries', 'db2 ok binaries', 'builder ok binaries']);
});
