import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CronDaemon, startCron, whyNoCron } from '../support/cron-daemon.ts';
import { labEnvironment, labRun, leftOnTarget } from '../support/lab.ts';
import { becomes } from '../support/stand-in-fleet.ts';

const why = await whyNoCron();
if (why !== undefined) console.log(`a job of a real cron on the lab is left out: ${why}`);

let cron: CronDaemon;
let folder = '';
let inventory = '';
beforeAll(async () => {
  if (why !== undefined) return;
  const lab = await labEnvironment();
  inventory = lab['TAPBOOK_LAB_INVENTORY'] ?? '';
  folder = await mkdtemp(join(tmpdir(), 'lab-cron-'));
  cron = await startCron([lab['TAPBOOK_LAB_STATE'] ?? '']);
  // What is known of SystemTap and the kernels: to try them is another test's matter. There is none where this file runs alone.
  const cache = join(labRun, 'cache');
  if (existsSync(cache)) await cp(cache, join(cron.home, '.cache'), { recursive: true });
});
afterAll(async () => {
  await cron?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test.skipIf(why !== undefined)('cron applies to a real kernel, and mails only what is told to be wrong', async () => {
  const playbook = join(folder, 'beat.yml');
  await writeFile(
    playbook,
    '- hosts: db1\n  scripts: [{ name: cron_beat, inline: \'probe timer.s(1) { println("beat") }\', duration: 3s }]\n',
  );
  // A first build takes longer than the minute after which the next job comes.
  const built = await cron.tapbook(['build', playbook, '-i', inventory], folder);
  expect([built.code, built.stdout]).toEqual([0, '']);
  const args = ['schedule', playbook, '-i', inventory, '--cron', '* * * * *', '--install'];
  expect((await cron.tapbook(args, folder)).code).toBe(0);

  const root = join(cron.home, '.local/state/tapbook/runs');
  const applies = async () => {
    const heads = await Promise.all(
      (await readdir(root)).map(async id =>
        JSON.parse(await readFile(join(root, id, 'run.json'), 'utf8').catch(() => '{}')),
      ),
    );
    return heads.filter(head => head.command === 'apply');
  };
  await becomes(applies, found => found.length > 0, 4_000);
  await cron.run('crontab', ['-r'], '/');
  const [head] = await becomes(applies, ([first]) => first?.finished !== undefined, 2_000);
  expect(head).toMatchObject({ finished: { exitCode: 0, hosts: { ok: 1, failed: 0 } }, complete: true });
  expect(await readFile(join(root, head.run, 'output/db1.txt'), 'utf8')).toMatch(/^(?:beat\n)+$/);
  expect(await cron.mails()).toEqual([]);
  expect(await leftOnTarget('db1', ['cron_beat'])).toEqual([]);
});
