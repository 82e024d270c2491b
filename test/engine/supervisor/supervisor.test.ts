import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { makeStandIns } from '../../support/run-script.ts';
import { shells } from '../../support/shells.ts';
import { machine, moduleBytes, moduleDigest, release, said, supervise } from './supervisor-rig.ts';

/** A staprun that says what it was given, and ends on INT as the real one does. */
const staprun = `[ "$1" = -d ] && exit 234
sha256sum < "$1"
shift
for argument in "$@"; do printf '[%s]' "$argument"; done
echo "complaint" >&2`;

describe.each(shells)('in %s', (_name, shell) => {
  test('the module arrives whole and the arguments as they are', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', staprun);
    const args = ['a=1', 's="two words"', "q='$(id)`id`", 'n=\nx', 'ü=€', ''];
    const ran = await supervise(shell, standIns, { args });
    expect(ran.stdout.toString()).toBe(`${moduleDigest}  -\n${args.map(arg => `[${arg}]`).join('')}`);
    expect(ran.stderr).toContain('complaint\n');
    expect(said(ran)).toEqual(['ready BOOT', 'ended 0 SECONDS none removed']);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test.each([
    ['another digest', { sha256: 'f'.repeat(64) }, 'refused changed'],
    ['another release', { release: '9.9' }, `refused kernel ${release}`],
    ['another machine', { machine: 's390x' }, `refused machine ${machine}`],
    ['half a module', { stdin: { bytes: moduleBytes.subarray(0, 1000) } }, 'refused cut-short'],
  ])('%s: nothing is loaded and nothing left', async (_what, call, refusal) => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', 'echo LOADED');
    const ran = await supervise(shell, standIns, call);
    expect(ran.stdout.toString()).toBe('');
    expect(said(ran)).toEqual([refusal, 'ended -1 SECONDS none removed']);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test("staprun's exit code is passed on", async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', 'echo "ERROR: boom" >&2; exit 7');
    const ran = await supervise(shell, standIns, {});
    expect(said(ran).at(-1)).toBe('ended 7 SECONDS none removed');
  });
});

// busybox's own sh takes its own sha256sum before any other program.
describe.each(shells.slice(0, 2))('what can tell a digest, in %s', (_name, shell) => {
  const tools = {
    sha256sum: 'exec /usr/bin/sha256sum',
    busybox: 'shift; exec /usr/bin/sha256sum',
    openssl: `printf 'SHA2-256(stdin)= '; /usr/bin/sha256sum | cut -c1-64`,
    shasum: 'exec /usr/bin/sha256sum',
  };
  const nothing = 'echo "no such thing" >&2; exit 1';

  test.each(Object.keys(tools) as (keyof typeof tools)[])('%s alone', async only => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', 'echo LOADED');
    for (const tool of Object.keys(tools)) await standIns.add(tool, nothing);
    await standIns.add(only, tools[only]);
    const good = await supervise(shell, standIns, {});
    expect(said(good)).toEqual(['ready BOOT', 'ended 0 SECONDS none removed']);
    const bad = await supervise(shell, standIns, { sha256: 'f'.repeat(64) });
    expect(said(bad)).toEqual(['refused changed', 'ended -1 SECONDS none removed']);
  });

  test('none: it is said, and the module is run', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', 'echo LOADED');
    for (const tool of Object.keys(tools)) await standIns.add(tool, nothing);
    const ran = await supervise(shell, standIns, {});
    expect(said(ran)).toEqual(['unchecked sha256', 'ready BOOT', 'ended 0 SECONDS none removed']);
    expect(ran.stdout.toString()).toBe('LOADED\n');
  });

  test('an upload that stands still is given up', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('staprun', 'echo LOADED');
    const ran = await supervise(shell, standIns, {
      lease: 2,
      stdin: { bytes: moduleBytes.subarray(0, 1000), meanwhile: child => once(child, 'exit') },
    });
    expect(said(ran)).toEqual(['refused stalled 2', 'ended -1 SECONDS none removed']);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });
});
