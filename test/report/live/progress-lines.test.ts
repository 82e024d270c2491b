import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import type { HostName, ModuleName, RunId } from '../../../src/model/ids.ts';
import { progressLines } from '../../../src/report/live/progress-lines.ts';

const finished: Extract<Event, { kind: 'script-finished' }> = {
  kind: 'script-finished',
  time: '2026-01-01T00:00:00.000Z',
  run: 'R' as RunId,
  host: 'db1' as HostName,
  module: 'ioread' as ModuleName,
  end: { kind: 'duration' },
  seconds: 30,
  left: { module: 'none', directory: 'removed' },
};

test('how long it traced stands beside how long it all took, and slow arming is told', () => {
  expect(progressLines({ ...finished, seconds: 95, traced: 10.35 }, 'verbose')).toEqual([
    'db1: ioread was stopped as planned after 1m35s, of which it traced 10s',
  ]);
  const { kind: _, end: __, left: ___, ...origin } = finished;
  const armed = { ...origin, kind: 'script-armed', seconds: 0.1 } as const;
  expect(progressLines(armed, 'verbose')).toEqual([]);
  expect(progressLines({ ...armed, seconds: 64 }, 'normal')).toEqual([
    'db1: ioread traces; arming its probes took 1m4s',
  ]);
});

test('what could not be checked is said also where all else is well', () => {
  expect(progressLines(finished, 'normal')).toEqual([]);
  expect(progressLines({ ...finished, unchecked: ['sha256', 'load'] }, 'normal')).toMatchInlineSnapshot(`
    [
      "db1: ioread was stopped as planned after 30s",
      "db1: ioread: warning: whether the module arrived unchanged was not checked: sha256sum, busybox, openssl and shasum are missing there",
      "db1: ioread: warning: its load was not checked before the load: the host does not say",
    ]
  `);
});
