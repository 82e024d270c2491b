import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finished, runTapbook } from '../support/tapbook.ts';

let folder = '';
const playbook = `- hosts: all
  build_hosts: local
  scripts: [{ name: hello, inline: 'probe begin { exit() }', until_exit: true }]
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-schedule-'));
  await mkdir(join(folder, 'it is'));
  await writeFile(join(folder, 'it is/io.yml'), playbook);
  await writeFile(join(folder, 'it is/hosts'), 'db1\n');
  await writeFile(join(folder, 'it is/some'), 'db1\n');
  await writeFile(join(folder, 'it is/v.yml'), 'b: 1\n');
  await writeFile(join(folder, 'it is/vault-pass'), 'x\n');
  // A crontab that is a file.
  await writeFile(
    join(folder, 'crontab'),
    `#!/bin/sh
case $1 in
  -l) [ -f ${folder}/tab ] || { echo 'no crontab for root' >&2; exit 1; }; cat ${folder}/tab ;;
  -) cat >${folder}/tab ;;
esac
`,
  );
  await chmod(join(folder, 'crontab'), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function schedule(...args: readonly string[]): Promise<Finished> {
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  return runTapbook(['schedule', 'io.yml', '-i', 'hosts', ...args], { cwd: join(folder, 'it is'), env });
}

/** Without what differs from machine to machine. */
function plain(text: string): string {
  return text
    .replaceAll(process.execPath, 'NODE')
    .replace(/\S*\/dist\/tapbook.js/g, 'TAPBOOK')
    .replaceAll(folder, 'FOLDER');
}

test('a line of which every path is absolute', async () => {
  const { stdout, code } = await schedule(
    ...['--cron', '*/15 * * * *', '--random-delay', '2m', '-l', '@some', '-e', 'a=50%', '-e', '@v.yml'],
    ...['--vault-id', 'dba@vault-pass', '-b', '-f', '20'],
  );
  expect(code).toBe(0);
  expect(plain(stdout)).toMatchInlineSnapshot(`
    "# tapbook apply io.yml
    */15 * * * * cd 'FOLDER/it is' && exec NODE TAPBOOK apply 'FOLDER/it is/io.yml' --inventory 'FOLDER/it is/hosts' --limit '@FOLDER/it is/some' --extra-vars a=50\\% --extra-vars '@FOLDER/it is/v.yml' --become --forks 20 --vault-id 'dba@FOLDER/it is/vault-pass' --quiet --sleep 120s
    "
  `);
});

test('what nobody can answer, what is no time and what could not be applied is not scheduled', async () => {
  const hourly = ['--cron', '@hourly'];
  const all = await Promise.all([
    schedule(...hourly, '-K'),
    schedule('--cron', '61 * * * *'),
    schedule(...hourly, '--name', '../x'),
    schedule(...hourly, '-l', 'nobody'),
    schedule(),
  ]);
  expect(all.map(({ code, stderr }) => `${code} ${plain(stderr).trim()}`).join('\n')).toMatchInlineSnapshot(`
    "5 error wrong-usage: nobody is there to answer when cron or systemd runs it; give passwords in files: --become-password-file, --connection-password-file, --vault-password-file
    5 error wrong-usage: --cron "61 * * * *": the minute is out of range; for example --cron '*/15 * * * *', or @hourly
    5 error wrong-usage: "../x" cannot name a job: it takes letters, digits and . _ -; give it another one with --name
    8 error unknown-group: --limit: no host or group "nobody" in the inventory
    5 error: required option '--cron <time>' not specified
    (tapbook schedule --help shows what there is)"
  `);
});

test('into the crontab, once, and out again', async () => {
  await writeFile(join(folder, 'tab'), '# mine\n0 0 * * * true\n');
  const hourly = ['--cron', '@hourly'];
  const said = [await schedule(...hourly, '--install'), await schedule(...hourly, '--install')];
  expect(said.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual([
    '0 added to the crontab (crontab -l shows it)\n',
    '0 the crontab has it already\n',
  ]);
  expect(plain(await readFile(join(folder, 'tab'), 'utf8'))).toMatchInlineSnapshot(`
    "# mine
    0 0 * * * true
    # begin of tapbook's job io
    # tapbook apply io.yml
    @hourly cd 'FOLDER/it is' && exec NODE TAPBOOK apply 'FOLDER/it is/io.yml' --inventory 'FOLDER/it is/hosts' --quiet
    # end of tapbook's job io
    "
  `);
  await schedule('--cron', '*/5 * * * *', '--install');
  expect((await readFile(join(folder, 'tab'), 'utf8')).match(/apply/g)).toHaveLength(2);
  expect((await schedule(...hourly, '--remove')).stderr).toBe('removed from the crontab\n');
  expect(await readFile(join(folder, 'tab'), 'utf8')).toBe('# mine\n0 0 * * * true\n');
});

test('units that systemd takes', async () => {
  const { stdout, code } = await schedule('--cron', '0 3 * * mon-fri', '--systemd');
  expect(code).toBe(0);
  const units = stdout.split(/^# (tapbook-io\.\w+)$/m).slice(1);
  for (let index = 0; index < units.length; index += 2) {
    await writeFile(join(folder, units[index] ?? ''), units[index + 1] ?? '');
  }
  const paths = ['service', 'timer'].map(kind => join(folder, `tapbook-io.${kind}`));
  const verified = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8' });
  expect(verified.stderr).not.toContain('tapbook-io');
  expect(verified.status).toBe(0);
});
