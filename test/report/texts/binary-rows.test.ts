import { expect, test } from 'vitest';
import type { Target } from '../../../src/plan/target.ts';
import { displayWidth } from '../../../src/report/layout/display-width.ts';
import { formatPlan } from '../../../src/report/texts/plan-text.ts';
import { bind, makePlan, makeScript, presentBinary, probing, ready } from '../../plan/rig.ts';

const postgres = '/usr/lib/postgresql/17/bin/postgres';
const libc = '/usr/lib/x86_64-linux-gnu/libc.so.6';
const queries = bind(makeScript({ name: 'slow_queries' }));

const host = (name: string, ...ids: readonly string[]): Target => {
  const paths = [postgres, libc].slice(0, ids.length);
  return ready(name, {
    scripts: [queries, bind()],
    probed: [
      { ...probing(postgres), paths: paths.flatMap(path => probing(path).paths) },
      { paths: [], buildIds: [], unsure: [] },
    ],
    binaries: paths.map((path, index) => presentBinary(path, ids[index] ?? '')),
  });
};

/** The builds of a plan, as they are shown; nothing is wider than the screen. */
function show(targets: readonly Target[], columns = 80): string {
  const text = formatPlan(makePlan({ targets }), { colour: 'plain', columns });
  if (columns < 1000) {
    const wide = text.split('\n').filter(line => displayWidth(line) > columns && !line.includes('stap 5.1'));
    expect(wide).toEqual([]);
  }
  const [, builds = ''] = /\nBuilds\n(.*?)\n\n/s.exec(text) ?? [];
  return `\n${builds}\n`;
}

const many = (from: number, to: number, ...ids: readonly string[]): readonly Target[] =>
  Array.from({ length: to - from + 1 }, (_, index) => host(`db${String(from + index).padStart(3, '0')}`, ...ids));

test('all have the same', () => {
  expect(show([host('db1', '459f1a03be77'), host('db2', '459f1a03be77')])).toMatchInlineSnapshot(`
    "
      io            6.1.0-56-cloud-amd64 x86_64  build on builder
      slow_queries  6.1.0-56-cloud-amd64 x86_64  build on builder
        for /usr/lib/postgresql/17/bin/postgres 459f1a03be77
    "
  `);
});

test('one host of many has another', () => {
  const hosts = [...many(1, 17, '459f1a03be77'), host('db018', '8b14e0c1d2aa')];
  expect(show(hosts)).toMatchInlineSnapshot(`
    "
      io              6.1.0-56-cloud-amd64 x86_64  build on builder
      slow_queries    6.1.0-56-cloud-amd64 x86_64  build on builder
        for db[001-017]: /usr/lib/postgresql/17/bin/postgres 459f1a03be77
        (db018 has 8b14e0c1d2aa)
      slow_queries#2  6.1.0-56-cloud-amd64 x86_64  build on builder
        for db018: /usr/lib/postgresql/17/bin/postgres 8b14e0c1d2aa
        (17 others have 459f1a03be77)
    "
  `);
  expect(show(hosts, Number.POSITIVE_INFINITY)).toMatchInlineSnapshot(`
    "
      io              6.1.0-56-cloud-amd64 x86_64  build on builder
      slow_queries    6.1.0-56-cloud-amd64 x86_64  build on builder
        for db[001-017]: /usr/lib/postgresql/17/bin/postgres 459f1a03be77 (db018 has 8b14e0c1d2aa)
      slow_queries#2  6.1.0-56-cloud-amd64 x86_64  build on builder
        for db018: /usr/lib/postgresql/17/bin/postgres 8b14e0c1d2aa (17 others have 459f1a03be77)
    "
  `);
});

