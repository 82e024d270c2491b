import { expect, test } from 'vitest';
import { createNdjsonReporter } from '../../src/report/ndjson-reporter.ts';
import { assertValidEvent } from '../support/event-validator.ts';
import { createMemoryStream } from '../support/memory-stream.ts';
import { applyOf, host, hosts, line, plan } from '../support/sample-run.ts';

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

test('who reads slowly is congestion', () => {
  const stdout = createMemoryStream();
  stdout.fill();
  const reporter = createNdjsonReporter({ stdout, onBrokenPipe: () => {} });
  expect(reporter.congestion()).toBeUndefined();
  reporter.read(line(1, host('db1'), 'x'));
  expect(reporter.congestion()).toBeInstanceOf(Promise);
});
