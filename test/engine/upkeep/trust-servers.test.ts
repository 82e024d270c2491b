import { expect, test } from 'vitest';
import { type TrustPorts, trustServers } from '../../../src/engine/upkeep/trust-servers.ts';
import type { Host } from '../../../src/model/host.ts';
import { err, ok } from '../../../src/model/result.ts';
import type { ServerKeys } from '../../../src/model/server-keys.ts';
import type { InspectedKey } from '../../../src/transport/ssh/known-hosts/inspect-host-keys.ts';
import type { SshServer } from '../../../src/transport/ssh-config/ssh-server.ts';

const host = (name: string): Host => ({ name }) as Host;
const server = (name: string): SshServer => ({ hostKeys: { name } }) as SshServer;
const down = { kind: 'timed-out', cause: 'nobody answers' } as const;

/** Servers by their names: the state of their only key. Each host stands behind the bastion `gate`. */
async function trustAll(
  states: Readonly<Record<string, InspectedKey['state'] | 'down'>>,
  { mode = 'write', answer }: { mode?: TrustPorts['mode']; answer?: 'yes' | 'no' } = {},
) {
  const shown: ServerKeys[] = [];
  const written: string[] = [];
  const asked: string[] = [];
  const results = await trustServers(['a', 'b', 'lost'].map(host), {
    inspector: {
      wayTo: ({ name }) => (name === 'lost' ? err(down) : ok([server('gate'), server(name)])),
      async inspect({ hostKeys: { name } }) {
        const state = states[name] ?? 'known';
        if (state === 'down') return err(down);
        const failure =
          state === 'refused' ? { failure: { kind: 'host-key-changed', cause: 'another key' } as const } : {};
        const trust = async () => {
          written.push(name);
          return ok('known_hosts');
        };
        return ok([{ server: name, fingerprint: `ssh-ed25519 ${name}`, state, ...failure, trust }]);
      },
    },
    questions:
      answer === undefined
        ? undefined
        : {
            trust: async name => {
              asked.push(name);
              return answer;
            },
          },
    mode,
    onServer: keys => shown.push(keys),
    signal: new AbortController().signal,
    limits: { connect: 1, keepalive: 1, keepaliveCount: 1 },
  });
  const told = shown.map(one => {
    const what = one.result === 'shown' ? one.keys.map(({ state }) => state).join() : one.result;
    return `${one.role} ${one.server} for ${one.host}: ${what}`;
  });
  return { results, told, written, asked };
}

test('a bastion comes first, and once for all hosts behind it; who cannot be reached is told', async () => {
  const { results, told, written } = await trustAll({ gate: 'new', a: 'new', b: 'known' });
  expect(told.slice(0, 2)).toEqual(['host lost for lost: unreachable', 'bastion gate for a: written']);
  // These are asked at the same time, and told as they answer.
  expect(told.slice(2).sort()).toEqual(['host a for a: written', 'host b for b: known']);
  expect(results).toEqual(['unreachable', 'ok', 'ok', 'ok']);
  expect(written).toEqual(['gate', 'a']);
});

test('a key that has changed is never written, whatever is answered; a server that is down has none', async () => {
  const { results, written, asked } = await trustAll({ gate: 'known', a: 'refused', b: 'down' }, { answer: 'yes' });
  expect(results).toEqual(['unreachable', 'ok', 'failed', 'unreachable']);
  expect([written, asked]).toEqual([[], []]);
});

test('a no writes nothing, nor does looking only, which asks nobody', async () => {
  const states = { gate: 'known', a: 'new', b: 'new' } as const;
  const declined = await trustAll(states, { answer: 'no' });
  expect([declined.written, declined.asked]).toEqual([[], ['a', 'b']]);
  expect(declined.told.slice(2)).toEqual(['host a for a: declined', 'host b for b: declined']);
  const looked = await trustAll(states, { answer: 'yes', mode: 'only-look' });
  expect([looked.written, looked.asked]).toEqual([[], []]);
  expect(looked.results).toEqual(['unreachable', 'ok', 'ok', 'ok']);
});
