import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { sweepLocksScript } from '../../../src/engine/upkeep/sweep-locks.generated.ts';
import { shells } from '../../support/shells.ts';

// What it removes is tested with `tapbook clean`, on a host with a /run of its own.
test.each(shells)('%s reads it', (_name, shell) => {
  const [program = '', ...args] = shell;
  const ran = spawnSync(
    program,
    [...args, '-c', sweepLocksScript, 'tapbook-lock-sweep', 'NONCE', 'only-look', 'no-run'],
    {
      encoding: 'utf8',
    },
  );
  expect([ran.status, ran.stdout, ran.stderr]).toEqual([0, '', '']);
});
