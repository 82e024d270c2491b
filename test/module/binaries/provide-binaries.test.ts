import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProbedBinary } from '../../../src/model/binary.ts';
import type { ElfBuildId, HostName } from '../../../src/model/ids.ts';
import type { PlannedBuild } from '../../../src/model/plan.ts';
import { err, ok } from '../../../src/model/result.ts';
import { type BinaryStore, openBinaryStore } from '../../../src/module/binaries/binary-store.ts';
import { createBinarySupply, type SupplyOptions } from '../../../src/module/binaries/binary-supply.ts';
import type { Connection } from '../../../src/transport/transport.ts';
import { elfProgram } from '../../support/elf-file.ts';
import { type BuildRig, makeBuildRig, planned, type Ran, type RigHost } from '../build/builder-rig.ts';

const id = '54e3beb2680a92c4df6f34df4f256cac78964885' as ElfBuildId;
const otherId = 'ba61be8a975d54e7b75268cd456d59f508e21034' as ElfBuildId;

let rig: BuildRig;
/** As it is on targets; the same machine plays them, but there it lies elsewhere. */
let path: string;
/** The hosts that were read from, in their order. */
let read: string[];
beforeEach(async () => {
  rig = await makeBuildRig();
  path = join(rig.folder, 'srv/postgres');
  read = [];
  await mkdir(join(rig.folder, 'srv'));
  await writeFile(path, elfProgram(id, 3_000_000), { mode: 0o644 });
});
afterEach(() => rig[Symbol.asyncDispose]());

const binary = (): ProbedBinary => ({ path, realPath: '/opt/pg/bin/postgres', buildId: id });

function supplyFrom(targets: Readonly<Record<string, Connection>>, options: Partial<SupplyOptions> = {}) {
  return createBinarySupply({
    store: openBinaryStore(join(rig.folder, 'binaries')),
    async open(host) {
      read.push(host);
      const connection = targets[host];
      if (connection === undefined) throw new Error(`nobody knows ${host}`);
      return ok({ connection, as: 'login-user', [Symbol.dispose]: () => undefined });
    },
    ...options,
  });
}

function probing(module: string, buildHost: RigHost, hosts: readonly string[], more: Partial<PlannedBuild> = {}) {
  return {
    ...planned(module, [buildHost], { good: true }),
    hosts: hosts as readonly HostName[],
    binaries: [binary()],
    ...more,
  };
}

function causes({ results }: Ran): readonly string[] {
  return [...(results?.values() ?? [])].map(one =>
    one.ok ? 'ok' : `${one.error.cause} → ${one.error.cure}`.replaceAll(rig.folder, 'FOLDER'),
  );
}

function lines({ lines: told }: Ran): readonly string[] {
  return told.map(line => line.replaceAll(rig.folder, 'FOLDER'));
}

/** The stand-in stap tells what its sysroot has. */
const look = `( cd "$HOME/.cache/tapbook/build-binaries" && find tapbook-build-1 -name 'postgres*' -o -type l | sort ) >"$folder/tree"`;

test('a binary is copied from one target, sent once to a build host over its own sshd, and lies below the sysroot', async () => {
  const builder = await rig.add('builder', look);
  const db1 = await rig.add('db1');
  const supply = supplyFrom({ db1: db1.openBuildHost.connection });
  const first = await rig.run(
    ['one', 'two', 'three'].map(name => probing(name, builder, ['db1'])),
    { binaries: supply, jobs: 1 },
  );
  expect(causes(first)).toEqual(['ok', 'ok', 'ok']);
  expect(read).toEqual(['db1']);
  expect(lines(first).filter(line => /fetch|sent/.test(line))).toEqual([
    'fetching FOLDER/srv/postgres (3MB) from db1 for builder',
    'fetched FOLDER/srv/postgres from db1 in TIME',
    'sent FOLDER/srv/postgres (3MB) to builder in TIME',
  ]);
  expect(await readFile(builder.path('tree'), 'utf8')).toBe(
    [
      'tapbook-build-1/boot',
      'tapbook-build-1/lib/modules',
      'tapbook-build-1/opt/pg/bin/postgres',
      `tapbook-build-1${path}`,
      'tapbook-build-1/usr/lib/debug',
      '',
    ].join('\n'),
  );
  // Another run, whose modules are not in the cache.
  const second = await rig.run([probing('four', builder, ['db1'])], { binaries: supplyFrom({}) });
  expect(causes(second)).toEqual(['ok']);
  expect(lines(second).filter(line => /fetch|sent/.test(line))).toEqual([]);
});

