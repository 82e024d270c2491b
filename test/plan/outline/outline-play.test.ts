import { expect, test } from 'vitest';
import type { HostName } from '../../../src/model/ids.ts';
import { diffOutlines } from '../../../src/plan/outline/diff-outlines.ts';
import { outlinePlay, type PlayOutline } from '../../../src/plan/outline/outline-play.ts';
import type { Play } from '../../../src/playbook/playbook.ts';
import { type ProbedFiles, readProbedFiles } from '../../../src/script/read-probed-files.ts';
import { bind, makePlay, makeScript } from '../rig.ts';

/** One host that runs one script. */
function outline(text: string, args: readonly string[], play: Partial<Play> = {}): PlayOutline {
  const script = makeScript({ source: { path: 'io.stp', text } });
  const host = 'db1' as HostName;
  return outlinePlay({
    play: makePlay({ scripts: [script], ...play }),
    hosts: [host],
    buildHosts: [],
    scripts: new Map([[host, [bind(script, { args })]]]),
    probedBy: ({ script: { source }, args: given }): ProbedFiles => readProbedFiles(source.text, given),
    kernelOf: () => undefined,
    digest: () => '',
  });
}

test('which files a script probes now, by its arguments as by its text', () => {
  const text = 'probe process(@1).mark("x") { exit() }\n';
  const [play] = diffOutlines(
    [outline(text, ['/usr/lib/postgresql/15/bin/postgres'])],
    [outline(text, ['/usr/lib/postgresql/17/bin/postgres'])],
  );
  expect(play?.scripts.flatMap(({ values }) => values.filter(({ name }) => name === 'probes'))).toEqual([
    {
      name: 'probes',
      from: ['/usr/lib/postgresql/15/bin/postgres'],
      to: ['/usr/lib/postgresql/17/bin/postgres'],
      hosts: ['db1'],
    },
  ]);
  const [named] = diffOutlines([outline('probe begin { exit() }\n', [])], [outline(text, ['postgres'])]);
  expect(named?.scripts.flatMap(({ values }) => values.filter(({ name }) => name === 'probes'))).toEqual([
    { name: 'probes', to: ['postgres'], hosts: ['db1'] },
  ]);
});

test('what becomes of hosts with stale processes', () => {
  const text = 'probe begin { exit() }\n';
  const [play] = diffOutlines([outline(text, [])], [outline(text, [], { staleProcesses: 'skip' })]);
  expect(play?.settings).toEqual([{ name: 'stale_processes', to: 'skip' }]);
});
