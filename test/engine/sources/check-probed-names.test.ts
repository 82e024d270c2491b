import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkPlaybook } from '../../../src/engine/sources/check-playbook.ts';
import type { KnownBinary } from '../../../src/engine/sources/check-probed-names.ts';
import { noPasswords } from '../../../src/engine/sources/requests.ts';
import type { ElfBuildId } from '../../../src/model/ids.ts';

const { signal } = new AbortController();

function known(host: string, at: string, buildId: string, ...marks: readonly string[]): KnownBinary {
  const markers = marks.map(name => ({ provider: 'postgresql', name, arguments: [], places: 1 }));
  const debugInfo = { dwarf: 'none', miniDebugInfo: false } as const;
  return {
    host,
    at: Date.parse(at),
    probes: { buildId: buildId as ElfBuildId, bytes: 1, markers, functions: [], debugInfo },
  };
}

async function check(script: string, binaries: readonly KnownBinary[]) {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-check-names-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'play.yml');
  await writeFile(
    path,
    `- hosts: db\n  build_hosts: local\n  scripts:\n    - { name: a, duration: 5s, inline: '${script}' }\n`,
  );
  const asked: string[] = [];
  const found = await checkPlaybook(
    path,
    {
      passwords: noPasswords,
      binaries: async file => {
        asked.push(file);
        return binaries;
      },
    },
    signal,
  );
  return { ...found, asked, told: found.diagnostics.map(({ code, message, cure }) => `${code}: ${message}; ${cure}`) };
}

const script = 'probe process("/usr/bin/server").mark("query_start") { println($arg1) }';

test('a mark that a known binary does not have: which binary, and what was meant', async () => {
  const { told, refusal, diagnostics } = await check(script, [
    known('db1', '2026-12-01T02:03:04Z', '459f0d', 'query__start', 'query__done'),
  ]);
  expect(told).toEqual([
    'unknown-mark: /usr/bin/server has no mark "query_start", as db1 had it on 2026-12-01 02:03 UTC (build-id 459f0d); did you mean "query__start"?',
  ]);
  expect(refusal).toBeUndefined();
  expect(diagnostics[0]?.place).toMatchObject({ file: 'a.stp', line: 1, column: 39 });
});

test('of a host that was asked twice the latter counts; one finding for each name', async () => {
  const [old, now] = [known('db1', '2026-01-01', '01', 'query_start'), known('db1', '2026-02-01', '02', 'other')];
  expect((await check(script, [now, old])).told).toHaveLength(1);
  expect((await check(script, [known('db1', '2026-02-01', '02', 'query_start'), { ...now, at: 0 }])).told).toEqual([]);
  const { told } = await check(script, [now, known('db2', '2026-01-01', '03', 'query_start'), { ...old, host: 'db3' }]);
  expect(told).toEqual([expect.stringContaining('as db1 had it')]);
});

test('nothing is said where nothing is known, and nobody is asked without a path', async () => {
  expect(await check(script, [])).toMatchObject({ told: [], asked: ['/usr/bin/server'] });
  expect(await check('probe timer.s(1) { println(1) }', [])).toMatchObject({ told: [], asked: [] });
});

test('what a lint says of the same name is not said twice', async () => {
  const { diagnostics } = await check('probe process("/usr/bin/postgres").mark("query_start") { println($arg1) }', [
    known('db1', '2026-12-01', '01', 'query__start'),
  ]);
  expect(diagnostics.map(({ code }) => code)).toEqual(['mark-name']);
});
