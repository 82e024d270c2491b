import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { placeAt } from '../../../src/model/source.ts';
import { checkWithStap } from '../../../src/module/stap/check-with-stap.ts';
import type { StapCheck } from '../../../src/module/stap/stap-check.ts';
import { formatDiagnostics } from '../../../src/report/texts/diagnostics.ts';
import { isAlive } from '../../support/is-alive.ts';

/** A stand-in for stap: keeps its arguments and what it finds where it is started, prints recorded messages of stap 5.1. */
let folder = '';
let program = '';
const before = process.env['TMPDIR'];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-stap-'));
  program = join(folder, 'stap');
  await writeFile(
    program,
    `#!/bin/sh
printf '%s\\n' "$@" >'${folder}/argv'
ls -A . >'${folder}/seen'; for argument; do [ -d "$argument" ] && (cd "$argument" && find . -type f | sort) >>'${folder}/seen'; done
. '${folder}/behave'
`,
  );
  await chmod(program, 0o755);
  // What the check leaves behind would be seen here.
  await writeFile(join(folder, 'behave'), '');
  process.env['TMPDIR'] = await mkdtemp(join(folder, 'tmp-'));
});
afterEach(async () => {
  expect(await readdir(process.env['TMPDIR'] ?? '')).toEqual([]);
});
afterAll(async () => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  await rm(folder, { recursive: true, force: true });
});

interface Asked {
  readonly args?: readonly string[];
  readonly kernel?: string;
  readonly options?: Partial<StapCheck['options']>;
  readonly signal?: AbortSignal;
  readonly limitSeconds?: number;
}

async function ask(
  text: string,
  { args = [], kernel, options, signal, limitSeconds = 20 }: Asked = {},
): Promise<string> {
  const place = (word: string): StapCheck['place'] => placeAt({ path: 'play.yml', text: word }, 0, word.length);
  const verdict = await checkWithStap(
    {
      source: { path: 'scripts/io.stp', text },
      place: place('name: io'),
      args: args.map(arg => ({ text: arg, place: place(arg) })),
      options: { guru: false, defines: {}, ...options },
      kernel,
    },
    { program, signal: signal ?? new AbortController().signal, limitSeconds },
  );
  if (verdict === 'missing') return verdict;
  return `${formatDiagnostics(verdict.diagnostics, { colour: 'plain' })}${verdict.isPartial ? 'partial\n' : ''}`;
}

async function behave(messages: string, code = 1): Promise<void> {
  await writeFile(join(folder, 'messages'), messages);
  await writeFile(join(folder, 'behave'), `cat '${folder}/messages' >&2; exit ${code}`);
}

describe('how stap is called', () => {
  test('with the arguments of a build, a tree that is all but empty, and nothing else in its folder', async () => {
    await behave('', 0);
    const options = { guru: true, compatible: '1.8', defines: { MAXSTRINGLEN: '256' } };
    expect(await ask('probe begin { }', { args: ['-v', 'a b'], options })).toBe('');
    const argv = (await readFile(join(folder, 'argv'), 'utf8')).replace(/^.*tapbook-check-.*\/kernel$/m, 'TREE');
    expect(argv.trimEnd().split('\n')).toEqual(
      '-p2,-v,-r,TREE,-g,--compatible=1.8,-D,MAXSTRINGLEN=256,--,io.stp,-v,a b'.split(','),
    );
    const seen = await readFile(join(folder, 'seen'), 'utf8');
    expect(seen.trimEnd().split('\n')).toEqual([
      'io.stp',
      './.config',
      './Module.symvers',
      './include/config/kernel.release',
    ]);
  });

  test('for a kernel with its release', async () => {
    await behave('', 0);
    await ask('probe begin { }', { kernel: '6.1.0-56-cloud-amd64' });
    expect(await readFile(join(folder, 'argv'), 'utf8')).toContain('-r\n6.1.0-56-cloud-amd64\n');
  });

  test('what is not there is missing', async () => {
    const nowhere = { program: join(folder, 'nowhere'), signal: new AbortController().signal, limitSeconds: 5 };
    const place = placeAt({ path: 'p', text: 'x' }, 0, 1);
    const source = { path: 'a.stp', text: '' };
    const check = { source, place, args: [], options: { guru: false, defines: {} }, kernel: undefined };
    expect(await checkWithStap(check, nowhere)).toBe('missing');
  });

  test('past its limit it is ended, and its children with it', async () => {
    await writeFile(join(folder, 'behave'), `sleep 600 & echo $! >'${folder}/child'; wait`);
    expect(await ask('probe begin { }', { limitSeconds: 0.5 })).toMatchInlineSnapshot(`
      "play.yml:1:1 error stap-failed: stap could not look at this script: it did not end within 0.5 s
          name: io
          ~~~~~~~~
      "
    `);
    const child = Number(await readFile(join(folder, 'child'), 'utf8'));
    await expect.poll(() => isAlive(child), { timeout: 10_000 }).toBe(false);
  });

  test('an abort ends it, and is thrown', async () => {
    await writeFile(join(folder, 'behave'), `echo >'${folder}/started'; sleep 600`);
    const abort = new AbortController();
    const asked = ask('probe begin { }', { signal: abort.signal });
    await expect.poll(() => readdir(folder), { timeout: 10_000 }).toContain('started');
    abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });
});

