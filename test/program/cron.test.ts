import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CronDaemon, startCron, whyNoCron } from '../support/cron-daemon.ts';
import { becomes, type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';

const why = whyNoFleet() ?? (await whyNoCron());
if (why !== undefined) console.log(`jobs of a real cron are left out: ${why}`);

let fleet: StandInFleet;
let cron: CronDaemon;
beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startStandInFleet('db1', 'db2');
  await fleet.host('db2').behave('fail');
  cron = await startCron();
}, 60_000);
afterAll(async () => {
  await cron?.[Symbol.asyncDispose]();
  await fleet?.[Symbol.asyncDispose]();
});

const play = (host: string, module: string, duration: string): string =>
  `- hosts: ${host}\n  scripts: [{ name: ${module}, inline: 'probe begin {}', duration: ${duration} }]\n`;

/** A minute that begins in a minute or two: all jobs are installed by then, and none runs twice. */
function soon(): string {
  return `${new Date(Date.now() + 80_000).getMinutes()} * * * *`;
}

/** Installs a job. */
async function install(
  cronTime: string,
  name: string,
  host: string,
  duration: string,
  ...more: readonly string[]
): Promise<void> {
  const file = name.replace(/-\w+$/, '.yml');
  await fleet.playbook(file, play(host, file.replace('.yml', ''), duration));
  const args = ['schedule', file, '-i', fleet.inventory, '--cron', cronTime, '--name', name, '--install', ...more];
  const { code, stderr } = await cron.tapbook(args, fleet.folder);
  expect([code, stderr]).toEqual([0, 'added to the crontab (crontab -l shows it)\n']);
}

interface Kept {
  readonly playbook: string;
  readonly exitCode?: number;
}

/** The runs of the history in the HOME that cron gives. */
async function runs(): Promise<readonly Kept[]> {
  const folder = join(cron.home, '.local/state/tapbook/runs');
  const names = await readdir(folder).catch(() => []);
  const heads = names.map(async name => {
    const { playbook, finished } = JSON.parse(await readFile(join(folder, name, 'run.json'), 'utf8').catch(() => '{}'));
    return { playbook: String(playbook).replace(/.*\//, ''), exitCode: finished?.exitCode };
  });
  return Promise.all(heads);
}

const told = (found: readonly Kept[]): readonly string[] => found.map(run => `${run.playbook} ${run.exitCode}`).sort();

test.skipIf(why !== undefined)(
  'what cron runs: nothing of a run that is well, the failure of another, and never two at a time',
  { timeout: 240_000 },
  async () => {
    const then = soon();
    await cron.run('sh', ['-c', `echo "${then} env >${fleet.folder}/env; tty >>${fleet.folder}/env" | crontab -`], '/');
    await install(then, 'calm-a', 'db1', '1s');
    await install(then, 'broken-a', 'db2', '1s');
    await install(then, 'twice-a', 'db1', '5s');
    await install(then, 'twice-b', 'db1', '5s');
    await install(then, 'queue-a', 'db1', '1s', '--lock-wait', '2m');
    await install(then, 'queue-b', 'db1', '1s', '--lock-wait', '2m');
    const expected = ['broken.yml 2', 'calm.yml 0', 'queue.yml 0', 'queue.yml 0', 'twice.yml 0'];
    const ended = await becomes(runs, found => found.filter(run => run.exitCode !== undefined).length >= 5, 4_000);
    await cron.run('sh', ['-c', 'crontab -r'], '/');
    expect(told(ended)).toEqual(expected);
    const mails = await becomes(cron.mails, found => found.length >= 2);

    const given = (await readFile(join(fleet.folder, 'env'), 'utf8'))
      .split('\n')
      .filter(line => !/^(?:_|PWD|SHLVL)=/.test(line));
    expect(given).toContain('PATH=/usr/bin:/bin');
    expect(given).toContain('not a tty');
    expect(given.filter(line => /^(?:SSH|XDG|TERM)/.test(line))).toEqual([]);

    const texts = mails
      .map(mail => mail.slice(mail.indexOf('\n\n') + 2))
      .map(stable)
      .sort();
    expect(texts).toMatchInlineSnapshot(`
      [
        "error locked: run RUN (pid PID) applies /etc/fleet/twice.yml since TIME; it has twice of this inventory; wait for it with --lock-wait 10m, or stop it in order with: kill PID
      ",
        "run RUN: apply /etc/fleet/broken.yml, begun TIME
      run ended after 2s: 1 failed; exit 2
      failed db2 at load: the kernel refuses the module (lockdown, or a container without the right)
          | ERROR: Couldn't insert module './broken.ko': Operation not permitted
          cure: cat /sys/kernel/security/lockdown there
      all of it: tapbook show RUN
      ",
      ]
    `);
    expect(await fleet.left()).toEqual([]);
  },
);

test.skipIf(why !== undefined)('without HOME, the account says where state and cache are', async () => {
  const playbook = await fleet.playbook('homeless.yml', play('db1', 'homeless', '1s'));
  const words = [process.execPath, cron.program, 'apply', playbook, '-i', fleet.inventory, '--quiet'];
  for (const environment of ['-i', 'HOME=', 'HOME=relative']) {
    const before = told(await runs()).filter(run => run === 'homeless.yml 0').length;
    expect(await cron.run('env', [environment, ...words], fleet.folder)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(told(await runs()).filter(run => run === 'homeless.yml 0').length).toBe(before + 1);
  }
  expect(await readdir(fleet.folder)).not.toContain('relative');
});

const stable = (text: string): string =>
  text
    .replaceAll(fleet.folder, '/etc/fleet')
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, 'RUN')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'TIME')
    .replace(/pid \d+|kill \d+/g, word => word.replace(/\d+/, 'PID'))
    .replace(/after [\d.]+m?s/g, 'after 2s');
