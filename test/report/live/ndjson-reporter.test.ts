import { describe, expect, test, vi } from 'vitest';
import { createNdjsonReporter } from '../../../src/report/live/ndjson-reporter.ts';
import { assertValidEvent } from '../../support/event-validator.ts';
import { createMemoryStream } from '../../support/memory-stream.ts';
import { applyOf, at, finished, host, hosts, line, plan, started } from '../../support/sample-run.ts';
import { parseEvents } from '../../support/tapbook.ts';

test('every event is one line, as the schema has it, and comes back the same', async () => {
  const stdout = createMemoryStream();
  const reporter = createNdjsonReporter({ stdout, onBrokenPipe: () => {} });
  const nasty = 'a\nb\x1b[2J\x9b2J\u202e\u2028"\\é\ud800';
  const events = [...applyOf(plan(hosts('db1', 'db2'))), line(200, host('db1'), nasty)];
  for (const event of events) reporter.read(event);
  await reporter.close();
  const lines = stdout.text().split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map(text => JSON.parse(text))).toEqual(events);
  for (const text of lines) assertValidEvent(JSON.parse(text));
  expect(stdout.text()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]/);
});

describe('one that stops reading', () => {
  const long = 'x'.repeat(100_000);

  test('is congestion, though not at once', () => {
    const stdout = createMemoryStream();
    stdout.fill();
    const reporter = createNdjsonReporter({ stdout, onBrokenPipe: () => {} });
    for (let count = 0; count < 40; count++) reporter.read(line(1, host('db1'), long));
    expect(reporter.congestion()).toBeUndefined();
    for (let count = 0; count < 60; count++) reporter.read(line(1, host('db1'), long));
    expect(reporter.congestion()).toBeInstanceOf(Promise);
  });

  test('makes us leave out output, and nothing else; a notice in its place counts it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stdout = createMemoryStream();
    const reporter = createNdjsonReporter({ stdout, onBrokenPipe: () => {} });
    reporter.read(started);
    stdout.fill();
    for (let count = 0; count < 100; count++) reporter.read(line(1, host('db1'), long));
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    expect(reporter.congestion()).toBeUndefined();
    for (const text of ['lost', 'lost too']) reporter.read(line(2, host('db1'), text));
    reporter.read(at(3, finished(host('db1'), { kind: 'ok' })));
    stdout.drain();
    reporter.read(line(4, host('db1'), 'kept too'));
    await reporter.close();
    const events = parseEvents(stdout.text());
    expect(events.slice(0, 101).map(({ kind }) => kind)).toEqual(['run-started', ...Array(100).fill('line')]);
    expect(events.slice(101)).toMatchInlineSnapshot(`
      [
        {
          "kind": "notice",
          "leftOut": 2,
          "run": "20261123T004105Z-1a2b3c",
          "severity": "warning",
          "text": "2 events of output not shown here, since nobody read in time; all of it: tapbook show 20261123T004105Z-1a2b3c --events",
          "time": "2026-11-23T00:41:08.000Z",
        },
        {
          "host": "db1",
          "kind": "host-finished",
          "outcome": {
            "kind": "ok",
          },
          "playNumber": 1,
          "run": "20261123T004105Z-1a2b3c",
          "time": "2026-11-23T00:41:08.000Z",
        },
        {
          "host": "db1",
          "kind": "line",
          "module": "ioread_top5",
          "playNumber": 1,
          "run": "20261123T004105Z-1a2b3c",
          "stream": "stdout",
          "text": "kept too",
          "time": "2026-11-23T00:41:09.000Z",
        },
      ]
    `);
  });
});
