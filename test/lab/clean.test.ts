import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { labEnvironment, labHome, leftOnTarget, onLabHost } from '../support/lab.ts';
import { becomes } from '../support/stand-in-fleet.ts';
import { runTapbook, startTapbook } from '../support/tapbook.ts';

const module = 'clean_trial';
let home = '';
let env: Readonly<Record<string, string>> = {};
let inventory = '';

beforeAll(async () => {
  inventory = (await labEnvironment())['TAPBOOK_LAB_INVENTORY'] ?? '';
  home = await mkdtemp(join(tmpdir(), 'tapbook-lab-clean-'));
  env = labHome(home);
});
afterAll(() => rm(home, { recursive: true, force: true }));

test('a real module whose supervisor, its caretaker, staprun and controller were killed is unloaded, and its folder removed', async () => {
  const playbook = join(home, 'clean.yml');
  await writeFile(
    playbook,
    `- hosts: web1\n  build_hosts: builder\n  scripts:\n    - { name: ${module}, inline: 'probe timer.s(1) { println("tick") }', duration: 5m }\n`,
  );
  const running = startTapbook(['apply', playbook, '-i', inventory], { env });
  await becomes(
    async () => running.stdout(),
    said => said.includes('tick'),
    3_000,
  );
  expect(running.stdout(), running.stderr()).toContain('tick');
  const run = (await readdir(join(home, 'state/tapbook/runs'))).sort().at(-1) ?? '';
  const left = async () =>
    (await leftOnTarget('web1', [module])).filter(one => one.includes(module) || one.includes(run));

  // In brackets, so that the shell that looks does not find itself.
  const find = `for file in /proc/[0-9]*/cmdline; do
    tr '\\0' ' ' <$file 2>/dev/null | grep -q -e '[t]apbook-supervisor.* ${run} ' -e '[s]tapio .*./${module}' ||
      grep -qx caretaker \${file%/cmdline}/comm 2>/dev/null || continue
    file=\${file%/cmdline}; echo \${file#/proc/}
  done`;
  await onLabHost('web1', `pids=$(${find}); kill -STOP $pids`);
  running.kill('SIGKILL');
  await running.finished;
  await onLabHost('web1', `pids=$(${find}); kill -KILL $pids`);
  expect(await left()).toEqual([
    expect.stringMatching(new RegExp(`^module ${module} `)),
    `folder /run/tapbook-lock-${module}`,
    expect.stringContaining(`folder /tmp/tapbook-${run}-`),
  ]);

  const { code, stdout, stderr } = await runTapbook(['clean', run, '-i', inventory], { env });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`unloaded ${module}\n`);
  expect(stdout).toContain(`removed /tmp/tapbook-${run}-`);
  expect(await left()).toEqual([]);
});
