import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { createStreamWriter } from '../../src/report/stream-writer.ts';
import { createMemoryStream } from '../support/memory-stream.ts';

test('a full stream is congestion until it drains', async () => {
  const stream = createMemoryStream();
  const writer = createStreamWriter(stream, () => {});
  writer.write('a');
  expect(writer.congestion()).toBeUndefined();
  stream.fill();
  writer.write('b');
  const congestion = writer.congestion();
  expect(congestion).toBeInstanceOf(Promise);
  stream.drain();
  await congestion;
  expect(writer.congestion()).toBeUndefined();
  await writer.close();
  expect(stream.text()).toBe('ab');
});

test('after an error nothing is written, nobody waits, and it is said once', async () => {
  const stream = createMemoryStream();
  const errors: string[] = [];
  const writer = createStreamWriter(stream, error => errors.push(error.message));
  stream.fill();
  writer.write('a');
  const congestion = writer.congestion();
  stream.break();
  stream.break();
  await congestion;
  writer.write('b');
  expect(stream.text()).toBe('a');
  expect(writer.congestion()).toBeUndefined();
  expect(errors).toEqual(['write EPIPE']);
  await writer.close();
});

test('a real pipe whose reader goes is no exception', async () => {
  const child = spawn('sh', ['-c', 'exec <&-; sleep 20'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const writing: { timer?: NodeJS.Timeout } = {};
  const error = await new Promise<Error>(resolve => {
    const writer = createStreamWriter(child.stdin, resolve);
    writing.timer = setInterval(() => writer.write('line\n'), 20);
  });
  clearInterval(writing.timer);
  child.kill();
  expect(error.message).toBe('write EPIPE');
});
