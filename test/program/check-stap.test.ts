import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTapbook, startTapbook } from '../support/tapbook.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-check-cli-'));
  await mkdir(join(folder, 'tmp'));
  await writeFile(
    join(folder, 'p.yml'),
    `- hosts: all
  scripts:
    - { name: ext4, inline: 'probe timer.s(1) { println(nosuch(1)) }', duration: 5s, globals: { n: 5 } }
    - { name: reads, inline: 'probe syscall.read { print($count) }', duration: 5s }
    - { name: later, inline: 'probe timer.s($1) { println(1) }', duration: 5s, args: ['{{ interval }}'] }
`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function standIn(behaviour: string): Promise<string> {
  const path = join(folder, 'stap');
  await writeFile(path, `#!/bin/sh\n${behaviour}\n`);
  await chmod(path, 0o755);
  return path;
}

test('lints, and what stap says besides', async () => {
  await standIn(`for last; do :; done
[ "$last" = reads.stp ] && cat >&2 <<'END'
semantic error: while resolving probe point: identifier 'syscall' at reads.stp:1:7
        source: probe syscall.read { print($count) }
                      ^

semantic error: no match

END
[ "$last" = ext4.stp ] && cat >&2 <<'END'
semantic error: unresolved function nosuch (similar: ctime, pn, speculation, tid, htonl): identifier 'nosuch' at ext4.stp:1:28
        source: probe timer.s(1) { println(nosuch(1)) }
                                           ^
END
exit 1`);
  const env = { TMPDIR: join(folder, 'tmp') };
  const { code, stdout, stderr } = await runTapbook(['check', 'p.yml', '--stap-path', './stap'], { cwd: folder, env });
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatchInlineSnapshot(`
    "warning not-checked: with no kernel tree at hand, stap could not resolve the probe points of reads; give one with --kernel RELEASE or --kernel DIR
    warning not-checked: stap did not look at later: templates stand in args
    p.yml:3:15 warning kernel-module-name: the kernel has a module ext4 itself, and staprun takes that for this one; take another name, such as ext4_trace
        - { name: ext4, inline: 'probe timer.s(1) { println(nosuch(1)) }', duration: 5s, globals: { n: 5 } }
                  ~~~~
    p.yml:3:97 error unknown-global: the script has no global "n"; it has none that can be set
        - { name: ext4, inline: 'probe timer.s(1) { println(nosuch(1)) }', duration: 5s, globals: { n: 5 } }
                                                                                                    ~
    reads.stp:1:28 warning count-variable: $count of a syscall probe is gone since kernel 4.17; write count
        probe syscall.read { print($count) }
                                   ~~~~~~
    ext4.stp:1:28 warning stap-warns: neither the script nor this SystemTap's library has a function nosuch
        probe timer.s(1) { println(nosuch(1)) }
                                   ~~~~~~
    "
  `);
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});

test('no stap on this machine', async () => {
  const path = join(folder, 'ok.yml');
  await writeFile(
    path,
    "- { hosts: all, scripts: [{ name: a, inline: 'probe oneshot { println(1) }', until_exit: true }] }\n",
  );
  const { code, stderr } = await runTapbook(['check', path, '--stap'], { env: { PATH: join(folder, 'tmp') } });
  expect(code).toBe(3);
  expect(stderr).toMatchInlineSnapshot(`
    "error no-stap: stap is not installed on this machine; install it with apt-get install systemtap, or dnf install systemtap; or check without --stap
    "
  `);
});

test('Ctrl-C ends it: exit 130, nothing is left', async () => {
  await standIn(`echo >${folder}/started; sleep 600`);
  const env = { TMPDIR: join(folder, 'tmp') };
  const running = startTapbook(['check', 'p.yml', '--stap-path', './stap'], { cwd: folder, env });
  await expect.poll(() => readdir(folder), { timeout: 20_000 }).toContain('started');
  running.kill('SIGINT');
  expect(await running.finished).toMatchObject({ code: 130, stdout: '' });
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});
