import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { putBehindRelay } from '../support/behind-relay.ts';
import {
  becomes,
  type StandInFleet,
  type StandInHost,
  startStandInFleet,
  whyNoFleet,
} from '../support/stand-in-fleet.ts';
import { type Running, startTapbook } from '../support/tapbook.ts';
import type { TcpRelay } from '../support/tcp-relay.ts';
import { type Cell, type Fault, faults, type Stage, stages } from './matrix.ts';

/** Each cell is an apply to two hosts of a fleet of its own; db2 has the fault, db1 (which also builds) has none. */
const why = whyNoFleet();
if (why !== undefined) console.log(`the fault matrix is left out: ${why}`);

type FleetCell = Extract<Cell, { readonly kind: 'fleet' }>;

const cells = faults.flatMap(fault => stages.map(stage => ({ fault, stage, cell: fault.cells[stage] })));
const run = cells.filter((one): one is { fault: Fault; stage: Stage; cell: FleetCell } => one.cell.kind === 'fleet');

afterAll(() => {
  const count = (kind: Cell['kind']): number => cells.filter(({ cell }) => cell.kind === kind).length;
  console.log(
    `fault matrix: ${count('fleet')} cells on the loopback fleet, ${count('lab')} in the lab, ${count('elsewhere')} in other tests; ${count('none')} make no sense`,
  );
});

describe.skipIf(why !== undefined).concurrent('the fault matrix', () => {
  test.for(run)('$fault.name at $stage', { timeout: 180_000 }, async ({ fault, stage, cell }) => {
    await using rig = await prepare(fault, stage);
    const began = Date.now();
    await rig.apply();
    const { exit, outcomes, text } = await rig.ended();
    // Every wait has a limit; the longest is that for a host that says nothing any more.
    expect(Date.now() - began, text).toBeLessThan(150_000);
    if (cell.exit !== 'any') expect(exit, text).toBe(cell.exit);
    else expect([0, 4], text).toContain(exit);
    // Of a killed program only what it has left is looked at.
    const isTold = cell.exit !== 'killed';
    if (isTold && cell.db2 !== 'any') expect(outcomes.get('db2') ?? 'nothing said', text).toBe(cell.db2);
    if (isTold && cell.others !== 'any') expect(outcomes.get('db1') ?? 'nothing said', text).toBe(cell.others);
    // Looked at from outside: nothing of ours after the lease, on no host.
    const left = await becomes(rig.fleet.left, all => all.length === 0);
    expect(left, text).toEqual([]);
  });
});

/** In seconds: how long a module may live without its controller. */
const lease = 5;

/** Long enough for a slow machine. */
const limits = ['--arm-timeout', '30s'];

interface Rig extends AsyncDisposable {
  readonly fleet: StandInFleet;
  /** Starts an apply, waits until it is at the stage, and lets the fault happen. */
  apply(): Promise<void>;
  ended(): Promise<{
    readonly exit: number | 'killed' | null;
    readonly outcomes: ReadonlyMap<string, string>;
    readonly text: string;
  }>;
}