test('another build host gets it from the store here', async () => {
  const [first, second] = [await rig.add('first'), await rig.add('second')];
  const db1 = await rig.add('db1');
  const supply = supplyFrom({ db1: db1.openBuildHost.connection });
  const ran = await rig.run([probing('one', first, ['db1']), probing('two', second, ['db1'])], { binaries: supply });
  expect(causes(ran)).toEqual(['ok', 'ok']);
  expect(read).toEqual(['db1']);
  expect(ran.events.filter(({ kind }) => kind === 'binary-sent')).toHaveLength(2);
});

test("the build host's own file serves where path, real path and build-id are the same; then there is no sysroot", async () => {
  const builder = await rig.add('builder', look);
  const own = { binaries: [{ path, buildId: id }] };
  const ran = await rig.run([probing('one', builder, ['db1'], own)], { binaries: supplyFrom({}) });
  expect(causes(ran)).toEqual(['ok']);
  expect(await readFile(builder.path('tree'), 'utf8').catch(() => 'none')).not.toContain('postgres');
});

test('a link on the build host to the right file is another path', async () => {
  const builder = await rig.add('builder', look);
  const db1 = await rig.add('db1');
  const linked = join(rig.folder, 'srv/postgres-link');
  await symlink(path, linked);
  const build = probing('one', builder, ['db1'], { binaries: [{ path: linked, buildId: id }] });
  const ran = await rig.run([build], { binaries: supplyFrom({ db1: db1.openBuildHost.connection }) });
  expect(causes(ran)).toEqual(['ok']);
  expect(await readFile(builder.path('tree'), 'utf8')).toContain(`tapbook-build-1${linked}\n`);
});

describe('the next host is asked', () => {
  test('where the file has become another one since the probe', async () => {
    const builder = await rig.add('builder');
    const db = await rig.add('db');
    const { connection } = db.openBuildHost;
    const having = (buildId: ElfBuildId): Connection => ({
      ...connection,
      async exec(argv, options) {
        await writeFile(path, elfProgram(buildId, 100));
        return connection.exec(argv, options);
      },
    });
    const supply = supplyFrom({ db1: having(otherId), db2: having(id) });
    const ran = await rig.run([probing('one', builder, ['db1', 'db2'])], { binaries: supply });
    expect(causes(ran)).toEqual(['ok']);
    expect(read).toEqual(['db1', 'db2']);
    expect(lines(ran).find(line => line.startsWith('db1'))).toBe(
      `db1: at build: FOLDER/srv/postgres cannot be fetched from db1: what has arrived has the build-id ${otherId}`,
    );
  });
});

