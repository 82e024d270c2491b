import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createConsole } from '../../../src/report/live/console.ts';

const wrong = { severity: 'error', code: 'no-host-matched', message: 'no host "db\x9b2J" in the inventory' } as const;

function open({ env = {}, columns }: { readonly env?: Record<string, string>; readonly columns?: number } = {}) {
  const stdout = Object.assign(new PassThrough(), columns === undefined ? {} : { columns, isTTY: true });
  const stderr = new PassThrough();
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return {
    ...{ stdout, console: createConsole({ stdout, stderr, env }) },
    printed: () => read(stdout),
    said: () => read(stderr),
  };
}

test('what was asked for is on standard output, what is said beside it on standard error', () => {
  const { console, printed, said } = open();
  console.print('a\n');
  console.say('b\n');
  console.tell('waiting');
  expect([printed(), said()]).toEqual(['a\n', 'b\ntapbook: waiting\n']);
});

test('findings are for a person, or for programs on standard output; neither acts on a terminal', () => {
  const { console, printed, said } = open();
  console.sayDiagnostics([], 'text');
  console.sayDiagnostics([wrong], 'text');
  expect([printed(), said()]).toEqual(['', 'error no-host-matched: no host "db" in the inventory\n']);
  console.sayDiagnostics([wrong, wrong], 'json');
  const lines = printed().trimEnd().split('\n');
  expect(lines.map(line => JSON.parse(line))).toEqual([wrong, wrong]);
  expect(lines[0]).toContain('db\\u009b2J');
  expect(said()).toBe('');
});

test('what was forgotten to be made printable does not act on a terminal; programs get it as it is', () => {
  const hostile = 'db\u202e1\x1b]0;title\x07 \x1b[2J\x1b[31mred\x1b[39m\r\ttab\n';
  const terminal = open({ columns: 80 });
  terminal.console.print(hostile);
  expect(terminal.printed()).toBe('db1 \x1b[31mred\x1b[39m\ttab\n');
  terminal.console.say(hostile);
  expect(terminal.said()).toBe('db1 \x1b[31mred\x1b[39m\ttab\n');
  const pipe = open();
  pipe.console.print(hostile);
  expect(pipe.printed()).toBe(hostile);
});

test('a text has the width and the colours of standard output as it is now', () => {
  const { console, stdout } = open({ columns: 120 });
  expect(console.shape()).toEqual({ colour: 'colour', columns: 120 });
  Object.assign(stdout, { columns: 40 });
  expect(console.shape().columns).toBe(40);
  expect(open({ columns: 120, env: { NO_COLOR: '1' } }).console.shape().colour).toBe('plain');
  expect(open().console.shape()).toEqual({ colour: 'plain', columns: 80 });
});

test('pieces are made only as fast as they are read, and not waited for once nobody reads any more', async () => {
  const { console, stdout } = open();
  let made = 0;
  async function* pieces() {
    for (; made < 1000; made++) yield `${'x'.repeat(10_000)}\n`;
  }
  const all = console.printAll(pieces());
  await new Promise(resolve => setImmediate(resolve));
  expect(made).toBeLessThan(10);
  stdout.on('error', () => undefined);
  stdout.destroy();
  await all;
});
