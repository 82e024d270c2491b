import { describe, expect, onTestFinished, test } from 'vitest';
import { type PreconditionAnswers, probePreconditions } from '../../src/facts/probe-preconditions.ts';
import type { Host } from '../../src/model/host.ts';
import type { HostName } from '../../src/model/ids.ts';
import type { Result } from '../../src/model/result.ts';
import { createLocalTransport } from '../../src/transport/local/local-transport.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { makeStandIns, type StandIns } from '../support/run-script.ts';
import { shells } from '../support/shells.ts';

const host: Host = { name: 'here' as HostName, groups: [], vars: {}, connection: { kind: 'local' } };
const { signal } = new AbortController();

/** This machine, behind a login shell that speaks before and after, with one of the shells for its `sh`. */
async function connect(
  shell: readonly [string, ...string[]],
  standIns: StandIns,
  others: string | undefined = process.env['PATH'],
): Promise<Connection> {
  const limits = { connect: 1000, keepalive: 1000, keepaliveCount: 3 };
  const opened = await createLocalTransport().connect(host, { signal, limits });
  if (!opened.ok) throw new Error(opened.error.cause);
  const local = opened.value;
  onTestFinished(() => local[Symbol.asyncDispose]());
  const noise = 'printf "Welcome"; "$@"; echo bye';
  const path = `PATH=${standIns.folder}:${others}`;
  return {
    ...local,
    exec: ([program, ...args], options) => {
      const argv = program === 'sh' ? [...shell, ...args] : [program, ...args];
      return local.exec(['env', path, 'sh', '-c', noise, 'login', ...argv], options);
    },
  };
}

describe.each(shells)('in %s', (_name, shell) => {
  async function ask(
    standIns: StandIns,
    packages: readonly string[],
    commands: readonly string[] = [],
  ): Promise<Result<PreconditionAnswers, unknown>> {
    const connection = await connect(shell, standIns);
    return probePreconditions(
      connection,
      { packages, commands: commands.map(value => ({ value })) },
      { signal, limitMs: 30_000 },
    );
  }

  test('packages', async () => {
    await using standIns = await makeStandIns();
    await standIns.add(
      'dpkg-query',
      'for name; do :; done; case $name in kmod) printf "install ok installed" ;; old) printf "deinstall ok config-files" ;; *) exit 1 ;; esac',
    );
    await standIns.add('apk', '[ "$*" = "info -e musl" ]');
    const answers = await ask(standIns, ['gone', 'kmod', 'systemtap-runtime', 'old', 'musl', "a b'c"]);
    expect(answers).toEqual({
      ok: true,
      value: { missingPackages: ['gone', 'old', "a b'c"], failedCommands: [] },
    });
  });

  test('commands', async () => {
    await using standIns = await makeStandIns();
    const commands = [
      'true',
      'echo first; echo "the last  line" >&2; exit 3',
      "printf 'a\\033[31mb\\n'; false",
      'no-such-program-here',
      'read line',
      `[ "$(printf 'a b')" = 'a b' ]`,
      'exit 1',
    ];
    const answers = await ask(standIns, [], commands);
    expect(answers).toEqual({
      ok: true,
      value: {
        missingPackages: [],
        failedCommands: [
          { command: commands[1], code: 3, output: 'the last  line' },
          { command: commands[2], code: 1, output: 'ab' },
          { command: commands[3], code: 127, output: expect.stringContaining('no-such-program-here') },
          { command: commands[4], code: 1, output: '' },
          { command: commands[6], code: 1, output: '' },
        ],
      },
    });
  });
});

test('nothing is asked where nothing is wanted', async () => {
  await using standIns = await makeStandIns();
  const connection = await connect(['dash'], standIns);
  const mute: Connection = { ...connection, exec: () => expect.fail('something was asked') };
  const answers = await probePreconditions(
    mute,
    { packages: ['systemtap-runtime'], commands: [] },
    { signal, limitMs: 30_000 },
  );
  expect(answers).toEqual({ ok: true, value: { missingPackages: [], failedCommands: [] } });
});

test('packages where nobody can be asked about them', async () => {
  await using standIns = await makeStandIns();
  await standIns.add('sh', 'exec /bin/sh "$@"');
  const connection = await connect(['/bin/sh'], standIns, '/nonexistent');
  const wanted = { packages: ['kmod'], commands: [] };
  expect(await probePreconditions(connection, wanted, { signal, limitMs: 30_000 })).toEqual({
    ok: true,
    value: { missingPackages: ['kmod'], failedCommands: [], packageManager: 'none' },
  });
});

test('what is not answered to the end holds for nothing', async () => {
  await using standIns = await makeStandIns();
  const connection = await connect(['true'], standIns);
  const answers = await probePreconditions(
    connection,
    { packages: ['kmod'], commands: [] },
    { signal, limitMs: 30_000 },
  );
  expect(answers).toEqual({
    ok: false,
    error: { stage: 'probe', cause: 'the preconditions were not all answered' },
  });
});

test('each package and command is answered once, whatever the host says, and what it printed has a length', async () => {
  await using standIns = await makeStandIns();
  const local = await connect(['dash'], standIns);
  const connection: Connection = {
    ...local,
    // The nonce stands behind the script and its name.
    exec: ([, , , , nonce], options) =>
      local.exec(
        [
          'awk',
          '-v',
          `n=${nonce}`,
          `BEGIN { for (i = 0; i < 500; i++) { print n " package 0"; print n " package " i; print n " command 0 1 x"; print n " command " i " 1" }
            print n " command 1 7 " sprintf("%04000d", 0); print n " end" }`,
        ],
        options,
      ),
  };
  const answers = await probePreconditions(
    connection,
    { packages: ['kmod'], commands: [{ value: 'a' }, { value: 'b' }] },
    { signal, limitMs: 30_000 },
  );
  expect(answers).toEqual({
    ok: true,
    value: {
      missingPackages: ['kmod'],
      failedCommands: [
        { command: 'a', code: 1, output: 'x' },
        { command: 'b', code: 1, output: '' },
      ],
    },
  });
});