describe('nothing is copied', () => {
  test('where the play says never, or nobody is there to ask', async () => {
    const builder = await rig.add('builder');
    const never = { binaryPolicy: { how: 'never', mostBytes: 1e9 } } as const;
    const ran = await rig.run([probing('one', builder, ['db1', 'db2'])], { binaries: supplyFrom({}), ...never });
    expect(causes(ran)).toEqual([
      `builder has no FOLDER/srv/postgres with build-id ${id}, as db[1,2] have, and the play says binaries: never → install the package of the targets on builder, or set binaries: fetch in the play`,
    ]);
    const ask = { binaryPolicy: { how: 'ask', mostBytes: 1e9 } } as const;
    const asked = await rig.run([probing('one', builder, ['db1'])], { binaries: supplyFrom({}), ...ask });
    expect(causes(asked)[0]).toContain('as db1 has, and there is no terminal to ask on (binaries: ask)');
    expect(read).toEqual([]);
  });

  test('without a yes; one answer is for all builds', async () => {
    const builder = await rig.add('builder');
    const db1 = await rig.add('db1');
    const questions: string[] = [];
    const policy = { binaryPolicy: { how: 'ask', mostBytes: 1e9 } } as const;
    const asking = (answer: 'yes' | 'no') =>
      supplyFrom(
        { db1: db1.openBuildHost.connection },
        {
          async ask(question) {
            questions.push(question.replaceAll(rig.folder, 'FOLDER'));
            return answer;
          },
        },
      );
    const builds = ['one', 'two'].map(name => probing(name, builder, ['db1']));
    const refused = await rig.run(builds, { binaries: asking('no'), ...policy });
    expect(causes(refused)[0]).toContain('as db1 has, and it was not to be copied');
    expect(questions).toEqual(['Copy FOLDER/srv/postgres from db1 to builder for the build?']);
    const allowed = await rig.run(builds, { binaries: asking('yes'), ...policy });
    expect(causes(allowed)).toEqual(['ok', 'ok']);
    expect(questions).toHaveLength(2);
  });

  test('that is larger than max_binary, and no other host is asked for as large a file', async () => {
    const builder = await rig.add('builder');
    const db1 = await rig.add('db1');
    const policy = { binaryPolicy: { how: 'fetch', mostBytes: 1_000_000 } } as const;
    const supply = supplyFrom({ db1: db1.openBuildHost.connection });
    const ran = await rig.run([probing('one', builder, ['db1', 'db2'])], { binaries: supply, ...policy });
    expect(causes(ran)).toEqual([
      'FOLDER/srv/postgres on db1 has 3MB: more than max_binary, 1MB → install the package of the targets on builder, or set max_binary: 10MB in the play',
    ]);
    expect(read).toEqual(['db1']);
  });

  test('that is gone', async () => {
    const builder = await rig.add('builder');
    const db1 = await rig.add('db1');
    await rm(path);
    const ran = await rig.run([probing('one', builder, ['db1'])], {
      binaries: supplyFrom({ db1: db1.openBuildHost.connection }),
    });
    expect(causes(ran)).toEqual([
      'FOLDER/srv/postgres cannot be fetched from db1: it is not there → install the package of the targets on builder',
    ]);
  });

  test('for which there is no space here: the target does not wait for the rest to be read', async () => {
    const builder = await rig.add('builder');
    const db1 = await rig.add('db1');
    await writeFile(path, elfProgram(id, 40_000_000));
    const store: BinaryStore = {
      ...openBinaryStore(join(rig.folder, 'binaries')),
      async receive(_id, _part, { chunks }) {
        for await (const _ of chunks) break;
        return err('there is no space left');
      },
    };
    const supply = supplyFrom({ db1: db1.openBuildHost.connection }, { store });
    const ran = await rig.run([probing('one', builder, ['db1'])], { binaries: supply });
    expect(causes(ran)).toEqual([
      'FOLDER/srv/postgres cannot be fetched from db1: there is no space left → install the package of the targets on builder',
    ]);
  });

  test("into a user's own sysroot, which lacks it", async () => {
    const builder = await rig.add('builder');
    const build = probing('one', builder, ['db1']);
    const ran = await rig.run([{ ...build, options: { ...build.options, sysroot: '/srv/roots' } }], {
      binaries: supplyFrom({}),
    });
    expect(causes(ran)).toEqual([
      "builder does not have the targets' FOLDER/srv/postgres below /srv/roots → put it there, or leave stap_options.sysroot out: then tapbook makes one",
    ]);
  });
});

test('a build host that cannot keep it fails that build alone, with the cause', async () => {
  const builder = await rig.add('builder');
  const db1 = await rig.add('db1');
  const home = await run(builder, 'echo "$HOME"');
  await writeFile(join(home, '.cache'), 'no folder');
  const ran = await rig.run([probing('one', builder, ['db1'])], {
    binaries: supplyFrom({ db1: db1.openBuildHost.connection }),
  });
  expect(causes(ran)[0]).toContain('cannot be sent to builder: cannot make ');
});

test('what is kept is used only while it is whole; folders of stap that have ended are used again', async () => {
  const builder = await rig.add('builder');
  const db1 = await rig.add('db1');
  const supply = supplyFrom({ db1: db1.openBuildHost.connection });
  await rig.run([probing('one', builder, ['db1'])], { binaries: supply });
  const home = await run(builder, 'echo "$HOME"');
  const kept = join(home, '.cache/tapbook/build-binaries');
  const [file = ''] = (await readdir(kept)).filter(name => name.startsWith(id));
  await chmod(join(kept, file), 0o600);
  await writeFile(join(kept, file), 'cut');
  const ran = await rig.run([probing('two', builder, ['db1'])], { binaries: supply });
  expect(causes(ran)).toEqual(['ok']);
  expect(ran.events.filter(({ kind }) => kind === 'binary-sent')).toHaveLength(1);
  expect((await readdir(kept)).filter(name => name.startsWith('tapbook-build-'))).toEqual(['tapbook-build-1']);
});

async function run({ openBuildHost: { connection } }: RigHost, script: string): Promise<string> {
  const started = await connection.exec(['sh', '-c', script], {
    signal: new AbortController().signal,
    as: 'login-user',
  });
  if (!started.ok) throw new Error(started.error.cause);
  started.value.stdin.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of started.value.stdout) chunks.push(chunk);
  return Buffer.concat(chunks).toString().trim();
}