async function prepare(fault: Fault, stage: Stage): Promise<Rig> {
  const fleet = await startStandInFleet('db1', 'db2');
  const db2 = fleet.host('db2');
  const { relay, overlay, known } = await putBehindRelay(fleet, 'db2');
  const isShort = stage === 'stop' || stage === 'cleanup' || fault.name === 'staprun hangs';
  // 100 MB take the time that they take, and then the script ends by itself.
  const isLong = fault.name.startsWith('garbage') && stage === 'stream';
  const run = isLong ? 'until_exit: true' : `duration: ${isShort ? '1s' : '4s'}`;
  const playbook = await fleet.playbook(
    'io.yml',
    `- hosts: db\n  scripts: [{ name: io, inline: 'probe timer.s(1) { println(1)${isLong ? ' exit()' : ''} }', ${run} }]\n`,
  );
  const args = [
    'apply',
    playbook,
    '-i',
    fleet.inventory,
    '-i',
    overlay,
    '--lease',
    String(lease),
    '--format',
    'json',
    ...limits,
  ];
  const context: Context = { fleet, db2, relay, known, playbook, running: undefined as never };
  return {
    fleet,
    async apply() {
      const happening = happenings[fault.name];
      if (happening === undefined) throw new Error(`nothing happens at ${fault.name}`);
      const { before, happen } = happening;
      await before?.(context, stage);
      await arrange[stage](context);
      const running = startTapbook(args, { env: fleet.env });
      Object.assign(context, { running });
      await arrive[stage](context, fault);
      await happen?.(context, stage);
      if (fault.name !== 'staprun hangs') await letGo(context, stage);
    },
    async ended() {
      const { code, stdout, stderr } = await context.running.finished;
      const outcomes = new Map<string, string>();
      for (const line of stdout.split('\n')) {
        if (!line.includes('"kind":"host-finished"')) continue;
        const event = JSON.parse(line) as { readonly host: string; readonly outcome: { readonly kind: string } };
        outcomes.set(event.host, event.outcome.kind);
      }
      const lines = stdout.split('\n').filter(line => !line.includes('"kind":"line"'));
      const text = `${lines.join('\n').slice(-6000)}\n${stderr.slice(-3000)}`;
      // The second of two SIGINTs may come when all is done but the program's end: a shell calls that 130, too.
      const isLate = fault.name === 'SIGINT twice' && context.running.endedBy() === 'SIGINT';
      return { exit: code ?? (isLate ? 130 : 'killed'), outcomes, text };
    },
    async [Symbol.asyncDispose]() {
      context.running?.kill('SIGKILL');
      await relay[Symbol.asyncDispose]();
      await fleet[Symbol.asyncDispose]();
    },
  };
}

interface Context {
  readonly fleet: StandInFleet;
  readonly db2: StandInHost;
  readonly relay: TcpRelay;
  readonly known: string;
  readonly playbook: string;
  readonly running: Running;
}

/** What has to be so before the apply begins, for it to be caught at the stage. */
const arrange: Readonly<Record<Stage, (context: Context) => Promise<void>>> = {
  connect: async ({ relay }) => relay.hold(),
  probe: ({ db2 }) => db2.hold('probe'),
  build: ({ fleet }) => fleet.host('db1').behave('slow-build'),
  upload: ({ db2 }) => db2.hold('upload'),
  load: ({ db2 }) => db2.hold('load'),
  stream: async () => undefined,
  stop: ({ db2 }) => db2.hold('stop'),
  cleanup: ({ db2 }) => db2.hold('cleanup'),
};

/** Resolves when db2 is at the stage. */
const arrive: Readonly<Record<Stage, (context: Context, fault: Fault) => Promise<unknown>>> = {
  connect: ({ relay }) =>
    reach(
      async () => relay.connections(),
      count => count > 0,
    ),
  probe: ({ db2 }) => db2.isHeld('probe'),
  build: ({ running }) => says(running, /"kind":"canary-started"/),
  upload: ({ db2 }) => db2.isHeld('upload'),
  load: ({ db2 }) => db2.isHeld('load'),
  // Of a flood, its first lines may be past already.
  stream: ({ running }) => says(running, /"kind":"(?:script-started|line)","host":"db2"/),
  stop: ({ db2 }, { name }) => (name === 'staprun hangs' ? Promise.resolve() : db2.isHeld('stop')),
  cleanup: ({ db2 }) => db2.isHeld('cleanup'),
};

function says(running: Running, pattern: RegExp): Promise<void> {
  return reach(
    async () => running.stdout(),
    text => pattern.test(text),
  );
}

/** A stage that is not reached would let a cell pass for nothing. */
async function reach<Value>(look: () => Promise<Value>, isRight: (value: Value) => boolean): Promise<void> {
  if (!isRight(await becomes(look, isRight))) throw new Error('the stage was never reached');
}

