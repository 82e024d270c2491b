import { describe, expect, test } from 'vitest';
import { concludeRun } from '../../../src/engine/supervisor/conclude-run.ts';
import type { Supervision } from '../../../src/engine/supervisor/supervision.ts';
import { newReport, readLogLine } from '../../../src/engine/supervisor/supervisor-report.ts';
import type { KernelRelease, Machine, ModuleName } from '../../../src/model/ids.ts';
import type { BuildId } from '../../../src/model/plan.ts';
import type { Artifact } from '../../../src/module/cache/module-cache.ts';
import type { Exit } from '../../../src/transport/transport.ts';

const module = 'ioread' as ModuleName;
const options = {
  script: { module, build: 'b' as BuildId, globals: [], limitSeconds: 30, end: 'at-limit' },
  artifact: { module } as Artifact,
  kernel: { release: '6.1.0-9' as KernelRelease, machine: 'x86_64' as Machine },
  leaseSeconds: 60,
  armSeconds: 300,
  watch: { maxLoadPerCpu: 2, stopAtLoadPerCpu: 4.5, stopAtFreeMemoryBytes: 200_000_000 },
  stop: new AbortController().signal,
} as Partial<Supervision> as Supervision;

/** Lines of the supervisor's, and between them staprun's, each with a `!` before it. */
function conclude(...lines: readonly string[]) {
  const report = newReport();
  for (const line of lines) readLogLine(line.startsWith('!') ? line.slice(1) : `N ${line}`, 'N', report);
  return concludeRun(report, { kind: 'code', code: 0 }, options, undefined);
}

const clean = 'ended 0 12 none removed';

test.each([
  [['stopping limit'], { kind: 'duration' }],
  [['stopping asked'], { kind: 'stopped' }],
  [[], { kind: 'exited' }],
  [['stopping lease'], { kind: 'lost', cause: 'the host heard nothing from here for 60 s and stopped the script' }],
  [['stopping lost'], { kind: 'lost', cause: 'the host lost its connection to here and stopped the script' }],
])('%j', (words, end) => {
  expect(conclude('ready BOOT', 'loaded', ...words, clean)).toMatchObject({ end, seconds: 12 });
});

// Before `ready` the wish to stop is the end of the input; where `ready` was on its way already, a lost one looks the same.
test('asked to stop, a lost input is no lost connection', () => {
  const report = newReport();
  for (const word of ['ready BOOT', 'loaded', 'stopping lost', clean]) readLogLine(`N ${word}`, 'N', report);
  const stopped = { ...options, stop: AbortSignal.abort() };
  expect(concludeRun(report, { kind: 'code', code: 0 }, stopped, undefined).end).toEqual({ kind: 'stopped' });
});

test.each([
  [
    'stopping load 523',
    'the load rose to 5.23 for each CPU and the script was stopped (stop_at_load_per_cpu: 4.5)',
    'run it when the host is less busy, probe less, or raise stop_at_load_per_cpu',
  ],
  [
    'stopping memory 180000',
    'free memory fell to 184.3 MB and the script was stopped (stop_at_free_memory: 200.0 MB)',
    'lower buffer_mb, run it when the host has more to spare, or lower stop_at_free_memory',
  ],
  [
    'stopping signal',
    'somebody on the host ended the supervisor, and the script with it',
    'ask who did, and run it again',
  ],
])('%s fails the host, at stage stream', (word, cause, cure) => {
  expect(conclude('ready BOOT', 'loaded', word, clean)).toEqual({
    end: { kind: 'failed', failure: { stage: 'stream', cause, cure } },
    seconds: 12,
    left: { module: 'none', directory: 'removed' },
    notes: [],
    unchecked: [],
    remains: {},
  });
});

test('one whose probes are not armed in time fails at its load, with what allows more', () => {
  expect(conclude('!staprun:main:1 x', 'ready BOOT', 'loaded', 'stopping unarmed', clean).end).toEqual({
    kind: 'failed',
    failure: {
      stage: 'load',
      cause: 'its probes were not armed 300 s after the load began, and it was stopped before it traced anything',
      cure: 'probe fewer points, or allow more time: --arm-timeout, or arm_timeout in tapbook.yml',
    },
  });
});

const real = ['!staprun:main:1 x', 'ready BOOT', 'loaded'];
const armed = '!stapio:stp_main_loop:666 systemtap_module_init() returned 0';
const exited = '!stapio:stp_main_loop:644 got STP_EXIT';

test.each([
  [[...real, armed, 'stopping limit', 'traced 3000', exited, clean], []],
  [[...real, armed, exited, clean], []],
  [
    [...real, armed, 'stopping limit', 'harder TERM', 'harder KILL', 'ended 137 40 none removed'],
    ['it did not end upon INT, only by KILL: what its end probes print may be missing'],
  ],
  [
    [...real, armed, 'stopping limit', 'ended 137 12 none removed'],
    ['staprun was killed by signal 9 (KILL): what its end probes print may be missing'],
  ],
  [[...real, armed, clean], ['staprun ended with code 0: what its end probes print may be missing']],
  [[...real, 'stopping asked', exited, clean], ['it was stopped before its probes were armed: it traced nothing']],
])('%j has notes %j', (lines, notes) => {
  const run = conclude(...lines);
  expect(run.notes).toEqual(notes);
  expect(run.cut).toBe(notes[0]);
});

