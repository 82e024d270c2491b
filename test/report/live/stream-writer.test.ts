import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { createStreamWriter } from '../../../src/report/live/stream-writer.ts';
import { createMemoryStream } from '../../support/memory-stream.ts';

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

describe('a reader that stands still', () => {
  const gap = (lines: number) => `(${lines} left out)\n`;

  test('first makes wait, then loses lines, which are counted in their place; nothing else is lost', async () => {
    const stream = createMemoryStream();
    const writer = createStreamWriter(stream, () => {}, { held: 4, patienceMs: 20, gap });
    const states = [writer.state()];
    stream.fill();
    writer.write('1\n');
    writer.offer('2\n');
    writer.flush();
    // So much is held without anybody's waiting.
    states.push(writer.state());
    expect(writer.congestion()).toBeUndefined();
    writer.offer('3\n');
    writer.flush();
    await writer.congestion();
    states.push(writer.state());
    expect(writer.congestion()).toBeUndefined();
    expect(writer.room()).toBeInstanceOf(Promise);
    for (const line of ['4\n', '5\n']) writer.offer(line);
    writer.write('kept\n');
    writer.offer('6\n');
    const room = writer.room();
    stream.drain();
    await room;
    states.push(writer.state());
    writer.offer('7\n');
    await writer.close();
    expect(states).toEqual(['free', 'full', 'stuck', 'free']);
    expect(stream.text()).toBe('1\n2\n3\n(2 left out)\nkept\n(1 left out)\n7\n');
    expect(writer.leftOut()).toBe(3);
  });

  test('one that reads slowly makes wait and loses nothing', async () => {
    const stream = createMemoryStream();
    const writer = createStreamWriter(stream, () => {}, { held: 10, patienceMs: 300, gap });
    stream.fill();
    const lines = Array.from({ length: 60 }, (_, index) => `${index} ${'x'.repeat(16_000)}\n`);
    // It takes one piece after the other.
    const taking = setInterval(() => {
      stream.drain();
      stream.fill();
    }, 10);
    for (const line of lines) {
      writer.offer(line);
      writer.flush();
      await writer.congestion();
    }
    await writer.close();
    clearInterval(taking);
    expect(stream.text()).toBe(lines.join(''));
    expect(writer.leftOut()).toBe(0);
  });

  test('of what is told at the end, the count is not forgotten', async () => {
    const stream = createMemoryStream();
    const writer = createStreamWriter(stream, () => {}, { held: 0, patienceMs: 20, gap });
    stream.fill();
    writer.write('1\n');
    await writer.congestion();
    writer.offer('2\n');
    const closed = writer.close();
    stream.drain();
    await closed;
    expect(stream.text()).toBe('1\n(1 left out)\n');
  });
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