test('300 hosts with five builds of one file, and two of another', () => {
  expect(
    show([
      ...many(1, 200, '459f1a03be77', 'c0ffee'),
      ...many(201, 260, '8b14e0c1d2aa', 'c0ffee'),
      ...many(261, 290, '8b14e0c1d2aa', 'decade'),
      ...many(291, 298, 'aa11', 'decade'),
      host('db299', 'bb22', 'decade'),
      host('other.prod.example', 'cc33', 'decade'),
    ]),
  ).toMatchInlineSnapshot(`
    "
      io              6.1.0-56-cloud-amd64 x86_64  build on builder
      slow_queries    6.1.0-56-cloud-amd64 x86_64  build on builder
        for db[001-200]: /usr/lib/postgresql/17/bin/postgres 459f1a03be77
        (100 others have 4 other builds of it)
        and /usr/lib/x86_64-linux-gnu/libc.so.6 c0ffee000000
        (40 others have decade000000)
      slow_queries#2  6.1.0-56-cloud-amd64 x86_64  build on builder
        for db[201-260]: /usr/lib/postgresql/17/bin/postgres 8b14e0c1d2aa
        (210 others have 4 other builds of it)
        and /usr/lib/x86_64-linux-gnu/libc.so.6 c0ffee000000
        (40 others have decade000000)
      slow_queries#3  6.1.0-56-cloud-amd64 x86_64  build on builder
        for db[261-290]: /usr/lib/postgresql/17/bin/postgres 8b14e0c1d2aa
        (210 others have 4 other builds of it)
        and /usr/lib/x86_64-linux-gnu/libc.so.6 decade000000
        (260 others have c0ffee000000)
      slow_queries#4  6.1.0-56-cloud-amd64 x86_64  build on builder
        for db[291-298]: /usr/lib/postgresql/17/bin/postgres aa1100000000
        (292 others have 4 other builds of it)
        and /usr/lib/x86_64-linux-gnu/libc.so.6 decade000000
        (260 others have c0ffee000000)
      slow_queries#5  6.1.0-56-cloud-amd64 x86_64  build on builder
        for db299: /usr/lib/postgresql/17/bin/postgres bb2200000000
        (299 others have 4 other builds of it)
        and /usr/lib/x86_64-linux-gnu/libc.so.6 decade000000
        (260 others have c0ffee000000)
      slow_queries#6  6.1.0-56-cloud-amd64 x86_64  build on builder
        for other.prod.example: /usr/lib/postgresql/17/bin/postgres cc3300000000
        (299 others have 4 other builds of it)
        and /usr/lib/x86_64-linux-gnu/libc.so.6 decade000000
        (260 others have c0ffee000000)
    "
  `);
});

test('links that lead elsewhere make another module, and are told', () => {
  const linked = ready('db2', {
    scripts: [queries],
    probed: [probing(postgres)],
    binaries: [presentBinary(postgres, '459f', { realPath: '/opt/pgsql/bin/postgres' })],
  });
  expect(show([host('db1', '459f'), linked])).toMatchInlineSnapshot(`
    "
      io              6.1.0-56-cloud-amd64 x86_64  build on builder
      slow_queries    6.1.0-56-cloud-amd64 x86_64  build on builder
        for db1: /usr/lib/postgresql/17/bin/postgres 459f00000000 at
            /usr/lib/postgresql/17/bin/postgres
        (db2 has 459f00000000 at /opt/pgsql/bin/postgres)
      slow_queries#2  6.1.0-56-cloud-amd64 x86_64  build on builder
        for db2: /usr/lib/postgresql/17/bin/postgres 459f00000000 at
            /opt/pgsql/bin/postgres
        (db1 has 459f00000000 at /usr/lib/postgresql/17/bin/postgres)
    "
  `);
  expect(show([linked])).toMatchInlineSnapshot(`
    "
      slow_queries  6.1.0-56-cloud-amd64 x86_64  build on builder
        for /usr/lib/postgresql/17/bin/postgres 459f00000000
    "
  `);
});

test('what only the build shows, once for each script', () => {
  const unsure = {
    use: 'breakpoints',
    presence: 'certain',
    line: 1,
    col: 1,
    text: 'python.function.entry',
    kind: 'tapset',
    why: 'may stand for points of programs that the tapsets of the build host name',
  } as const;
  const target = (name: string, id: string): Target =>
    ready(name, {
      scripts: [queries],
      probed: [{ ...probing(postgres), unsure: [unsure] }],
      binaries: [presentBinary(postgres, id)],
    });
  expect(show([target('db1', '459f'), target('db2', '8b14')])).toMatchInlineSnapshot(`
    "
      slow_queries    6.1.0-56-cloud-amd64 x86_64  build on builder
        for db1: /usr/lib/postgresql/17/bin/postgres 459f00000000
        (db2 has 8b1400000000)
        python.function.entry may stand for points of programs that the tapsets of
            the build host name
        which files these are only the build shows; hosts are compared with them
            before a load
      slow_queries#2  6.1.0-56-cloud-amd64 x86_64  build on builder
        for db2: /usr/lib/postgresql/17/bin/postgres 8b1400000000
        (db1 has 459f00000000)
    "
  `);
});

test('hosts that lack a file that a script may do without', () => {
  const may = { ...probing(postgres, { presence: 'possible' }) };
  const lacking = ready('db2', {
    scripts: [queries],
    probed: [may],
    binaries: [{ path: postgres, state: 'missing' }],
  });
  const having = ready('db1', { scripts: [queries], probed: [may], binaries: [presentBinary(postgres, '459f')] });
  expect(show([having, lacking])).toMatchInlineSnapshot(`
    "
      slow_queries    6.1.0-56-cloud-amd64 x86_64  build on builder
        for db1: /usr/lib/postgresql/17/bin/postgres 459f00000000 (db2 has none)
      slow_queries#2  6.1.0-56-cloud-amd64 x86_64  build on builder
        for db2: /usr/lib/postgresql/17/bin/postgres missing (db1 has 459f00000000)
    "
  `);
});