async function letGo({ fleet, db2, relay }: Context, stage: Stage): Promise<void> {
  if (stage === 'connect') relay.open();
  if (stage === 'build') await rm(join(fleet.host('db1').root, 'behaviour/slow-build'), { force: true });
  if (stage === 'probe' || stage === 'upload' || stage === 'load' || stage === 'stop' || stage === 'cleanup') {
    await db2.letGo(stage);
  }
}

interface Happening {
  readonly before?: (context: Context, stage: Stage) => Promise<unknown>;
  readonly happen?: (context: Context, stage: Stage) => Promise<unknown>;
}

const happenings: Readonly<Record<string, Happening>> = {
  'controller SIGKILL': { happen: async ({ running }) => running.kill('SIGKILL') },
  'SIGINT once': { happen: async ({ running }) => running.kill('SIGINT') },
  'SIGINT twice': {
    async happen({ running }) {
      running.kill('SIGINT');
      // What comes within a tenth of a second is taken for an echo of the first.
      await sleep(500);
      running.kill('SIGINT');
      // Before anything is let go: it must not need the hosts any more.
      await running.finished;
    },
  },
  'SSH reset': { happen: async ({ relay }) => relay.reset() },
  blackhole: { happen: async ({ relay }) => relay.blackhole() },
  'sshd killed': { happen: ({ db2 }) => db2.sshd.stop() },
  'disk full on the target': { before: ({ db2 }) => db2.behave('full') },
  'staprun hangs': { before: ({ db2 }) => db2.behave('deaf') },
  'staprun SIGKILL': { happen: async ({ db2 }) => process.kill((await db2.processes()).staprun, 'SIGKILL') },
  "the supervisor's shell SIGKILL": {
    happen: async ({ db2 }) => process.kill((await db2.processes()).shell, 'SIGKILL'),
  },
  'its watch SIGKILL': { happen: async ({ db2 }) => process.kill((await db2.processes()).watch, 'SIGKILL') },
  'its reader SIGKILL': { happen: async ({ db2 }) => process.kill((await db2.processes()).reader, 'SIGKILL') },
  'all of them SIGKILL at once': { happen: ({ db2 }) => db2.killScript() },
  'staprun missing': { happen: ({ db2 }) => rm(join(db2.root, 'bin/staprun')) },
  'exit 255 from the script': { before: ({ db2 }) => db2.behave('exit-255') },
  'garbage and 100 MB of output': {
    async before({ fleet, db2 }, stage) {
      if (stage === 'build') return fleet.host('db1').behave('garbage-build');
      await fleet.host('db1').behave('exits');
      await db2.behave('garbage');
    },
  },
  'slow reader': {
    before: ({ db2 }) => db2.behave('flood'),
    // For longer than the script runs.
    async happen({ running }) {
      running.pause();
      await sleep(8000);
      running.resume();
    },
  },
  'changed host key': {
    async before({ fleet, known }) {
      const stranger = await readFile(fleet.host('db1').sshd.knownHostsFile, 'utf8');
      const [address = ''] = (await readFile(known, 'utf8')).split(' ');
      await writeFile(known, `${address} ${stranger.split(' ').slice(1).join(' ')}`);
    },
  },
  'kernel changed between plan and apply': { happen: ({ db2 }) => db2.behave('other-kernel') },
  'two applies at once': {
    async happen({ fleet, playbook, db2 }) {
      // Of another controller: neither the locks nor the history are the same.
      const env = { ...fleet.env, XDG_STATE_HOME: join(fleet.folder, 'other-state') };
      const second = startTapbook(['apply', playbook, '-i', fleet.inventory, '-l', 'db2'], { env });
      const { code, stderr } = await second.finished;
      expect(code).toBe(2);
      expect(stderr).toContain('holds io on this host');
      expect(await db2.loaded()).toEqual([]);
    },
  },
};
