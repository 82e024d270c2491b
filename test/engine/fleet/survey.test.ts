import { afterEach, expect, test } from 'vitest';
import { createFleet } from '../../../src/engine/fleet/fleet.ts';
import { surveyTargets } from '../../../src/engine/fleet/survey.ts';
import type { EventBody } from '../../../src/model/event.ts';
import type { Host } from '../../../src/model/host.ts';
import type { HostName } from '../../../src/model/ids.ts';
import type { Retry } from '../../../src/model/plan.ts';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { type Script, startScriptedSshServer } from '../../support/scripted-ssh-server.ts';

const facts = [
  'release=6.1.0',
  'machine=x86_64',
  'version=#1',
  'uid=0',
  'user=root',
  'cpus=2',
  'upload=/tmp',
  'free_kb=1',
];

/** Answers the probe. */
const answer: NonNullable<Script['onCommand']> = (command, start) => {
  const nonce = /-- '?([\w-]+)/.exec(command)?.[1];
  const channel = start();
  channel.write([`\n${nonce} begin`, ...facts, `${nonce} end`, ''].join('\n'));
  channel.exit(0);
  channel.end();
};

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function serve(name: string, script: Script): Promise<Host> {
  const server = await startScriptedSshServer(script);
  open.push(server);
  return { ...server.host, name: name as HostName };
}

function within(host: Host, probeSeconds: number): Host {
  return { ...host, connection: { ...host.connection, limits: { probeSeconds } } };
}

const dead: Host = {
  name: 'dead' as HostName,
  groups: [],
  vars: {},
  connection: { kind: 'ssh', client: 'any', address: '127.0.0.1', port: 1, user: 'x' },
};

function openFleet(signal: AbortSignal) {
  const fleet = createFleet(createSshTransport(), connectOptions().limits, signal);
  open.push(fleet);
  return fleet;
}

/** Surveys one host at a time, and says in which order what became of them. */
async function survey(
  hosts: readonly Host[],
  retry: Retry | undefined,
  {
    signal,
    fleet = openFleet(signal),
    on,
    late,
  }: {
    readonly signal: AbortSignal;
    readonly fleet?: ReturnType<typeof openFleet>;
    readonly on?: (event: EventBody) => void;
    readonly late?: Set<string>;
  } = { signal: new AbortController().signal },
): Promise<readonly string[]> {
  const told: string[] = [];
  const emit = (event: EventBody): void => {
    if (event.kind === 'host-probed') told.push(`${event.host} ${event.result.kind}`);
    if (event.kind === 'host-retry') told.push(`${event.host} retry ${event.retry} of ${event.of}`);
    on?.(event);
  };
  const events = { emit, congestion: () => undefined };
  const onLate = ({ name }: Host): void => {
    late?.add(name);
  };
  await surveyTargets(hosts, { packages: [], commands: [] }, { fleet, events, forks: 1, signal, retry, onLate });
  return told;
}

test("who waits for a dead host is in nobody's way", async () => {
  const [a, b] = await Promise.all([serve('a', { onCommand: answer }), serve('b', { onCommand: answer })]);
  expect(await survey([dead, a, b], { retries: 2, delaySeconds: 0.1 })).toEqual([
    'dead retry 1 of 2',
    'a ok',
    expect.stringMatching(/b ok|dead retry 2/),
    expect.stringMatching(/b ok|dead retry 2/),
    'dead unreachable',
  ]);
});

test('who waits to be tried again is late, before the others have answered; who need not wait is not', async () => {
  const a = await serve('a', { onCommand: answer });
  const { signal } = new AbortController();
  const late = new Set<string>();
  let lateBefore: readonly string[] = [];
  const on = (event: EventBody): void => {
    if (event.kind === 'host-probed' && event.host === a.name) lateBefore = [...late];
  };
  await survey([dead, a], { retries: 1, delaySeconds: 0.1 }, { signal, on, late });
  expect([lateBefore, [...late]]).toEqual([['dead'], ['dead']]);
  const atOnce = new Set<string>();
  await survey([dead, a], { retries: 1, delaySeconds: 0 }, { signal, late: atOnce });
  expect([...atOnce]).toEqual([]);
});

