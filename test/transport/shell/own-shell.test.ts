import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { shells } from '../../support/shells.ts';

const run = promisify(execFile);
const ownShell = readFileSync(new URL('../../../src/transport/shell/own-shell.sh', import.meta.url), 'utf8');

/** Helpers that get a signal in the moment in which they begin; then the script ends. */
const script = (condition: string): string => `${ownShell}
clean_up() { ${condition} || return; echo cleaned; }
trap clean_up EXIT
trap 'exit 3' TERM
count=0
while [ "$count" -lt 300 ]; do
  (sleep 0.2) 2>/dev/null &
  kill -TERM "$!"
  count=$((count + 1))
done
wait
`;

describe.each(shells)('%s', (_name, [shell, ...options]) => {
  test('only the shell that began cleans up, whatever meets its helpers', async () => {
    const { stdout } = await run(shell, [...options, '-c', script('is_main')]);
    expect(stdout).toBe('cleaned\n');
  });

  test('one that cannot tell cleans up', async () => {
    const { stdout } = await run(shell, [
      ...options,
      '-c',
      `${ownShell.replaceAll('/proc/', '/none/')}\nis_main && echo yes`,
    ]);
    expect(stdout).toBe('yes\n');
  });
});

test('bash needs it', async () => {
  const { stdout } = await run('bash', ['--posix', '-c', script('true')]);
  expect(stdout.split('\n').length).toBeGreaterThan(2);
});
