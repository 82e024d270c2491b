import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseCron } from '../../src/schedule/cron-time.ts';
import { addToCrontab, crontabLines, removeFromCrontab } from '../../src/schedule/crontab.ts';
import { describeJob } from '../../src/schedule/describe-job.ts';
import type { ScheduledJob } from '../../src/schedule/scheduled-job.ts';
import { systemdUnits } from '../../src/schedule/systemd-units.ts';

function job(parts: Partial<ScheduledJob> = {}): ScheduledJob {
  const time = parseCron('*/15 * * * *');
  if (!time.ok) throw new Error(time.error);
  return {
    name: 'io',
    time: time.value,
    argv: ['/usr/bin/node', '/opt/tapbook.js', 'apply', "/srv/dba's/io.yml", '-e', 'a=50% $HOME "x" \\'],
    directory: '/srv/it is',
    home: '/root',
    environment: {},
    description: 'tapbook apply io.yml',
    randomDelaySeconds: 0,
    ...parts,
  };
}

test('a line for the crontab', () => {
  expect(crontabLines(job({ randomDelaySeconds: 90 })).join('\n')).toMatchInlineSnapshot(`
    "# tapbook apply io.yml
    */15 * * * * cd '/srv/it is' && exec /usr/bin/node /opt/tapbook.js apply '/srv/dba'\\''s/io.yml' -e 'a=50\\% $HOME "x" \\' --sleep 90s"
  `);
});

test('the environment that it needs', () => {
  const environment = { XDG_STATE_HOME: '/srv/it is/50%', TAPBOOK_KEEP_RUNS: '9' };
  expect(crontabLines(job({ environment, argv: ['/bin/tapbook'] }))[1]).toBe(
    "*/15 * * * * cd '/srv/it is' && exec env 'XDG_STATE_HOME=/srv/it is/50\\%' TAPBOOK_KEEP_RUNS=9 /bin/tapbook",
  );
  expect(systemdUnits(job({ environment })).service.text).toContain(
    'Environment=HOME=/root\nEnvironment="XDG_STATE_HOME=/srv/it is/50%%"\nEnvironment=TAPBOOK_KEEP_RUNS=9\nExecStart=',
  );
});

test('a job stands once in a crontab, and what is not ours stays', () => {
  const own = '# mine\n0 0 * * * true\n';
  const once = addToCrontab(own, job());
  expect(once.startsWith(own)).toBe(true);
  expect(addToCrontab(once, job())).toBe(once);
  const both = addToCrontab(once, job({ name: 'other' }));
  expect(removeFromCrontab(removeFromCrontab(both, 'io'), 'other')).toBe(own);
  expect(removeFromCrontab(own, 'io')).toBe(own);
  expect(addToCrontab('0 0 * * * true', job())).toBe(once.replace('# mine\n', ''));
  const cut = once.replace("# end of tapbook's job io\n", '');
  expect(removeFromCrontab(cut, 'io')).toBe(cut);
});

test('units', () => {
  const { service, timer } = systemdUnits(job({ randomDelaySeconds: 90 }));
  expect(`# ${service.name}\n${service.text}\n# ${timer.name}\n${timer.text}`).toMatchInlineSnapshot(`
    "# tapbook-io.service
    [Unit]
    Description=tapbook apply io.yml
    Wants=network-online.target
    After=network-online.target

    [Service]
    Type=oneshot
    WorkingDirectory=/srv/it is
    Environment=HOME=/root
    ExecStart=/usr/bin/node /opt/tapbook.js apply "/srv/dba's/io.yml" -e "a=50%% $$HOME \\"x\\" \\\\"
    # A signal stops the scripts in order; what is left after that time, the targets clean up by their lease.
    KillMode=mixed
    TimeoutStopSec=120

    # tapbook-io.timer
    [Unit]
    Description=tapbook apply io.yml (timer)

    [Timer]
    OnCalendar=*-*-* *:00/15:00
    RandomizedDelaySec=90s
    AccuracySec=1s
    # What was missed while the machine was off is not made up for.
    Persistent=false

    [Install]
    WantedBy=timers.target
    "
  `);
});

