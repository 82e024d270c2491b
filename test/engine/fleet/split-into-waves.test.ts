import { expect, test } from 'vitest';
import { splitIntoWaves } from '../../../src/engine/fleet/split-into-waves.ts';
import type { Host } from '../../../src/model/host.ts';

type Kind = 'ready' | 'unreachable' | 'failed';

/** Hosts that answer when they are told to. */
function rig(...names: readonly string[]) {
  const hosts = names.map(name => ({ name }) as unknown as Host);
  const answers = new Map<string, { resolve: (kind: Kind) => void; reject: (error: Error) => void }>();
  const promises = hosts.map(
    host =>
      new Promise<{ readonly kind: Kind; readonly host: Host }>((resolve, reject) => {
        answers.set(host.name, { resolve: kind => resolve({ kind, host }), reject });
      }),
  );
  const late = new Set<string>();
  const stop = new AbortController();
  const { waves, changed } = splitIntoWaves(hosts, promises, host => late.has(host.name), stop.signal);
  const told: string[] = [];
  const read = (async () => {
    for await (const wave of waves) told.push(wave.map(({ kind, host }) => `${host.name} ${kind}`).join(', '));
  })();
  return {
    told,
    read,
    answer: async (name: string, kind: Kind) => {
      answers.get(name)?.resolve(kind);
      await new Promise(resolve => setImmediate(resolve));
    },
    fail: (name: string) => answers.get(name)?.reject(new Error('stopped')),
    isLate: async (name: string) => {
      late.add(name);
      changed();
      await new Promise(resolve => setImmediate(resolve));
    },
  };
}

test('nobody is late: one wave of all', async () => {
  const { told, read, answer } = rig('a', 'b');
  await answer('b', 'ready');
  expect(told).toEqual([]);
  await answer('a', 'unreachable');
  await read;
  expect(told).toEqual(['b ready, a unreachable']);
});

test('who is late comes later, who is dead last', async () => {
  const { told, read, answer, isLate } = rig('a', 'b', 'c', 'd');
  await answer('a', 'ready');
  await isLate('b');
  await isLate('c');
  expect(told).toEqual([]);
  await answer('d', 'failed');
  expect(told).toEqual(['a ready, d failed']);
  await answer('c', 'ready');
  await expect.poll(() => told, { timeout: 5_000 }).toEqual(['a ready, d failed', 'c ready']);
  await answer('b', 'unreachable');
  await read;
  expect(told).toEqual(['a ready, d failed', 'c ready', 'b unreachable']);
});

test('where none is ready all are waited for', async () => {
  const { told, read, answer, isLate } = rig('a', 'b');
  await answer('a', 'failed');
  await isLate('b');
  expect(told).toEqual([]);
  await answer('b', 'ready');
  await read;
  expect(told).toEqual(['a failed, b ready']);
});

test('an answer that is rejected ends them, before or after a wave', async () => {
  const { told, read, answer, isLate, fail } = rig('a', 'b');
  await isLate('b');
  await answer('a', 'ready');
  fail('b');
  await expect(read).rejects.toThrow('stopped');
  expect(told).toEqual(['a ready']);
});

test('no hosts, no waves', async () => {
  const { told, read } = rig();
  await read;
  expect(told).toEqual([]);
});
