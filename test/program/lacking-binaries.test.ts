import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installProgram } from '../support/probed-program.ts';
import { type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { eventsOf, type Finished, parseEvents, startTapbook } from '../support/tapbook.ts';

const why = whyNoFleet();
if (why !== undefined) console.log(`binaries that a build host lacks are left out: ${why}`);

/** Each host has a /run of its own, so the build host has none. */
const victim = '/run/pg/victim';

interface Rig extends AsyncDisposable {
  readonly fleet: StandInFleet;
  /** Begins an apply of scripts that probe the victim on db1, by their names; `rules`: lines of the play. */
  start(scripts: readonly string[], rules?: string): Promise<Awaited<ReturnType<typeof startTapbook>>>;
  /** Puts a victim with this build-id on db1. */
  install(byte: number): Promise<unknown>;
  /** What the build host was sent and keeps. */
  kept(): Promise<readonly string[]>;
}

async function startRig(): Promise<Rig> {
  const fleet = await startStandInFleet('build1', 'db1');
  const there = join(fleet.host('db1').root, 'run/pg');
  await mkdir(there);
  const install = (byte: number) => installProgram(join(there, 'victim'), byte);
  await install(0xa1);
  return {
    fleet,
    install,
    async start(scripts, rules = '') {
      const list = scripts.map(
        name =>
          `    - { name: ${name}, inline: 'probe process("${victim}").function("work") { println("${name}") }', duration: 1s }\n`,
      );
      const playbook = await fleet.playbook('lacking.yml', `- hosts: db1\n${rules}  scripts:\n${list.join('')}`);
      return startTapbook(['apply', playbook, '-i', fleet.inventory, '--format', 'json'], { env: fleet.env });
    },
    async kept() {
      const folder = join(fleet.host('build1').sshd.directory, '.cache/tapbook/build-binaries');
      return (await readdir(folder).catch(() => [])).filter(name => /^[0-9a-f]{40}/.test(name));
    },
    [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose](),
  };
}

function copies({ stdout }: Finished): readonly string[] {
  return parseEvents(stdout).flatMap(({ kind }) => (/^binary-/.test(kind) ? [kind] : []));
}

function ends({ stdout }: Finished): readonly unknown[] {
  return eventsOf(parseEvents(stdout), 'script-finished').map(({ end }) => end);
}

function failureOf({ stdout }: Finished): unknown {
  const outcome = eventsOf(parseEvents(stdout), 'host-finished')[0]?.outcome;
  return outcome?.kind === 'failed' ? outcome.failure : outcome;
}

describe.skipIf(why !== undefined)('a build host that lacks the file that scripts probe', { timeout: 120_000 }, () => {
  test('is sent it once, copied from a target once, and builds below a sysroot for that path', async () => {
    await using rig = await startRig();
    const first = await (await rig.start(['one', 'two'])).finished;
    expect(first.code, first.stdout).toBe(0);
    expect(copies(first)).toEqual(['binary-fetching', 'binary-fetched', 'binary-sent']);
    expect(ends(first)).toEqual([{ kind: 'duration' }, { kind: 'duration' }]);
    // Another script, so another module.
    const second = await (await rig.start(['three'])).finished;
    expect(second.code, second.stdout).toBe(0);
    expect([copies(second), ends(second)]).toEqual([[], [{ kind: 'duration' }]]);
    const { root } = rig.fleet.host('build1');
    const sysroots = (await readFile(join(root, 'sysroots'), 'utf8')).trim().split('\n');
    expect(sysroots).toHaveLength(3);
    for (const sysroot of sysroots) expect(sysroot).toMatch(/\/build-binaries\/tapbook-build-\d+$/);
    expect(await rig.kept()).toEqual([expect.stringMatching(/^(?:a1){20}\.\d+$/)]);
    expect(await rig.fleet.left()).toEqual([]);
  });

  test('is sent nothing that the play forbids, nor what became another file after the probe', async () => {
    await using rig = await startRig();
    const never = await (await rig.start(['one'], '  binaries: never\n')).finished;
    expect(never.code, never.stdout).toBe(2);
    expect(failureOf(never)).toMatchObject({
      stage: 'build',
      cause: `builder has no ${victim} with build-id ${'a1'.repeat(20)}, as db1 has, and the play says binaries: never`,
      cure: 'install the package of the targets on builder, or set binaries: fetch in the play',
    });
    const large = await (await rig.start(['one'], '  max_binary: 10kB\n')).finished;
    expect(large.code, large.stdout).toBe(2);
    expect(failureOf(large)).toMatchObject({
      cause: expect.stringMatching(`^builder: ${victim} on db1 has \\d+kB: more than max_binary, 10kB$`),
      cure: 'install the package of the targets on builder, or set max_binary: 10MB in the play',
    });
    const db1 = rig.fleet.host('db1');
    await db1.hold('fetch');
    const running = await rig.start(['one']);
    await db1.isHeld('fetch');
    await rig.install(0xb2);
    await db1.letGo('fetch');
    const changed = await running.finished;
    expect(changed.code, changed.stdout).toBe(2);
    expect(failureOf(changed)).toMatchObject({
      cause: `builder: ${victim} cannot be fetched from db1: what has arrived has the build-id ${'b2'.repeat(20)}`,
    });
    expect([copies(never), copies(large), copies(changed)]).toEqual([
      [],
      ['binary-fetched'],
      ['binary-fetching', 'binary-fetched'],
    ]);
    expect([await rig.kept(), await rig.fleet.left()]).toEqual([[], []]);
    expect(await readdir(join(rig.fleet.folder, 'cache/tapbook/binaries'))).toEqual([]);
  });
});
