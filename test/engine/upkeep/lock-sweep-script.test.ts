import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { lockSweepScript } from '../../../src/engine/upkeep/lock-sweep-script.ts';
import { shells } from '../../support/shells.ts';

// What it removes is tested with `tapbook clean`, on a host with a /run of its own.
test.each(shells)('%s reads it', (_name, shell) => {
  const [program = '', ...args] = shell;
  const ran = spawnSync(
    program,
    [...args, '-c', lockSweepScript, 'tapbook-lock-sweep', 'NONCE', 'only-look', 'no-run'],
    {
      encoding: 'utf8',
    },
  );
  expect([ran.status, ran.stdout, ran.stderr]).toEqual([0, '', '']);
});

test('shellcheck has nothing to say', () => {
  const { status, stdout } = spawnSync('shellcheck', ['-s', 'sh', '-'], { input: lockSweepScript, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
