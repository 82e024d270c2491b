import { describe, expect, test } from 'vitest';
import type { BinaryFacts, ForeignProcess } from '../../../src/model/binary.ts';
import type { ElfBuildId } from '../../../src/model/ids.ts';
import { checkBinaries } from '../../../src/plan/checks/check-binaries.ts';
import type { ProbedPath } from '../../../src/script/read-probed-files.ts';
import { bind, makeFacts, makeScript, presentBinary, probing, ready, type TargetParts } from '../rig.ts';

const postgres = '/usr/lib/postgresql/17/bin/postgres';

/** The rows of a host whose script probes `postgres`, and has this in its place. */
function rows(
  binaries: readonly BinaryFacts[],
  parts: TargetParts & { stale?: 'skip'; path?: Partial<ProbedPath> } = {},
) {
  const { stale, path, ...rest } = parts;
  return checkBinaries(ready('db1', { probed: [probing(postgres, path)], binaries, ...rest }), stale).map(
    ({ check, status, found, cure }) => `${check} ${status}: ${found}${cure === undefined ? '' : ` → ${cure}`}`,
  );
}

const absent = (state: Exclude<BinaryFacts['state'], 'present'>): readonly BinaryFacts[] => [{ path: postgres, state }];
const stranger = (pid: number, more: Partial<ForeignProcess> = {}): ForeignProcess => ({
  pid,
  name: 'postgres',
  buildId: '459f'.padEnd(40, '0') as ElfBuildId,
  why: 'deleted',
  ...more,
});

test('a file that is there, and no process that runs another build', () => {
  expect(rows([presentBinary(postgres, '8b14')])).toEqual([
    `binaries ok: ${postgres} 8b1400000000`,
    'stale-processes ok: no process runs another build of them',
  ]);
});

test('no rows where nothing is probed, or only looked into', () => {
  expect(rows([], { probed: [{ paths: [], buildIds: [], unsure: [] }] })).toEqual([]);
  expect(rows(absent('missing'), { path: { use: 'build' } })).toEqual([]);
});

describe('a file that will not do', () => {
  const os = (id: string, version?: string): TargetParts => ({
    facts: { os: { id, like: [], ...(version === undefined ? {} : { version }) } },
  });

  test.each([
    ['debian', undefined, 'apt-get install postgresql-17'],
    ['rocky', '9.4', `dnf install ${postgres}`],
    ['centos', '7', `yum install ${postgres}`],
    ['sles', '15', `zypper install ${postgres}`],
    ['alpine', '3.20', 'apk add cmd:postgres'],
    ['slackware', '15', 'install its package'],
  ])('is missing on %s', (id, version, install) => {
    expect(rows(absent('missing'), os(id, version))).toEqual([
      `binaries failed: ${postgres} is missing, and io probes it → ${install}; or see where it is (command -v postgres) and give the script the path as an argument (@1), with a value for this host (host_vars)`,
    ]);
  });

  test('came from an argument: then the value is to be another one', () => {
    const scripts = [bind(makeScript(), { args: ['/usr/lib/postgresql/17/bin'] })];
    expect(rows(absent('missing'), { scripts })[0]).toMatch(
      / and give this host a value of its own for the path \(host_vars\)$/,
    );
  });

  test('what nobody could type is put onto no command line', () => {
    const path = '/opt/my db/$(reboot)\n';
    const binaries: readonly BinaryFacts[] = [{ path, state: 'missing' }];
    expect(rows(binaries, { probed: [probing(path)] })).toEqual([
      'binaries failed: /opt/my db/$(reboot) is missing, and io probes it → see where it is and give the script the path as an argument (@1), with a value for this host (host_vars)',
    ]);
  });

  test.each<readonly [Exclude<BinaryFacts['state'], 'present'>, string]>([
    ['not-a-file', `${postgres} is no file, and io probes it → `],
    ['not-elf', `${postgres} is no ELF program or library, and io probes it → if it is a script that starts`],
    ['unreadable', `${postgres} cannot be read there, and io probes it → let the user that runs the scripts read it`],
    ['no-od', `it cannot be told which build of ${postgres} it has: it has no od to read files with`],
    [
      'no-build-id',
      `it cannot be told which build of ${postgres} it has: the file has no build-id, and io probes it → link it with -Wl,--build-id`,
    ],
  ])('%s', (state, text) => {
    const [row, ...others] = rows(absent(state));
    expect(row).toContain(`binaries failed: ${text}`);
    expect(others).toEqual([]);
  });

  test.each<readonly [Exclude<BinaryFacts['state'], 'present'>, 'ok' | 'failed']>([
    ['missing', 'ok'],
    ['not-a-file', 'ok'],
    ['not-elf', 'ok'],
    ['unreadable', 'failed'],
    ['no-build-id', 'failed'],
  ])('%s, where a script may do without: %s', (state, status) => {
    expect(rows(absent(state), { path: { presence: 'possible' } })[0]).toMatch(new RegExp(`^binaries ${status}: `));
  });

  test('a second script that cannot do without', () => {
    const scripts = [bind(), bind(makeScript({ name: 'waits' }))];
    const probed = [probing(postgres, { presence: 'possible' }), probing(postgres)];
    expect(rows(absent('missing'), { scripts, probed })[0]).toContain('is missing, and io, waits probe it');
  });

  test('nobody has asked for it', () => {
    expect(rows([])).toEqual([`binaries failed: it was not asked for ${postgres}, and io probes it → plan again`]);
  });
});

