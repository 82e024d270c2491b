import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildHostProbeScript } from '../../src/facts/build-host-probe.generated.ts';
import type { BuildHostFacts } from '../../src/facts/host-facts.ts';
import { parseBuildHostFacts } from '../../src/facts/parse-build-host-facts.ts';
import { makeStandIns, type StandIns } from '../support/run-script.ts';
import { shells } from '../support/shells.ts';
import { addSystem, runProbe } from './rig.ts';

const cat = '/bin/cat';
const buildId = /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-n', cat], { encoding: 'utf8' }))?.[1];

describe.each(shells)('in %s', (_name, shell) => {
  async function probe(
    standIns: StandIns,
    paths: readonly string[],
    script = buildHostProbeScript,
  ): Promise<BuildHostFacts> {
    await addSystem(standIns);
    const probed = paths.map(path => `probed=${path}`);
    const output = await runProbe(shell, standIns, script, ['NONCE', '/dev/null', ...probed, '6.1']);
    const facts = parseBuildHostFacts(output, 'NONCE', paths);
    if (!facts.ok) throw new Error(facts.error);
    return facts.value;
  }

  test('what stands at each path, between keys and trees', async () => {
    await using standIns = await makeStandIns();
    const at = (name: string): string => join(standIns.folder, name);
    const odd = at('a "b" $(c) *é\nd');
    await copyFile(cat, at('cat'));
    await copyFile(cat, odd);
    await symlink('cat', at('link'));
    await symlink('nowhere', at('dangling'));
    await symlink('loop', at('loop'));
    await mkdir(at('folder'));
    await writeFile(at('script'), '#!/bin/sh\n');
    execFileSync('mkfifo', [at('fifo')]);
    const { binaries, readableKeys, trees } = await probe(
      standIns,
      ['cat', 'link', 'dangling', 'loop', 'folder', 'script', 'fifo'].map(at).concat(odd, '/nonexistent/postgres'),
    );
    expect(binaries).toEqual([
      { path: at('cat'), state: 'present', buildId },
      { path: at('link'), state: 'present', buildId, realPath: at('cat') },
      expect.objectContaining({ path: at('dangling'), state: 'missing' }),
      { path: at('loop'), state: 'missing' },
      { path: at('folder'), state: 'not-a-file' },
      { path: at('script'), state: 'not-elf' },
      { path: at('fifo'), state: 'not-a-file' },
      { path: odd, state: 'present', buildId },
      { path: '/nonexistent/postgres', state: 'missing' },
    ]);
    expect(readableKeys).toEqual(['/dev/null']);
    expect(trees.map(({ release }) => release)).toEqual(['6.1']);
  });

  test('a file that hangs is left out, and those behind it are not', async () => {
    await using standIns = await makeStandIns();
    const at = (name: string): string => join(standIns.folder, name);
    await copyFile(cat, at('dead'));
    await copyFile(cat, at('cat'));
    // As on a dead mount.
    const hanging = buildHostProbeScript.replace(
      'read_build_id() {',
      `read_build_id() {\n  case $1 in */dead) exec sleep 1000 ;; esac\n`,
    );
    expect(hanging).not.toBe(buildHostProbeScript);
    const { binaries } = await probe(standIns, [at('dead'), at('cat')], `patience=1\n${hanging}`);
    expect(binaries).toEqual([{ path: at('cat'), state: 'present', buildId }]);
  });
});

describe('an answer', () => {
  const read = (lines: readonly string[], paths?: readonly string[]): BuildHostFacts['binaries'] => {
    const system = ['release=6.1', 'machine=x86_64', 'version=#1 SMP', 'uid=0'];
    const text = ['NONCE begin', ...system, ...lines, 'NONCE end', ''].join('\n');
    const facts = parseBuildHostFacts(text, 'NONCE', paths);
    if (!facts.ok) throw new Error(facts.error);
    return facts.value.binaries;
  };

  test('is not told without its question, as of a probe that was kept', () => {
    expect(read(['binary=0 present abcd'])).toBeUndefined();
  });

  test.each([
    'binary=0 present',
    'binary=0 present -',
    'binary=0 present abc',
    'binary=0 present ABCD',
    'binary=0 fine abcd',
    'binary=1 present abcd',
    'binary=x present abcd',
  ])('that nobody understands is none: %s', line => {
    expect(read([line], ['/opt/a'])).toEqual([]);
  });

  test('a path with characters that no terminal should see is not shown with them', () => {
    expect(read(['binary=0 missing -', 'binary.real=0 /opt/\u001b[31mb'], ['/opt/a'])).toEqual([
      { path: '/opt/a', state: 'missing', realPath: expect.not.stringContaining('\u001b') },
    ]);
  });
});