test('without retries it is unreachable at once', async () => {
  expect(await survey([dead], undefined)).toEqual(['dead unreachable']);
});

test('a host that comes back is well', async () => {
  // The transport itself makes four attempts at a server that hangs up.
  const back = await serve('back', { onSocket: count => (count <= 4 ? 'hang-up' : 'speak'), onCommand: answer });
  expect(await survey([back], { retries: 1, delaySeconds: 0 })).toEqual(['back retry 1 of 1', 'back ok']);
});

test('a connection that is lost during the probe is made anew', async () => {
  let commands = 0;
  const flaky = await serve('flaky', {
    onCommand(command, start, server) {
      commands++;
      if (commands === 1) server.cut();
      else answer(command, start, server);
    },
  });
  expect(await survey([flaky], { retries: 1, delaySeconds: 0.2 })).toEqual(['flaky retry 1 of 1', 'flaky ok']);
});

test('a host that does not answer in time is asked once more, which is told; then it has failed', async () => {
  let commands = 0;
  const [busy, hung] = await Promise.all([
    serve('busy', {
      onCommand(command, start, server) {
        commands++;
        if (commands === 1) start();
        else answer(command, start, server);
      },
    }),
    serve('hung', { onCommand: (_command, start) => void start() }),
  ]);
  const said: string[] = [];
  const told = await survey([within(busy, 3), within(hung, 0.3)], undefined, {
    signal: new AbortController().signal,
    on(event) {
      if (event.kind === 'notice') said.push(event.text);
      if (event.kind === 'host-probed' && event.result.kind === 'failed') {
        const { stage, cause, cure } = event.result.failure;
        said.push(`${event.host} failed at ${stage}: ${cause}; ${cure}`);
      }
    },
  });
  expect([...told, ...said]).toEqual([
    'busy ok',
    'hung failed',
    'busy did not answer within 3 s, and is asked again',
    'hung did not answer within 0.3 s, and is asked again',
    'hung failed at probe: the host did not answer within 0.3 s, and not when asked again; give it longer: ' +
      '--probe-timeout 2m; or see by ssh what hangs there: `sudo -n true`, `df /tmp` or the login shell',
  ]);
});

test('one that is lost every time is unreachable, not failed', async () => {
  const flaky = await serve('flaky', { onCommand: (_command, _start, server) => server.cut() });
  expect(await survey([flaky], { retries: 2, delaySeconds: 0.2 })).toEqual([
    'flaky retry 1 of 2',
    'flaky retry 2 of 2',
    'flaky unreachable',
  ]);
});

test('who is not let in is not tried again: the server would shut us out', async () => {
  const strict = await serve('strict', { onAuthentication: context => context.reject() });
  expect(await survey([strict], { retries: 3, delaySeconds: 0 })).toEqual(['strict unreachable']);
});

test('an interrupt ends the waiting', async () => {
  const interrupt = new AbortController();
  const waiting = survey(
    [dead],
    { retries: 3, delaySeconds: 3600 },
    {
      signal: interrupt.signal,
      on: event => {
        if (event.kind === 'host-retry') interrupt.abort(new Error('stopped'));
      },
    },
  );
  await expect(waiting).rejects.toThrow('stopped');
});

test('a second play does not wait again for a host that an earlier one has waited for', async () => {
  const { signal } = new AbortController();
  const fleet = openFleet(signal);
  const retry = { retries: 1, delaySeconds: 0.1 };
  expect(await survey([dead], retry, { signal, fleet })).toEqual(['dead retry 1 of 1', 'dead unreachable']);
  expect(await survey([dead], retry, { signal, fleet })).toEqual(['dead unreachable']);
});

test('a stop while nobody answers is heard by who connects, and by nobody who waits for a stage', async () => {
  const stop = new AbortController();
  const silent: Transport = {
    connect: (_host, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  };
  await using fleet = createFleet(silent, connectOptions().limits, stop.signal);
  const opening = expect(fleet.open(dead)).rejects.toThrow('stopped');
  const stages = (['answered', 'logging-in'] as const).map(stage => fleet.reaches(dead.name, stage));
  stop.abort(new Error('stopped'));
  await opening;
  expect(await Promise.all(stages)).toEqual([undefined, undefined]);
});
