import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { buildScript } from '../../src/build/build-script.ts';
import { makeStandIns, type Ran, type StandIns, type StdinPlan } from '../support/run-script.ts';
import { shells } from '../support/shells.ts';

const text = 'probe begin { println("a b") }\n# ünïcode, no newline at the end';

function build(
  shell: readonly string[],
  standIns: StandIns,
  args: readonly string[],
  stdin?: StdinPlan,
  seconds = 60,
): Promise<Ran> {
  const bytes = Buffer.from(text);
  const words = ['NONCE', standIns.folder, 'hello', 'hello.stp', String(bytes.length), String(seconds), 'stap'];
  return standIns.run(
    [...shell, '-c', buildScript, 'tapbook-build', ...words, ...args],
    stdin ?? { bytes, meanwhile: () => sleep(300) },
  );
}

describe.each(shells)('in %s', (_name, shell) => {
  test('gives stap the script and the arguments, and sends back its log and the module', async () => {
    await using standIns = await makeStandIns();
    await standIns.add(
      'stap',
      'cat hello.stp > hello.ko; for a in "$@"; do printf "[%s]" "$a"; done; echo; echo WARNING: x >&2',
    );
    const ran = await build(shell, standIns, ['-p4', '--', 'hello.stp', 'a b', "$(id)'", 'x\ny']);
    expect(ran.stdout.toString()).toBe(text);
    expect(ran.stderr).toContain("[-p4][--][hello.stp][a b][$(id)'][x\ny]\n");
    expect(ran.stderr.split('\n').filter(line => line.startsWith('NONCE'))).toEqual([
      'NONCE exit 0',
      `NONCE module ${Buffer.byteLength(text)}`,
    ]);
    expect(await readdir(standIns.folder)).toEqual(['stap']);
  });

  test('a stap that fails sends no module', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'echo "semantic error: no" >&2; exit 1');
    const ran = await build(shell, standIns, []);
    expect(ran.stdout.toString()).toBe('');
    expect(ran.stderr).toBe('semantic error: no\nNONCE exit 1\n');
    expect(await readdir(standIns.folder)).toEqual(['stap']);
  });

  test('a controller that goes away ends stap and takes the folder away', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'trap "exit 143" TERM; echo running >&2; while :; do sleep 0.1; done');
    const ran = await build(shell, standIns, [], { bytes: text });
    expect(ran.stderr).toContain('NONCE exit 143\n');
    expect(await readdir(standIns.folder)).toEqual(['stap']);
  });

  test('a stap that takes too long is stopped, and it is said', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('stap', 'trap "exit 143" TERM; while :; do sleep 0.1; done');
    const ran = await build(shell, standIns, [], { bytes: text, meanwhile: () => sleep(2500) }, 1);
    expect(ran.stderr).toContain('NONCE failed stap took longer than 1 seconds\n');
    expect(await readdir(standIns.folder)).toEqual(['stap']);
  });
});

test('shellcheck finds nothing', () => {
  const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-'], { input: buildScript, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