describe('processes that run another build', () => {
  const has = (...strangers: readonly ForeignProcess[]) => [presentBinary(postgres, '8b14', { strangers })];
  const restart = (pid: number): string =>
    `restart them: systemctl status ${pid} names their unit, systemctl restart UNIT restarts it`;

  test('are told with pid, name, build-id and cure, and keep the host out', () => {
    expect(rows(has(stranger(812)))[1]).toBe(
      `stale-processes failed: ${postgres} has build-id 8b1400000000, and a process runs another: postgres 812 (459f00000000, begun before the file was replaced) → ${restart(812)}`,
    );
  });

  test('are a warning where the play skips such hosts', () => {
    expect(rows(has(stranger(812)), { stale: 'skip' })[1]).toMatch(
      /^stale-processes warning: .*; the play skips such a host → /,
    );
  });

  test('fold: five of a kind, three kinds, and how many more', () => {
    const many = Array.from({ length: 20 }, (_, index) => stranger(100 + index));
    const own: Partial<ForeignProcess> = { name: 'db\u001b[2J', why: 'other-root' };
    const { buildId: _, ...unread } = stranger(7, own);
    expect(rows([presentBinary(postgres, '8b14', { strangers: [...many, unread], moreStrangers: 30 })])[1]).toBe(
      `stale-processes failed: ${postgres} has build-id 8b1400000000, and 51 processes run another: postgres 100, 101, 102, 103, 104 (459f00000000, begun before the file was replaced), db 7 (its build-id cannot be read, in another root or container), 45 more → ${restart(100)}; those in a container or another root: stop them for as long, or have the play leave such hosts out (stale_processes: skip)`,
    );
  });

  test('are counted even where none of them could be named', () => {
    expect(rows([presentBinary(postgres, '8b14', { moreStrangers: 2 })])[1]).toBe(
      `stale-processes failed: ${postgres} has build-id 8b1400000000, and 2 processes run another: 2 more → restart them`,
    );
  });

  test('do not count for a file that only the build looks into', () => {
    const types = presentBinary('/usr/bin/types', '11', { strangers: [stranger(5)] });
    const probed = [probing(postgres), probing('/usr/bin/types', { use: 'build' })];
    const parts = { scripts: [bind(), bind()], probed };
    expect(rows([presentBinary(postgres, '8b14'), types], parts)[1]).toBe(
      'stale-processes ok: no process runs another build of them',
    );
  });

  test('may be there unseen: that is said', () => {
    const unseenProcesses = 'only root sees what the processes of others have mapped';
    expect(rows([presentBinary(postgres, '8b14', { unseenProcesses })], { facts: makeFacts() })[1]).toBe(
      `stale-processes warning: not all processes were seen (${unseenProcesses}): they are looked for once more before a load`,
    );
  });
});