test('systemd takes the units, and hands on the very words', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-units-'));
  try {
    const argv = ['/usr/bin/printf', '[%s]', "dba's", 'a=50% $HOME $x "x" \\ \\n', ''];
    const { service, timer } = systemdUnits(job({ argv, directory: '/tmp' }));
    for (const unit of [service, timer]) await writeFile(join(folder, unit.name), unit.text);
    const { stderr, status } = spawnSync(
      'systemd-analyze',
      ['verify', join(folder, timer.name), join(folder, service.name)],
      {
        encoding: 'utf8',
      },
    );
    expect(stderr).not.toMatch(/tapbook-io/);
    expect(status).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['a path', { path: 'a\n* * * * * root id.yml', given: [] }],
  ['a value', { path: 'io.yml', given: ['-e', 'a=1\n[Service]'] }],
  ['a folder', { path: 'io.yml', given: [], directory: '/srv/a\rb' }],
])('%s with a line end is no part of a job, since its rest would be one', (_what, { path, given, ...more }) => {
  const wishes = { path, cron: '@hourly', name: 'io', given };
  const described = describeJob(wishes, {
    ...{ directory: '/srv', home: '/root', environment: {}, program: ['/opt/tapbook.js'] },
    ...more,
  });
  expect(described).toMatchObject({ ok: false, error: { kind: 'wrong-usage' } });
});

test.each([
  ['a path', { path: 'a\u202eb.yml', given: [] }, String.raw`"/srv/a\u{202e}b.yml"`],
  ['a value', { path: 'io.yml', given: ['-e', 'a=\u2028'] }, String.raw`"a=\u{2028}"`],
  ['a folder', { path: 'io.yml', given: [], directory: '/srv/\u200b' }, String.raw`"/srv/\u{200b}/io.yml"`],
])('%s with what nobody sees is no part of a job', (_what, { path, given, ...more }, shown) => {
  const surroundings = { directory: '/srv', home: '/root', environment: {}, program: ['/opt/tapbook.js'], ...more };
  const described = describeJob({ path, cron: '@hourly', name: 'io', given }, surroundings);
  if (described.ok) throw new Error('it was taken');
  expect(described.error.diagnostics.map(({ message }) => message)).toEqual([
    `${shown} cannot be in a job: it has characters in it that nobody sees who reads the job`,
  ]);
});

/** As Vixie's cron does it, and those that come from it (do_command.c): looked at with Debian's. */
function asCronReads(line: string): string {
  const [command = ''] = /^(?:\\.|[^%\\])*/s.exec(line) ?? [];
  return command.replace(/\\([\\%])/g, '$1');
}

test.each([
  'a%b',
  String.raw`a\%b`,
  String.raw`a\\%b`,
  String.raw`a\b`,
  String.raw`a\\b`,
  String.raw`a\\\b`,
  String.raw`a'\%'b\\`,
  '%%',
  String.raw`\\\\%\%`,
])('cron hands on the very word: %s', word => {
  const line = crontabLines(job({ argv: ['/usr/bin/printf', '%s', word], directory: '/' })).at(-1) ?? '';
  const ran = spawnSync('sh', ['-c', asCronReads(line.replace('*/15 * * * * ', ''))], { encoding: 'utf8' });
  expect([ran.stdout, ran.stderr]).toEqual([word, '']);
});

test('a backslash at the end of a line of a unit does not join the next line to it, and a dollar sign stands alone there', () => {
  const environment = { XDG_STATE_HOME: '/srv/a$b', TAPBOOK_X: 'c d$' };
  const { service, timer } = systemdUnits(
    job({ directory: '/srv/a\\', description: 'tapbook apply x\\\\', environment }),
  );
  expect(`${service.text}${timer.text}`).not.toMatch(/\\$/m);
  expect(service.text).toContain('WorkingDirectory=/srv/a\\/\n');
  expect(service.text).toContain('Environment=XDG_STATE_HOME=/srv/a$b\nEnvironment="TAPBOOK_X=c d$"\n');
});
