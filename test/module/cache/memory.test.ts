import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Host } from '../../../src/model/host.ts';
import type { CanaryKey, KernelRelease } from '../../../src/model/ids.ts';
import { openCanaryRecords } from '../../../src/module/cache/canary-records.ts';
import { openKeptFacts } from '../../../src/module/cache/kept-facts.ts';
import { makeHost } from '../../plan/rig.ts';

let directory = '';
let clock = 1_000_000;
const now = (): number => clock;
const minutes = 60_000;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tapbook-memory-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function files(): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}

describe('canaries', () => {
  const key = 'a'.repeat(64) as CanaryKey;
  const why = { cause: 'x.h: error', cure: 'a newer one' };

  test('a success stays, a failure is believed for an hour, and not at all if they are to be tried again', async () => {
    const records = openCanaryRecords(directory, { now });
    expect(await records.find(key)).toBeUndefined();
    await records.keep(key, { state: 'bad', why });
    clock += 59 * minutes;
    expect(await records.find(key)).toEqual({ state: 'bad', why });
    expect(await openCanaryRecords(directory, { now, failures: 'tried-again' }).find(key)).toBeUndefined();
    clock += minutes;
    expect(await records.find(key)).toBeUndefined();
    await records.keep(key, { state: 'good' });
    clock += 1e9 * minutes;
    expect(await records.find(key)).toEqual({ state: 'good' });
    expect(await openCanaryRecords(directory, { now, failures: 'tried-again' }).find(key)).toEqual({ state: 'good' });
  });

  test.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['another thing', '[1]'],
    ['another format', '{"format":"tapbook-canary/0","state":"good"}'],
    ['a state that is none', '{"format":"tapbook-canary/1","state":"fair"}'],
    ['a failure without a reason', '{"format":"tapbook-canary/1","state":"bad","at":1000000,"why":{}}'],
    ['a failure of no time', '{"format":"tapbook-canary/1","state":"bad","why":{"cause":"x"}}'],
    ['a failure of the future', '{"format":"tapbook-canary/1","state":"bad","at":9e15,"why":{"cause":"x"}}'],
  ])('%s counts as not there', async (_what, text) => {
    const records = openCanaryRecords(directory, { now });
    await records.keep(key, { state: 'good' });
    await writeFile(join(directory, `${key}.json`), text);
    expect(await records.find(key)).toBeUndefined();
  });

  test('where nothing can be written nothing is remembered, and that is all', async () => {
    await writeFile(join(directory, 'file'), '');
    const records = openCanaryRecords(join(directory, 'file'));
    await records.keep(key, { state: 'good' });
    expect(await records.find(key)).toBeUndefined();
  });
});

describe('facts of build hosts', () => {
  const host = makeHost('b1');
  const a = '6.1.0-55' as KernelRelease;
  const b = '6.1.0-56' as KernelRelease;
  const said = (...trees: readonly string[]): { nonce: string; output: string } => ({
    nonce: 'N',
    output: [
      'N begin\nrelease=6.1\nmachine=x86_64\nuid=0\nstap=/usr/bin/stap\nstap.banner=Systemtap (version 5.1/0.192)',
      ...trees.map(release => `tree=${release}\nheaders=present`),
      'tree.end=yes\nN end\n',
    ].join('\n'),
  });
  const open = (version = '1'): ReturnType<typeof openKeptFacts> => openKeptFacts(directory, version, now);

  test('are read again as they were said, for ten minutes', async () => {
    const kept = open();
    expect([await kept.find(host, [a]), await kept.knows(host)]).toEqual([undefined, false]);
    await kept.keep(host, [b, a], said(a, b));
    clock += 9 * minutes;
    const facts = await kept.find(host, [a, b]);
    expect(facts?.stap?.version).toBe('5.1');
    expect(facts?.trees.map(({ release, headers }) => `${release} ${headers}`)).toEqual([
      `${a} present`,
      `${b} present`,
    ]);
    expect(await kept.find(host, [b])).toEqual(facts);
    expect(await kept.knows(host)).toBe(true);
    clock += minutes;
    expect([await kept.find(host, [a]), await kept.knows(host)]).toEqual([undefined, false]);
  });

  test('serve only who was asked the same: this release, host, address, port, user and become, by this version', async () => {
    const kept = open();
    await kept.keep(host, [a], said(a));
    expect(await kept.find(host, [b])).toBeUndefined();
    const reached = (changes: object): Host => ({ ...host, connection: { ...host.connection, ...changes } as never });
    const become = { method: 'sudo', user: 'builder' };
    const others = [{ address: 'x' }, { port: 2 }, { user: 'u' }, { become }].map(reached);
    for (const other of [makeHost('b2'), ...others]) {
      expect(await kept.find(other, [a])).toBeUndefined();
    }
    expect(await kept.find(reached({ kind: 'local' }), [a])).toBeUndefined();
    expect(await open('2').find(host, [a])).toBeUndefined();
    await kept.keep(host, [b], said(b));
    expect(await kept.find(host, [a])).toBeDefined();
    await kept.drop(host);
    expect(await kept.find(host, [a])).toBeUndefined();
    expect(await kept.find(host, [b])).toBeUndefined();
  });

  test('the latest of several counts', async () => {
    const kept = open();
    await kept.keep(host, [a], said(a));
    clock += minutes;
    await kept.keep(host, [a, b], said(b));
    expect((await kept.find(host, [a]))?.trees.map(({ release }) => release)).toEqual([b]);
  });

  test('that are damaged count as not there; they are for nobody else to read', async () => {
    const kept = open();
    await kept.keep(host, [a], said(a));
    const [file = ''] = await files();
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
    expect(((await stat(join(file, '..'))).mode & 0o777).toString(8)).toBe('700');
    const text = await readFile(file, 'utf8');
    for (const broken of [
      '',
      '{',
      '{}',
      text.replace('tapbook-build-host/3', 'x'),
      text.replace('N end', ''),
      text.replace('"at":', '"at":"x","y":'),
    ]) {
      await writeFile(file, broken);
      expect(await kept.find(host, [a])).toBeUndefined();
    }
    await writeFile(file, text);
    expect(await kept.find(host, [a])).toBeDefined();
  });
});
