import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KernelRelease } from '../../../src/model/ids.ts';
import type { BuildId, PlannedBuild } from '../../../src/model/plan.ts';
import { elfModule } from '../../support/elf-module.ts';
import { appears, type BuildRig, makeBuildRig, planned, type Ran, type RigHost, taskWork } from './builder-rig.ts';

let rig: BuildRig;
beforeEach(async () => {
  rig = await makeBuildRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

function failuresOf({ results }: Ran): readonly string[] {
  return [...(results?.values() ?? [])].map(result =>
    result.ok ? `ok ${result.value.module}` : `${result.error.cause} → ${result.error.cure}`,
  );
}

function say(text: string): string {
  return `cat >&2 <<'SAID'\n${text}\nSAID\nexit 1`;
}

describe('a canary', () => {
  test('is built once before the first builds for a kernel, and never again', async () => {
    const b1 = await rig.add('b1');
    const first = await rig.run(['one', 'two', 'three'].map(name => planned(name, [b1])));
    expect((await b1.built())[0]).toBe('tapbook_canary');
    expect((await b1.built()).slice(1).sort()).toEqual(['one', 'three', 'two']);
    expect(first.lines.slice(0, 2)).toEqual([
      'canary for 6.1.0-56-cloud-amd64 with stap 5.1 on b1',
      'canary for 6.1.0-56-cloud-amd64 with stap 5.1 on b1: ok, TIME',
    ]);
    expect(failuresOf(first)).toEqual(['ok one', 'ok two', 'ok three']);
    expect(first.dropped).toEqual([]);

    const second = await rig.run([planned('one', [b1]), planned('four', [b1])]);
    // The two have nothing to do with each other.
    expect(second.lines.toSorted()).toMatchInlineSnapshot(`
      [
        "build four@6.1.0-56-cloud-amd64/x86_64 on b1",
        "built four@6.1.0-56-cloud-amd64/x86_64 on b1 in TIME, SIZE",
        "one@6.1.0-56-cloud-amd64/x86_64: cached",
      ]
    `);
    expect((await b1.built()).slice(4)).toEqual(['four']);
    // Nothing of it is kept as a module.
    expect(await readdir(rig.cache.directory)).toHaveLength(4);
  });

  test('that fails tells a SystemTap that cannot build from a script that is wrong, before any script is tried', async () => {
    const b1 = await rig.add('b1', say(taskWork), { stap: '4.8' });
    const ran = await rig.run([planned('one', [b1]), planned('two', [b1])]);
    expect(ran.lines.toSorted()).toMatchInlineSnapshot(`
      [
        "build of one@6.1.0-56-cloud-amd64/x86_64 failed after TIME at build: SystemTap 4.8 on b1 cannot build for 6.1.0-56-cloud-amd64 at all (a minimal script fails too): it does not know the task_work_cancel() of kernels from 6.11 on (of Debian's from 6.1.0-47 on); install SystemTap 5.2 or newer there, or use a build host that has it (log: /run/canary-6.1.0-56-cloud-amd64-x86_64@b1.log)",
        "build of two@6.1.0-56-cloud-amd64/x86_64 failed after TIME at build: SystemTap 4.8 on b1 cannot build for 6.1.0-56-cloud-amd64 at all (a minimal script fails too): it does not know the task_work_cancel() of kernels from 6.11 on (of Debian's from 6.1.0-47 on); install SystemTap 5.2 or newer there, or use a build host that has it (log: /run/canary-6.1.0-56-cloud-amd64-x86_64@b1.log)",
        "canary for 6.1.0-56-cloud-amd64 with stap 4.8 on b1",
        "canary for 6.1.0-56-cloud-amd64 with stap 4.8 on b1: failed after TIME (log: /run/canary-6.1.0-56-cloud-amd64-x86_64@b1.log)",
      ]
    `);
    expect(await b1.built()).toEqual(['tapbook_canary']);
    expect(new Set(failuresOf(ran)).size).toBe(1);
    const again = await rig.run([planned('three', [b1])]);
    expect(failuresOf(again)).toEqual([failuresOf(ran)[0]]);
    expect(await b1.built()).toEqual(['tapbook_canary']);
  });

  test('that cannot be asked for is no word on SystemTap', async () => {
    const b1 = await rig.add('b1', say('/var/tmp/x: No space left on device\nPass 4: compilation failed.'));
    const ran = await rig.run([planned('one', [b1])]);
    expect(failuresOf(ran)).toEqual([
      'b1: the build host has no space left → make room in /var/tmp and ~/.systemtap there',
    ]);
    await rig.run([planned('one', [b1])]);
    expect(await b1.built()).toEqual(['tapbook_canary', 'tapbook_canary']);
  });

  test('that is known good is not built, and what then does not compile is the script', async () => {
    const error = '/usr/share/systemtap/tapset/linux/x.h:3:4: error: no such thing';
    const b1 = await rig.add('b1', say(error));
    const alike = await rig.add('b2');
    expect(failuresOf(await rig.run([planned('one', [b1, alike], { good: true })]))).toEqual([
      'the script does not compile for 6.1.0-56-cloud-amd64 with SystemTap 5.1 on b1, though a minimal one does: x.h: no such thing → see the log: what the script uses of SystemTap does not know this kernel; a newer SystemTap may',
    ]);
    expect(await alike.built()).toEqual([]);
    const newer = await rig.add('b3', ':', { stap: '5.3' });
    expect(failuresOf(await rig.run([planned('one', [b1, newer], { good: true })]))).toEqual(['ok one']);
    expect(failuresOf(await rig.run([planned('two', [b1, newer], { good: true, guru: true })]))).toEqual([
      'the script does not compile for 6.1.0-56-cloud-amd64 with SystemTap 5.1 on b1, though a minimal one does: x.h: no such thing → see the log: it may be the C in the script',
    ]);
  });
});

describe('another build host steps in', () => {
  test('for one whose connection is lost in the middle of a build, and for all of its builds', async () => {
    const b1 = await rig.add('b1', '[ $module = tapbook_canary ] || { : >"$folder/begun"; sleep 60; }');
    const b2 = await rig.add('b2');
    const names = ['one', 'two', 'three'];
    const running = rig.run(names.map(name => planned(name, [b1, b2])));
    await appears(b1.path('begun'));
    await b1.vanish();
    const ran = await running;
    expect(failuresOf(ran)).toEqual(['ok one', 'ok two', 'ok three']);
    const moves = ran.lines.filter(line => line.includes('moves')).map(line => line.replace(/ \(log: .*\)/, ''));
    expect(moves.sort()).toMatchInlineSnapshot(`
      [
        "build one@6.1.0-56-cloud-amd64/x86_64 moves from b1 to b2: the build host was lost: the host closed the connection",
        "build three@6.1.0-56-cloud-amd64/x86_64 moves from b1 to b2: the build host was lost: the host closed the connection",
        "build two@6.1.0-56-cloud-amd64/x86_64 moves from b1 to b2: the build host was lost: the host closed the connection",
      ]
    `);
    expect((await b2.built()).slice(-3).sort()).toEqual(['one', 'three', 'two']);
    expect(new Set(ran.dropped)).toEqual(new Set(['b1']));
  });

  test.each([
    ['has no space', say('cc1: error: x.c: No space left on device')],
    ['has lost its stap', 'exec /nonexistent/stap'],
    ['kills stap', 'kill -KILL $$'],
    ['has a stap that crashes', 'kill -SEGV $$'],
    [
      'lacks the debuginfo',
      say("semantic error: missing x86_64 kernel/module debuginfo [man warning::debuginfo] under '/lib'"),
    ],
    ['lacks make', say('couldn\'t run "make"')],
    ['sends what is no module', 'echo no module >"$module.ko"; exit 0'],
  ])('for one that %s', async (_what, behaviour) => {
    const b1 = await rig.add('b1', `[ $module = tapbook_canary ] || {\n${behaviour}\n}`, { over: 'local' });
    const b2 = await rig.add('b2', ':', { over: 'local' });
    const ran = await rig.run([planned('one', [b1, b2])]);
    expect(failuresOf(ran)).toEqual(['ok one']);
    expect(await b2.built()).toEqual(['one']);
    const moved = ran.events.flatMap(event => (event.kind === 'build-moved' ? [`${event.from} ${event.to}`] : []));
    expect(moved).toEqual(['b1 b2']);
    const finished = ran.events.filter(event => event.kind === 'build-finished');
    expect(finished).toMatchObject([{ buildHost: 'b2', result: { kind: 'built' } }]);
    expect(ran.dropped).toEqual(['b1']);
  });

  test('for one whose SystemTap cannot build for the kernel, unless its own is the same', async () => {
    const b1 = await rig.add('b1', say(taskWork), { stap: '4.8' });
    const alike = await rig.add('b2', say(taskWork), { stap: '4.8' });
    const b3 = await rig.add('b3');
    const ran = await rig.run([planned('one', [b1, alike, b3])]);
    expect(ran.lines).toMatchInlineSnapshot(`
      [
        "canary for 6.1.0-56-cloud-amd64 with stap 4.8 on b1",
        "canary for 6.1.0-56-cloud-amd64 with stap 4.8 on b1: failed after TIME (log: /run/canary-6.1.0-56-cloud-amd64-x86_64@b1.log)",
        "build one@6.1.0-56-cloud-amd64/x86_64 moves from b1 to b3: SystemTap 4.8 on b1 cannot build for 6.1.0-56-cloud-amd64 at all (a minimal script fails too): it does not know the task_work_cancel() of kernels from 6.11 on (of Debian's from 6.1.0-47 on) (log: /run/canary-6.1.0-56-cloud-amd64-x86_64@b1.log)",
        "canary for 6.1.0-56-cloud-amd64 with stap 5.1 on b3",
        "canary for 6.1.0-56-cloud-amd64 with stap 5.1 on b3: ok, TIME",
        "build one@6.1.0-56-cloud-amd64/x86_64 on b3",
        "built one@6.1.0-56-cloud-amd64/x86_64 on b3 in TIME, SIZE",
      ]
    `);
    expect(await alike.built()).toEqual([]);
  });

  test('whose file system lacks the program that is probed', async () => {
    const probe = (path: string): string =>
      [
        "semantic error: while resolving probe point: identifier 'process' at x.stp:1:7",
        `        source: probe process("${path}").function("main") { exit() }`,
        '                      ^',
        '',
        'semantic error: no match',
      ].join('\n');
    const script = (text: string): string => `[ $module = tapbook_canary ] || {\n${say(text)}\n}`;
    const b1 = await rig.add('b1', script(probe('/no/such/program')), { over: 'local' });
    const b2 = await rig.add('b2', script(probe('/bin/sh')), { over: 'local', stap: '5.2' });
    const b3 = await rig.add('b3', ':', { over: 'local', stap: '5.3' });
    const [lacking] = failuresOf(await rig.run([planned('one', [b1])]));
    expect(lacking).toContain(
      'the build host has no /no/such/program, which process("/no/such/program").function("main") names (x.stp:1:7)',
    );
    // What is there is not called absent, and others would not find the function either.
    const [unmatched] = failuresOf(await rig.run([planned('one', [b2, b3])]));
    expect(unmatched).toContain('no match: process("/bin/sh").function("main") (x.stp:1:7)');
    expect(failuresOf(await rig.run([planned('two', [b1, b3])]))).toEqual(['ok two']);
  });

  test('but not where the script is wrong', async () => {
    const wrong = "parse error: expected one of ', )'\n\tsaw: identifier 'z' at one.stp:1:25";
    const b1 = await rig.add('b1', `[ $module = tapbook_canary ] || {\n${say(wrong)}\n}`);
    const b2 = await rig.add('b2');
    const ran = await rig.run([planned('one', [b1, b2])]);
    expect(failuresOf(ran)).toEqual([
      "parse error: expected one of ', )', saw identifier 'z' (one.stp:1:25) → undefined",
    ]);
    expect(await b2.built()).toEqual([]);
    // It may have been changed there: what is remembered of it does not count.
    expect(ran.dropped).toEqual(['b1']);
  });

  test('and who has it in the cache need not build it', async () => {
    const b1 = await rig.add('b1', 'exec /nonexistent/stap');
    const b2 = await rig.add('b2');
    await rig.run([planned('one', [b2])]);
    const ran = await rig.run([planned('one', [b1, b2], { good: true })]);
    expect(ran.lines.slice(-1)).toEqual(['one@6.1.0-56-cloud-amd64/x86_64: cached']);
    expect((await b2.built()).filter(name => name === 'one')).toHaveLength(1);
  });

  test('and if nobody can, each says why', async () => {
    const b1 = await rig.add('b1', 'echo begun >&2; kill -KILL $$');
    const b2 = await rig.add('b2', say('x: No space left on device'));
    const ran = await rig.run([planned('one', [b1, b2])]);
    expect(ran.lines).toMatchInlineSnapshot(`
      [
        "canary for 6.1.0-56-cloud-amd64 with stap 5.1 on b1",
        "canary for 6.1.0-56-cloud-amd64 with stap 5.1 on b1: failed after TIME (log: /run/canary-6.1.0-56-cloud-amd64-x86_64@b1.log)",
        "build one@6.1.0-56-cloud-amd64/x86_64 moves from b1 to b2: stap was killed there (log: /run/canary-6.1.0-56-cloud-amd64-x86_64@b1.log)",
        "canary for 6.1.0-56-cloud-amd64 with stap 5.1 on b2",
        "canary for 6.1.0-56-cloud-amd64 with stap 5.1 on b2: failed after TIME (log: /run/canary-6.1.0-56-cloud-amd64-x86_64@b2.log)",
        "build of one@6.1.0-56-cloud-amd64/x86_64 failed after TIME at build: no build host could build it: b1: stap was killed there; b2: the build host has no space left; on b1: see with dmesg whether it has too little memory for a build (log: /run/canary-6.1.0-56-cloud-amd64-x86_64@b2.log)",
      ]
    `);
  });

  test('for one that hangs, once: on a third it would take as long', async () => {
    // As the real one, it catches the signal.
    const hangs = 'trap "echo Pass 4: compilation failed. >&2; exit 1" TERM; while :; do sleep 0.1; done';
    const names = ['b1', 'b2', 'b3'];
    const hosts = await Promise.all(names.map(name => rig.add(name, hangs, { over: 'local' })));
    const ran = await rig.run([planned('one', hosts, { good: true })], { limitSeconds: 1 });
    expect(failuresOf(ran)).toMatchInlineSnapshot(`
      [
        "no build host could build it: b1: stap took longer than 1 s; b2: stap took longer than 1 s → undefined",
      ]
    `);
    expect(await hosts[2]?.built()).toEqual([]);
  });
});

describe('interrupted', () => {
  test.each(['tapbook_canary', 'one | two'])(
    'while %s is built, it ends what it has begun and begins nothing',
    async held => {
      const b1 = await rig.add(
        'b1',
        `case $module in ${held}) ;; *) exec cp "$folder/module.ko" "$module.ko" ;; esac
       trap ': >"$folder/stopped"; exit 143' TERM; : >"$folder/begun"; while :; do sleep 0.1; done`,
      );
      const b2 = await rig.add('b2');
      const stop = new AbortController();
      const running = rig.run([planned('one', [b1, b2]), planned('two', [b1, b2])], { signal: stop.signal, jobs: 1 });
      await appears(b1.path('begun'));
      stop.abort(new Error('interrupted'));
      expect((await running).thrown).toEqual(new Error('interrupted'));
      await appears(b1.path('stopped'));
      expect((await b1.built()).filter(module => module !== 'tapbook_canary').length).toBeLessThan(2);
      expect(await b2.built()).toEqual([]);
    },
  );

  test('while another build host has stepped in', async () => {
    const b1 = await rig.add('b1', 'kill -KILL $$');
    const b2 = await rig.add(
      'b2',
      `trap ': >"$folder/stopped"; exit 143' TERM; : >"$folder/begun"; while :; do sleep 0.1; done`,
    );
    const b3 = await rig.add('b3');
    const stop = new AbortController();
    const running = rig.run([planned('one', [b1, b2, b3])], { signal: stop.signal });
    await appears(b2.path('begun'));
    stop.abort(new Error('interrupted'));
    expect((await running).thrown).toEqual(new Error('interrupted'));
    await appears(b2.path('stopped'));
    expect(await b3.built()).toEqual([]);
  });
});

test('a module that two builds share is made once, though others step in for one of them only', async () => {
  const b1 = await rig.add('b1', 'sleep 0.3');
  const b2 = await rig.add('b2');
  const shared = planned('one', [b1, b2], { good: true });
  const other = { ...shared, id: `${shared.id}#2` as BuildId, alternatives: [] };
  const well = await rig.run([shared, other]);
  expect(failuresOf(well)).toEqual(['ok one', 'ok one']);
  expect(await b1.built()).toEqual(['one']);
  const ends = well.events.flatMap(event =>
    event.kind === 'build-finished' ? [`${event.build} ${event.result.kind}`] : [],
  );
  expect(ends.sort()).toEqual([`${shared.id} built`, `${other.id} cached`]);

  const b3 = await rig.add('b3', 'kill -KILL $$');
  const failing = planned('two', [b3, b2], { good: true });
  const ran = await rig.run([failing, { ...failing, id: other.id, alternatives: [] }]);
  expect(failuresOf(ran)).toEqual([
    'ok two',
    'b3: stap was killed there → see with dmesg whether it has too little memory for a build',
  ]);
  expect(await b3.built()).toEqual(['two']);
});

test('no more builds at once than a build host has CPUs, or than are asked for', async () => {
  const counting =
    'for slot in 1 2 3 4; do mkdir "$folder/slot$slot" 2>&- && break; done; : >"$folder/used$slot"; sleep 0.5; rmdir "$folder/slot$slot"';
  const b1 = await rig.add('b1', counting);
  const builds = ['a', 'b', 'c', 'd'].map(name => planned(name, [b1], { good: true }));
  await rig.run(builds, { jobs: 1 });
  const used = async () => (await readdir(b1.path(''))).filter(name => name.startsWith('used'));
  expect(await used()).toEqual(['used1']);
  await rig.run(['e', 'f', 'g', 'h'].map(name => planned(name, [b1], { good: true })));
  expect(await used()).toEqual(['used1', 'used2']);
});

describe('a compile server', () => {
  const served = (hosts: readonly RigHost[], parts: Partial<PlannedBuild> = {}): PlannedBuild => {
    const { artifact, options, ...build } = planned('one', hosts);
    return {
      ...build,
      artifact: { ...artifact, state: 'not-kept' },
      options: { ...options, useServer: true },
      ...parts,
    };
  };

  test('gets a script that ends itself; what it has made is made anew each time', async () => {
    const b1 = await rig.add('b1', '[ $module = tapbook_canary ] || cp one.stp "$folder/seen"');
    const build = served([b1]);
    expect(failuresOf(await rig.run([build]))).toEqual(['ok one']);
    expect(await readFile(b1.path('seen'), 'utf8')).toBe('probe begin { exit() }\n\nprobe timer.s(120) { exit() }\n');
    await rig.run([build]);
    expect(await b1.built()).toEqual(['tapbook_canary', 'one', 'tapbook_canary', 'one']);
  });

  test('may have a SystemTap whose modules bring the kernel down', async () => {
    const release = '6.12.107+deb13-amd64' as KernelRelease;
    const b1 = await rig.add('b1', '', { stap: '5.3' });
    const made = (version: string) =>
      writeFile(
        b1.path('module.ko'),
        Buffer.concat([elfModule([`vermagic=${release} SMP`, 'name=one']), Buffer.from(`\0${version}/0.192\0`)]),
      );
    await made('5.3');
    expect(failuresOf(await rig.run([served([b1], { release })]))).toEqual(['ok one']);
    await made('5.1');
    expect(failuresOf(await rig.run([served([b1], { release })]))).toMatchInlineSnapshot(`
      [
        "the compile server's SystemTap 5.1 must not be used for 6.12.107+deb13-amd64: its modules look for uprobe_unregister(), which kernels from 6.12 on do not have: mostly they cannot be loaded, and once one has panicked its kernel → undefined",
      ]
    `);
  });
});