// What failed or was lost says why itself.
test('a run that failed has no further note', () => {
  expect(conclude(...real, armed, 'stopping signal', 'ended 137 12 none removed').notes).toEqual([]);
});

test.each([
  ['refused busy 205', 'load', 'its load is 2.05 for each CPU now, the playbook allows 2'],
  ['refused tight 190000', 'load', 'it has 194.6 MB of memory available, and stop_at_free_memory is 200.0 MB'],
  ['refused locked 20260101T000000Z-abcd', 'load', 'run 20260101T000000Z-abcd holds ioread on this host'],
  [
    'refused squatted /tmp/tapbook-lock-ioread mallory',
    'load',
    '/tmp/tapbook-lock-ioread, which keeps others from loading ioread, belongs to mallory',
  ],
  ['refused loaded', 'load', 'a module named ioread is loaded already'],
  ['refused kernel 6.1.0-10', 'load', 'the kernel is 6.1.0-10 now, the module is for 6.1.0-9'],
  ['refused changed', 'upload', 'the module was changed on its way (sha256 differs)'],
  ['refused no-room /tmp', 'upload', 'cannot write to /tmp: is it full?'],
  ['refused stalled 60', 'upload', 'nothing more of the module arrived for 60 s'],
  ['refused \x1b[31mnew\x07 word', 'load', expect.stringMatching(/^the supervisor refused: /)],
] as const)('%j', (word, stage, cause) => {
  expect(conclude(word, 'ended -1 0 none removed').end).toMatchObject({ kind: 'failed', failure: { stage, cause } });
});

test('what it could not check, its folder and what stays are handed on', () => {
  const run = conclude(
    'folder /tmp/tapbook-R-1',
    'unchecked sha256',
    'ready BOOT',
    'stuck ERROR: it\x07stays',
    'ended 0 12 loaded removed',
  );
  expect(run).toMatchObject({
    left: { module: 'loaded', directory: 'removed' },
    unchecked: ['sha256'],
    remains: { folder: '/tmp/tapbook-R-1', stuck: 'ERROR: it stays' },
  });
});

test('a module that somebody else has loaded in the meantime is not ours to be left', () => {
  const error = "!ERROR: Couldn't insert module 'ioread.ko': File exists";
  const run = conclude('ready BOOT', error, 'ended 1 12 loaded removed');
  expect(run.left.module).toBe('none');
  expect(run.end).toMatchObject({ failure: { cause: 'a module of this name is loaded already' } });
});

test.each([
  ['limit', ['its process 1234 (post gres) was gone after 7 s']],
  // It was asked to end, or ended by itself, perhaps since its process has.
  ['asked', []],
  [undefined, []],
])('a process that ends before the script does is told: %s', (why, notes) => {
  const stopping = why === undefined ? [] : [`stopping ${why}`];
  const run = conclude('target 1234 post gres', 'ready BOOT', 'loaded', 'target-gone 7', ...stopping, clean);
  expect(run.notes).toEqual(notes);
});

describe('where nobody was left to say how it ended', () => {
  const killed = (exit: Exit, ...lines: readonly string[]) => {
    const report = newReport();
    for (const line of ['folder /tmp/x', ...lines])
      readLogLine(line.startsWith('!') ? line.slice(1) : `N ${line}`, 'N', report);
    return concludeRun(report, exit, options, undefined);
  };
  const bySignal = { kind: 'signal', signal: 'KILL' } as const;
  const said = 'all processes of its supervisor there were killed';

  test.each([
    [
      'while it streams',
      bySignal,
      ['ready BOOT', 'loaded'],
      'stream',
      `${said} (KILL): what its end probes print may be missing`,
    ],
    [
      'by the code of a shell or sudo',
      { kind: 'code', code: 137 },
      ['ready BOOT', 'loaded'],
      'stream',
      `${said} (KILL): what its end probes print may be missing`,
    ],
    [
      'told by no signal',
      { kind: 'code', code: 1 },
      ['ready BOOT', 'loaded', '!stapio:stp_main_loop:644 got STP_EXIT'],
      'stream',
      `${said}: its last output may be missing`,
    ],
    [
      'when all had been read',
      bySignal,
      ['ready BOOT', 'loaded', '!stapio:stp_main_loop:644 got STP_EXIT', '!stapio:close_relayfs:847 done'],
      'stream',
      `${said} (KILL)`,
    ],
    ['before its module was live', bySignal, ['ready BOOT'], 'load', `${said} (KILL)`],
    ['during the upload', bySignal, [], 'upload', `${said} (KILL)`],
  ] as const)('it has failed: killed %s', (_what, exit, lines, stage, cause) => {
    expect(killed(exit, ...lines).end).toMatchObject({ kind: 'failed', failure: { stage, cause } });
  });

  test('over a connection that was lost, nothing is known of it', () => {
    const { end, left } = killed({ kind: 'lost', cause: 'gone' }, 'ready BOOT', 'loaded');
    expect(end).toEqual({ kind: 'lost', cause: 'gone' });
    expect(left).toEqual({ module: 'unknown', directory: 'unknown' });
  });
});

test('a staprun that was killed before its duration was over has failed with what is missing', () => {
  const { end } = conclude('ready BOOT', 'loaded', 'ended 137 3 none removed');
  expect(end).toMatchObject({
    kind: 'failed',
    failure: {
      stage: 'stream',
      cause: 'staprun was killed by signal 9 (KILL): what its end probes print may be missing',
    },
  });
});
