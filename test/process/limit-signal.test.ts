import { execFileSync } from 'node:child_process';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { limitSignal } from '../../src/process/limit-signal.ts';

test('fires after its time, as a timeout', async () => {
  const { signal } = limitSignal(new AbortController().signal, 20);
  await new Promise(resolve => signal.addEventListener('abort', resolve));
  expect(signal.reason).toMatchObject({ name: 'TimeoutError', message: 'not done within 0.02 s' });
});

test('fires with the other one, for its reason, at once if that has fired', () => {
  const stop = new AbortController();
  const before = limitSignal(stop.signal, 60_000);
  const reason = new Error('stopped');
  stop.abort(reason);
  expect(before.signal.reason).toBe(reason);
  expect(limitSignal(stop.signal, 60_000).signal.reason).toBe(reason);
});

test('is called off, and takes no time that is too long for a timer', async () => {
  const limited = limitSignal(new AbortController().signal, 10);
  limited[Symbol.dispose]();
  using endless = limitSignal(new AbortController().signal, 2 ** 40);
  await new Promise(resolve => setTimeout(resolve, 50));
  expect([limited.signal.aborted, endless.signal.aborted]).toEqual([false, false]);
});

test('fires though the garbage collector has run meanwhile', async () => {
  const source = new URL('../../src/process/limit-signal.ts', import.meta.url).pathname;
  const { outputFiles } = await build({
    stdin: {
      contents: `import { limitSignal } from '${source}';
        const stop = new AbortController();
        const begin = () => limitSignal(stop.signal, 300).signal.addEventListener('abort', () => console.log('fired'));
        begin();
        const collecting = setInterval(() => globalThis.gc(), 20);
        setTimeout(() => clearInterval(collecting), 1000);`,
      resolveDir: '/',
      loader: 'ts',
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  });
  const args = ['--expose-gc', '--input-type=module', '-e', outputFiles[0]?.text ?? ''];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('fired\n');
});
