import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ProgramOptions, runProgram } from '../../src/process/run-program.ts';
import { isAlive } from '../support/is-alive.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-program-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const never = new AbortController().signal;
const usual: ProgramOptions = { signal: never, limitMs: 20_000, output: { mostBytes: 1024 * 1024 } };

/** Runs a script of sh in the test's folder; how it ended, with its output as text. */
async function sh(script: string, options: Partial<ProgramOptions> = {}) {
  const ran = await runProgram(['sh', '-c', script], { ...usual, folder, ...options });
  return ran.ok ? { output: ran.value.output.toString('utf8'), says: ran.value.says } : ran.error;
}

/** The process whose number a script has written to a file. */
async function pidIn(file: string): Promise<number> {
  return vi.waitFor(
    async () => {
      const pid = Number(await readFile(join(folder, file), 'utf8'));
      if (pid === 0) throw new Error(`nothing stands in ${file} yet`);
      return pid;
    },
    { timeout: 10_000, interval: 10 },
  );
}

async function waitUntilGone(pid: number): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: 10_000, interval: 20 }).toBe(false);
}

test('ends well: each argument as it is, both outputs, bytes as they came', async () => {
  const args = ['a b', `it's "q"`, '$(id) `id` $HOME', 'two\nlines', '', '*', '-n', 'é 日本'];
  const ran = await runProgram(['printf', '%s\\0', ...args], usual);
  expect(ran.ok && ran.value.output.toString('utf8')).toBe(`${args.join('\0')}\0`);
  const bytes = await runProgram(['printf', '\\377\\000\\n'], usual);
  expect(bytes.ok && [...bytes.value.output]).toEqual([0xff, 0, 0x0a]);
  expect(await sh('echo out; echo said >&2')).toEqual({ output: 'out\n', says: 'said\n' });
});

test('a folder, an environment that is the whole one, and a text for its input', async () => {
  const path = process.env['PATH'] ?? '';
  expect(await sh('pwd; echo "$A-$HOME"; cat', { env: { PATH: path, A: 'b' }, stdin: { text: 'given' } })).toEqual({
    output: `${folder}\nb-\ngiven`,
    says: '',
  });
  expect(await sh('cat')).toEqual({ output: '', says: '' });
});

test.each([
  ['exit 3', { kind: 'failed', code: 3, cause: 'ends with code 3' }],
  [
    'no-such-command-here 2>&-',
    { kind: 'failed', code: 127, cause: 'ends with code 127 (a command that it calls is not there)' },
  ],
  ['/etc 2>&-', { kind: 'failed', code: 126, cause: 'ends with code 126 (a command that it calls cannot be run)' }],
  ['kill -9 $$', { kind: 'killed', signal: 'SIGKILL', cause: 'was killed by SIGKILL' }],
  ['kill -15 $$', { kind: 'killed', signal: 'SIGTERM', cause: 'was killed by SIGTERM' }],
])('%s', async (script, failure) => {
  expect(await sh(script)).toEqual({ ...failure, says: '' });
});

test('what it wrote to standard error comes with a failure: so much of its end, or of its beginning', async () => {
  const script = 'i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i + 1)); done >&2; exit 1';
  const said = await sh(script);
  expect(said.says).toHaveLength(4_096);
  expect(said.says).toMatch(/line 2998\nline 2999\n$/);
  expect((await sh(script, { stderr: { keep: 'end', mostBytes: 10 } })).says).toBe('line 2999\n');
  expect((await sh(script, { stderr: { keep: 'beginning', mostBytes: 10 } })).says).toBe('line 0\nlin');
});

test('not there, without an interpreter, not executable, in a folder that is not there', async () => {
  const fail = async (program: string, options: Partial<ProgramOptions> = {}) => {
    const ran = await runProgram([program, 'x'], { ...usual, ...options });
    return ran.ok ? 'ran' : ran.error;
  };
  const script = join(folder, 'script');
  await writeFile(script, '#!/no/such/interpreter\n', { mode: 0o755 });
  expect(await fail('tapbook-no-such-program')).toEqual({
    kind: 'absent',
    cause: 'cannot be started: it is not there',
    says: '',
  });
  expect(await fail(join(folder, 'none'))).toMatchObject({
    kind: 'absent',
    cause: 'cannot be started: it is not there',
  });
  const interpreter = 'its interpreter is not there (see its first line, and for \\r in it)';
  expect(await fail(script)).toMatchObject({ kind: 'absent', cause: `cannot be started: ${interpreter}` });
  await chmod(script, 0o644);
  expect(await fail(script)).toMatchObject({ kind: 'not-executable', cause: 'cannot be started: permission denied' });
  expect(await fail('true', { folder: join(folder, 'none') })).toMatchObject({
    kind: 'not-started',
    cause: `cannot be started: its folder ${join(folder, 'none')} is not there`,
  });
});

test('arguments that the system takes for too long', async () => {
  const ran = await runProgram(['true', 'x'.repeat(150_000)], usual);
  expect(ran).toEqual({ ok: false, error: { kind: 'not-started', cause: 'cannot be started: E2BIG', says: '' } });
});

