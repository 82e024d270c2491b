import { describe, expect, test } from 'vitest';
import type { BuildId } from '../../../src/model/plan.ts';
import { planPlay } from '../../../src/plan/plan-play.ts';
import { bind, decisions, makePlan, makeScript, planInput, presentBinary, probing, ready } from '../rig.ts';

const db = '/usr/bin/db';
const queries = bind(makeScript({ name: 'queries' }));
const io = bind();
const nothing = { paths: [], buildIds: [], unsure: [] };

/** A host on which one script probes `db` and the other nothing. */
const host = (name: string, id: string) =>
  ready(name, { scripts: [queries, io], probed: [probing(db), nothing], binaries: [presentBinary(db, id)] });
const builds = (plan: ReturnType<typeof planPlay>): readonly string[] =>
  plan.builds.map(({ id, hosts, binaries = [] }) =>
    `${id}: ${hosts.join()} ${binaries.map(({ buildId }) => buildId.slice(0, 4)).join()}`.trim(),
  );
const group = '6.1.0-56-cloud-amd64/x86_64';

describe('builds by binaries', () => {
  test('one for each build-id, with keys of their own; a script that probes none has one', () => {
    const plan = makePlan({ targets: [host('db1', '459f'), host('db2', '8b14'), host('db3', '459f')] });
    expect(builds(plan)).toEqual([
      `io@${group}: db1,db2,db3`,
      `queries@${group}: db1,db3 459f`,
      `queries@${group}#2: db2 8b14`,
    ]);
    expect(new Set(plan.builds.map(({ artifact }) => artifact.key)).size).toBe(3);
    expect(plan.kernelGroups.map(({ hosts }) => hosts)).toEqual([['db1', 'db2', 'db3']]);
  });

  test('the same build-id elsewhere through a link is another module: its path stands in it', () => {
    const linked = ready('db2', {
      scripts: [queries],
      probed: [probing(db)],
      binaries: [presentBinary(db, '459f', { realPath: '/opt/db' })],
    });
    const plan = makePlan({ targets: [{ ...host('db1', '459f'), scripts: [queries], probed: [probing(db)] }, linked] });
    expect(plan.builds.map(({ binaries }) => binaries?.[0]?.realPath)).toEqual([undefined, '/opt/db']);
  });

  test('files are sorted by path, and those that are only looked into, or missing where they may, do not count', () => {
    const probed = {
      ...nothing,
      paths: ['/z', '/a', '/types', '/maybe'].flatMap(path => [
        ...probing(path, {
          ...(path === '/types' ? { use: 'build' } : {}),
          ...(path === '/maybe' ? { presence: 'possible' } : {}),
        }).paths,
      ]),
    };
    const binaries = [...['/z', '/a', '/types'].map(path => presentBinary(path, 'aa'))];
    const plan = makePlan({
      targets: [ready('db1', { probed: [probed], binaries: [...binaries, { path: '/maybe', state: 'missing' }] })],
    });
    expect(plan.builds.map(build => build.binaries?.map(({ path }) => path))).toEqual([['/a', '/z']]);
  });

  test('hosts that were late come after the others: builds keep their names', () => {
    const first = planPlay(planInput({ targets: [host('db2', '8b14')] }));
    const earlier = { order: first.hosts.map(({ name }) => name), builds: first.builds };
    const input = planInput({ targets: [host('db1', '459f'), host('db2', '8b14'), host('db3', '8b14')] });
    expect(builds(planPlay({ ...input, earlier }))).toEqual([
      `io@${group}: db2,db1,db3`,
      `queries@${group}: db2,db3 8b14`,
      `queries@${group}#2: db1 459f`,
    ]);
  });

  test('what only the build shows is told, with its reason', () => {
    const place = { use: 'breakpoints', presence: 'certain', line: 1, col: 1 } as const;
    const probed = {
      paths: [],
      buildIds: [{ ...probing('/x').paths[0], buildId: '8b14' } as never],
      unsure: [
        { ...place, text: 'postgres', kind: 'by-name', why: 'is looked for along the PATH of the build host' } as const,
        { ...place, text: 'types', kind: 'by-name', why: 'is only looked into', use: 'build' } as const,
      ],
    };
    const plan = makePlan({ targets: [ready('db1', { probed: [probed] })] });
    expect(plan.builds.map(({ unsureBinaries }) => unsureBinaries)).toEqual([
      [
        { text: 'postgres', why: 'is looked for along the PATH of the build host' },
        { text: 'process("8b14")', why: 'names a build-id: debuginfod or the build host has to have its file' },
      ],
    ]);
  });
});

describe('hosts whose binaries will not do', () => {
  const gone = ready('db2', { scripts: [queries], probed: [probing(db)], binaries: [{ path: db, state: 'missing' }] });
  const stale = ready('db3', {
    scripts: [queries],
    probed: [probing(db)],
    binaries: [presentBinary(db, '8b14', { strangers: [{ pid: 812, name: 'db', why: 'deleted' }] })],
  });

  test('fail alone', () => {
    const said = decisions(makePlan({ targets: [host('db1', '459f'), gone, stale] }));
    expect(said[0]).toBe(`db1 runs queries@${group} io@${group} as login-user`);
    expect(said[1]).toContain('db2 fails: /usr/bin/db is missing, and queries probes it → ');
    expect(said[2]).toContain('db3 fails: /usr/bin/db has build-id 8b1400000000, and a process runs another: db 812 (');
  });

  test('are skipped for their processes where the play says so, but not for what else is wrong', () => {
    const plan = makePlan({ targets: [host('db1', '459f'), gone, stale], play: { staleProcesses: 'skip' } });
    const said = decisions(plan);
    expect([said[1], said[2]].map(text => text?.slice(0, 11))).toEqual(['db2 fails: ', 'db3 skipped']);
    expect(plan.staleProcesses).toBe('skip');
    expect(plan.builds.map(({ id }) => id)).toEqual<BuildId[]>([
      `io@${group}` as BuildId,
      `queries@${group}` as BuildId,
    ]);
  });
});
