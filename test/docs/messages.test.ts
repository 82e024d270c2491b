import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const text = readFileSync(`${root}docs/guide/troubleshooting.md`, 'utf8');
/** The first cells of the tables: one message or several, as code. */
const messages = text
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .flatMap(line => [...(line.split(/(?<!\\)\|/)[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, message = '']) => message));

/** Of a message what is the same each time: without words in capitals, which stand for what differs. */
function constantParts(message: string): readonly string[] {
  return message
    .split(/…|\b[A-Z][A-Z0-9_]*\b/)
    .map(part => part.trim().replaceAll(/^["']|["']$/g, ''))
    .filter(part => part.length > 2);
}

test('each message is one that the program has', () => {
  expect(messages.length).toBeGreaterThan(80);
  const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'));
  const sources = files.map(path => readFileSync(`${root}src/${path}`, 'utf8').replaceAll("\\'", "'"));
  const isThere = (message: string): boolean =>
    sources.some(source => constantParts(message).every(part => source.includes(part)));
  expect(messages.filter(message => constantParts(message).join('').length < 8 || !isThere(message))).toEqual([]);
});