test('passes its limit: it is ended with its children, who take no notice of TERM', async () => {
  const script = `trap '' TERM; sh -c 'trap "" TERM; echo $$ >child; while :; do sleep 1; done' & echo begun; echo stuck >&2; wait; wait`;
  const ran = sh(script, { limitMs: 1_000, group: 'own' });
  const child = await pidIn('child');
  expect(await ran).toEqual({ kind: 'slow', cause: 'has not ended after 1 s', says: 'stuck\n' });
  await waitUntilGone(child);
});

test('passes its limit, and is let clean up', async () => {
  const script = `trap 'echo cleaned >cleaned; exit 0' TERM; echo $$ >pid; while :; do sleep 0.1; done`;
  expect(await sh(script, { limitMs: 700 })).toMatchObject({ kind: 'slow' });
  expect(await readFile(join(folder, 'cleaned'), 'utf8')).toBe('cleaned\n');
});

test('aborted: throws the reason when it is gone, with its children', async () => {
  const stop = new AbortController();
  const ran = sh('echo $$ >pid; sleep 600 & echo $! >child; wait', { signal: stop.signal, group: 'own' });
  const pids = [await pidIn('pid'), await pidIn('child')];
  stop.abort(new Error('enough'));
  await expect(ran).rejects.toThrow('enough');
  for (const pid of pids) await waitUntilGone(pid);
  await expect(sh('touch begun', { signal: stop.signal })).rejects.toThrow('enough');
  await expect(readFile(join(folder, 'begun'))).rejects.toThrow('ENOENT');
});

test('prints too much, without an end or before it goes quiet', async () => {
  const output = { mostBytes: 64 * 1024 };
  const failure = { kind: 'too-much', cause: 'prints more than 64 kB', says: '' };
  expect(await sh('exec yes', { output })).toEqual(failure);
  expect(await sh('head -c 70000 /dev/zero; exec sleep 600', { output })).toEqual(failure);
  expect(await sh('head -c 65536 /dev/zero', { output })).toMatchObject({
    output: expect.stringMatching(/^\0{65536}$/),
  });
});

test('its output is not wanted, or wanted piece by piece, and no more is read meanwhile', async () => {
  expect(await sh('head -c 3000000 /dev/zero', { output: 'ignored' })).toEqual({ output: '', says: '' });
  let bytes = 0;
  let isTaking = false;
  const take = async (chunk: Buffer) => {
    expect(isTaking).toBe(false);
    isTaking = true;
    await new Promise(resolve => setImmediate(resolve));
    bytes += chunk.length;
    isTaking = false;
  };
  expect(await sh('head -c 3000000 /dev/zero', { output: { take } })).toEqual({ output: '', says: '' });
  expect(bytes).toBe(3_000_000);
});

test('who takes its output throws: it is ended, and the error comes through', async () => {
  const take = async () => {
    throw new Error('the disk is full');
  };
  const ran = sh('echo $$ >pid; echo out; exec sleep 600', { output: { take } });
  await expect(ran).rejects.toThrow('the disk is full');
  await waitUntilGone(await pidIn('pid'));
});

test('never reads its input', async () => {
  expect(await sh('echo done', { stdin: { text: 'x'.repeat(1_000_000) } })).toEqual({ output: 'done\n', says: '' });
  expect(await sh('exit 4', { stdin: { text: 'x'.repeat(1_000_000) } })).toMatchObject({ kind: 'failed', code: 4 });
});

test('leaves a child behind that holds nothing of ours: that is waited for by nobody', async () => {
  const outputs = { output: 'ignored', stderr: 'ignored' } as const;
  expect(await sh('sleep 600 & echo $! >child', outputs)).toEqual({ output: '', says: '' });
  process.kill(await pidIn('child'));
});

test('leaves a child that keeps its output open', async () => {
  const said = await sh('sleep 600 & echo $! >child; echo done', { limitMs: 1_000, group: 'own' });
  expect(said).toEqual({
    kind: 'slow',
    cause: 'has ended, but what it has started holds its output open after 1 s',
    says: '',
  });
  await waitUntilGone(await pidIn('child'));
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('we are stopped by %s: nothing is left of it', async name => {
  const runner = join(folder, 'runner.mts');
  const program = new URL('../../src/process/run-program.ts', import.meta.url).pathname;
  await writeFile(
    runner,
    `import { runProgram } from ${JSON.stringify(program)};
    const options = { signal: new AbortController().signal, limitMs: 600_000, output: 'ignored' } as const;
    await Promise.all([
      runProgram(['sh', '-c', 'trap "" TERM INT HUP; echo $$ >own; sleep 600 & echo $! >child; wait'], { ...options, group: 'own' }),
      runProgram(['sh', '-c', 'trap "" TERM; echo $$ >ours; while :; do sleep 1; done'], options),
    ]);`,
  );
  const us = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), runner], {
    cwd: folder,
    stdio: 'ignore',
  });
  const pids = [await pidIn('own'), await pidIn('child'), await pidIn('ours')];
  us.kill(name);
  expect(await once(us, 'exit')).toEqual([null, name]);
  for (const pid of pids) await waitUntilGone(pid);
});