const noSymbols = 'WARNING: Kernel function symbol table missing [man warning::symbols]\n';
const pass2 =
  'Pass 2: analysis failed.  [man error::pass2]\nTip: /usr/share/doc/systemtap/README.Debian should help you.\n';

describe('what stap says', () => {
  test('two parse errors, each at its place', async () => {
    await behave(`${noSymbols}parse error: expected one of ', )'
        saw: operator '}' at io.stp:1:25
     source: probe begin { println(1 }
                                     ^

parse error: expected '('
        saw: operator '}' at io.stp:2:16
     source: probe end { if }
                            ^

2 parse errors.
Pass 1: parse failed.  [man error::pass1]
`);
    expect(await ask('probe begin { println(1 }\nprobe end { if }\n')).toMatchInlineSnapshot(`
      "scripts/io.stp:1:25 error stap-refuses: stap: expected one of ', )', found operator '}'
          probe begin { println(1 }
                                  ~
      scripts/io.stp:2:16 error stap-refuses: stap: expected '(', found operator '}'
          probe end { if }
                         ~
      "
    `);
  });

  test('what is known has its cure', async () => {
    await behave(`parse error: expected literal string or number
        saw: identifier 'n' at io.stp:3:15
     source: probe timer.s(n) { }
                           ^

1 parse error.
`);
    expect(await ask('global n = 1\n\nprobe timer.s(n) { }\n')).toMatchInlineSnapshot(`
      "scripts/io.stp:3:15 error stap-refuses: global n stands in a probe point, where only a literal may; write $1 there and give the value in args
          probe timer.s(n) { }
                        ~
      "
    `);
  });

  test('an argument that is missing is marked in the script, one that is not used in the playbook', async () => {
    await behave(`WARNING: unused command line option $1/@1
parse error: command line argument out of range [1-1]
         at: junk '' at io.stp:1:15
     source: probe timer.s($2) { }
                           ^
`);
    expect(await ask('probe timer.s($2) { }', { args: ['5'] })).toMatchInlineSnapshot(`
      "play.yml:1:1 warning unused-arg: the script never uses argument 1
          5
          ~
      scripts/io.stp:1:15 error stap-refuses: the script uses more arguments than the 1 in args; give each of $1, @2, … its value in args
          probe timer.s($2) { }
                        ~~
      "
    `);
  });

  test('two places of one error; the second has no file, which is the one before', async () => {
    await behave(`semantic error: inconsistent arity (1 vs 2): identifier 'a' at io.stp:2:13
        source: probe end { a[1,2] = 3 }
                            ^

semantic error: arity 1 first inferred here: identifier 'a' at :1:24
        source: global a probe begin { a["x"] = 1 }
                                       ^

${pass2}`);
    expect(
      await ask('global a probe begin { a["x"] = 1 }\nprobe end { a[1,2] = 3 }', { kernel: '6.1.0' }),
    ).toMatchInlineSnapshot(`
        "scripts/io.stp:2:13 error stap-refuses: stap: inconsistent arity (1 vs 2)
            probe end { a[1,2] = 3 }
                        ~
        scripts/io.stp:1:24 note: arity 1 first inferred here
            global a probe begin { a["x"] = 1 }
                                   ~
        "
      `);
  });

  test('a probe point that a real kernel does not have', async () => {
    await behave(`semantic error: while resolving probe point: identifier 'kernel' at io.stp:1:7
        source: probe kernel.function("vfs_reed") { println(1) }
                      ^

semantic error: no match (similar functions: vfs_read, vfs_readv, vfs_rename, vfs_rmdir, vfs_fsync)

${pass2}`);
    expect(
      await ask('probe kernel.function("vfs_reed") { println(1) }', { kernel: '6.1.0-56-cloud-amd64' }),
    ).toMatchInlineSnapshot(`
      "scripts/io.stp:1:7 error stap-refuses: stap: probe point: no match; did you mean "vfs_read"?
          probe kernel.function("vfs_reed") { println(1) }
                ~~~~~~
      "
    `);
  });

  test('no debuginfo for a real kernel', async () => {
    await behave(`semantic error: while resolving probe point: identifier 'kernel' at io.stp:1:7
        source: probe kernel.function("vfs_read") { println(1) }
                      ^

semantic error: missing x86_64 kernel/module debuginfo [man warning::debuginfo] under '/lib/modules/6.1.0/build'

${pass2}`);
    expect(await ask('probe kernel.function("vfs_read") { println(1) }', { kernel: '6.1.0' })).toMatchInlineSnapshot(`
      "scripts/io.stp:1:7 error stap-refuses: the script needs the kernel's debuginfo, and the build host has none for 6.1.0; install linux-image-6.1.0-dbg (Debian) or kernel-debuginfo-6.1.0 (RHEL) on the build host, or use probes that need none
          probe kernel.function("vfs_read") { println(1) }
                ~~~~~~
      "
    `);
  });

  test('without a kernel what only a kernel could resolve is noted and not counted', async () => {
    await behave(`${noSymbols}semantic error: resolution failed in tracepoint builder

semantic error: while resolving probe point: identifier 'kernel' at /usr/share/systemtap/tapset/linux/sysc_read.stp:116:25
        source: probe tp_syscall.read = kernel.trace("sys_enter")
                                        ^

semantic error: no match

semantic error: resolution failed in alias expansion builder

semantic error: while resolving probe point: identifier 'kernel' at io.stp:3:7
        source: probe kernel.function("no_such_thing") { println(1) }
                      ^

semantic error: missing x86_64 kernel/module debuginfo [man warning::debuginfo] under '/tmp/k'

semantic error: while resolving probe point: identifier 'process' at io.stp:1:7
        source: probe process("/nonexistent").function("main") { println(1) }
                      ^

semantic error: process probes not available without kernel CONFIG_TRACEPOINTS/CONFIG_ARCH_SUPPORTS_UPROBES/CONFIG_UPROBES

${pass2}`);
    expect(await ask('probe process("/nonexistent").function("main") { println(1) }\n\nprobe kernel\n')).toBe(
      'partial\n',
    );
  });

  test('without a kernel, what a kernel could make right is a warning', async () => {
    await behave(`${noSymbols}semantic error: while resolving probe point: identifier 'syscal' at io.stp:1:7
        source: probe syscal.read { println(1) }
                      ^

semantic error: probe point mismatch (similar: syscall, __syscall, dw_syscall, nd_syscall, tp_syscall): identifier 'syscal' at :1:7
        source: probe syscal.read { println(1) }
                      ^

semantic error: unresolved function nosuchfunction (similar: ctime, pn, speculation, tid, htonl): identifier 'nosuchfunction' at :1:29
        source: probe syscal.read { println(nosuchfunction(1)) }
                                            ^

${pass2}`);
    expect(await ask('probe syscal.read { println(nosuchfunction(1)) }')).toMatchInlineSnapshot(`
      "scripts/io.stp:1:7 warning stap-warns: stap: probe point mismatch; did you mean "syscall"?
          probe syscal.read { println(nosuchfunction(1)) }
                ~~~~~~
      scripts/io.stp:1:29 warning stap-warns: neither the script nor this SystemTap's library has a function nosuchfunction
          probe syscal.read { println(nosuchfunction(1)) }
                                      ~~~~~~~~~~~~~~
      "
    `);
  });

  test('a type that does not fit, and a variable that is never assigned', async () => {
    await behave(`WARNING: never-assigned local variable 'argstr' (similar: _r8_offsets, args): identifier 'argstr' at io.stp:1:23
 source: probe begin { println(argstr) }
                               ^
semantic error: type mismatch: expected string but found long: identifier 'pid' at :2:28
        source: probe timer.s(1) { println(pid() . "x") }
                                           ^

${pass2}`);
    expect(
      await ask('probe begin { println(argstr) }\nprobe timer.s(1) { println(pid() . "x") }'),
    ).toMatchInlineSnapshot(`
      "scripts/io.stp:1:23 warning stap-warns: stap: never-assigned local variable 'argstr'; did you mean "args"?
          probe begin { println(argstr) }
                                ~~~~~~
      scripts/io.stp:2:28 error stap-refuses: stap: type mismatch: expected string but found long
          probe timer.s(1) { println(pid() . "x") }
                                     ~~~
      "
    `);
  });

  test('no message that is known, and it failed all the same', async () => {
    await behave('Checking "/lib/modules/6.9/build/.config" failed with error: No such file or directory\n');
    expect(await ask('probe begin { }', { kernel: '6.9' })).toMatchInlineSnapshot(`
      "play.yml:1:1 error stap-refuses: stap: no kernel headers for 6.9 (/lib/modules/6.9/build/.config: No such file or directory); install linux-headers-6.9 (Debian) or kernel-devel-6.9 (RHEL) on the build host
          name: io
          ~~~~~~~~
      "
    `);
  });
});
