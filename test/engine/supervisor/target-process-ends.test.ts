import { expect, test } from 'vitest';
import { concludeRun } from '../../../src/engine/supervisor/conclude-run.ts';
import { concludeScript } from '../../../src/engine/supervisor/conclude-script.ts';
import type { Supervision } from '../../../src/engine/supervisor/supervision.ts';
import { newReport, readLogLine } from '../../../src/engine/supervisor/supervisor-report.ts';
import type { KernelRelease, Machine, ModuleName } from '../../../src/model/ids.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import type { BuildId } from '../../../src/model/plan.ts';
import type { Artifact } from '../../../src/module/cache/module-cache.ts';
import { createTally } from '../../../src/report/tally/run-tally.ts';
import { formatRecap } from '../../../src/report/texts/recap.ts';
import { applyOf, hosts, plan } from '../../support/sample-run.ts';
import { sshHost } from '../../support/ssh-host.ts';

const module = 'ioread' as ModuleName;
const options = {
  script: { module, build: 'b' as BuildId, globals: [], limitSeconds: 30, end: 'at-limit' },
  artifact: { module } as Artifact,
  kernel: { release: '6.1.0-9' as KernelRelease, machine: 'x86_64' as Machine },
  watch: {},
  stop: new AbortController().signal,
} as Partial<Supervision> as Supervision;

/** What comes of a script for process 1234 whose supervisor says these words after it was loaded. */
function outcomeOf(words: readonly string[]): HostOutcome {
  const report = newReport();
  for (const word of ['folder /tmp/x', 'target 1234 postgres', 'ready BOOT', 'loaded', ...words])
    readLogLine(`N ${word}`, 'N', report);
  const run = concludeRun(report, { kind: 'code', code: 0 }, options, undefined);
  return concludeScript(run, { host: sshHost({}), as: 'login-user', module, leaseSeconds: 60, vanished: undefined });
}

test.each([
  [['stopping limit', 'ended 0 30 none removed'], []],
  [
    ['target-gone 7', 'stopping limit', 'ended 0 30 none removed'],
    ['degraded db1: its process 1234 (postgres) was gone after 7 s'],
  ],
  [
    ['target-gone 7', 'stopping limit', 'harder TERM', 'ended 0 50 none removed'],
    [
      'degraded db1: it did not end upon INT, only by TERM: what its end probes print may be missing',
      'degraded db1: its process 1234 (postgres) was gone after 7 s',
    ],
  ],
  [
    ['target-gone 7', 'ended 137 9 none removed'],
    ['failed db1 at stream: staprun was killed by signal 9 (KILL): what its end probes print may be missing'],
  ],
])('the recap says how a script with a target process ended: %j', (words, wrong) => {
  const outcome = outcomeOf(words);
  const { tally, read } = createTally();
  for (const event of applyOf(plan(hosts('db1')))) read(event.kind === 'host-finished' ? { ...event, outcome } : event);
  const recap = formatRecap(tally, { colour: 'plain', columns: 80, verbosity: 'normal', sentences: 'whole' });
  expect(recap.split('\n').filter(line => /^(?:degraded|failed) /.test(line))).toEqual(wrong);
  if (wrong.length === 0) expect(recap).toMatch(/^db1 : ok=1 failed=0/m);
});
