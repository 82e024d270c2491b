import pLimit from 'p-limit';
import type { Host } from '../../model/host.ts';
import type { ServerKeys, ShownKey } from '../../model/server-keys.ts';
import type { Questions } from '../../transport/ssh/keys/questions.ts';
import type { HostKeyInspector, InspectedKey } from '../../transport/ssh/known-hosts/inspect-host-keys.ts';
import type { SshServer } from '../../transport/ssh-config/ssh-server.ts';
import type { ConnectFailure, ConnectOptions } from '../../transport/transport.ts';

export interface TrustPorts extends ConnectOptions {
  readonly inspector: HostKeyInspector;
  /** Asked before a key is written; without them every new one is. */
  readonly questions: Pick<Questions, 'trust'> | undefined;
  readonly mode: 'only-look' | 'write';
  /** Told of each server as soon as it has answered. */
  readonly onServer: (keys: ServerKeys) => void;
}

type Trusted = 'ok' | 'failed' | 'unreachable';

/** How many servers are asked at once: each is asked for every type of key. */
const atOnce = 16;

/**
 * Looks at the keys of hosts and of the bastions on the way to them, and writes those that are new into known_hosts. A key that
 * has changed or is revoked is never written: then the server has `failed`. Throws only the reason of the signal.
 */
export async function trustServers(hosts: readonly Host[], ports: TrustPorts): Promise<readonly Trusted[]> {
  const { stops, failures } = layOut(hosts, ports.inspector);
  for (const { host, failure } of failures) {
    ports.onServer({ host: host.name, server: host.name, role: 'host', result: 'unreachable', failure });
  }
  const results: Trusted[] = failures.map(() => 'unreachable');
  const limit = pLimit(ports.questions === undefined ? atOnce : 1);
  // Bastions first: what is behind one is reached only when that one is trusted.
  for (const level of stops) results.push(...(await Promise.all(level.map(one => limit(() => visit(one, ports))))));
  return results;
}

/** A server, and the first host that wants it. */
interface Stop {
  readonly server: SshServer;
  readonly host: Host;
  readonly role: 'host' | 'bastion';
}

interface Layout {
  /** By how many bastions there are before them; each server once. */
  readonly stops: readonly (readonly Stop[])[];
  readonly failures: readonly { readonly host: Host; readonly failure: ConnectFailure }[];
}

function layOut(hosts: readonly Host[], inspector: HostKeyInspector): Layout {
  const stops: Stop[][] = [];
  const failures: { host: Host; failure: ConnectFailure }[] = [];
  const seen = new Set<string>();
  for (const host of hosts) {
    const way = inspector.wayTo(host);
    if (!way.ok) {
      failures.push({ host, failure: way.error });
      continue;
    }
    for (const [depth, server] of way.value.entries()) {
      const key = JSON.stringify(server);
      if (seen.has(key)) continue;
      seen.add(key);
      stops[depth] ??= [];
      stops[depth].push({ server, host, role: depth < way.value.length - 1 ? 'bastion' : 'host' });
    }
  }
  return { stops, failures };
}

async function visit({ server, host, role }: Stop, ports: TrustPorts): Promise<Trusted> {
  const { inspector, onServer, signal, limits } = ports;
  const about = { host: host.name, server: server.hostKeys.name, role };
  const inspected = await inspector.inspect(server, host, { signal, limits });
  if (!inspected.ok) {
    onServer({ ...about, result: 'unreachable', failure: inspected.error });
    return 'unreachable';
  }
  const keys: ShownKey[] = [];
  for (const key of inspected.value) keys.push({ fingerprint: key.fingerprint, ...(await settle(key, ports)) });
  onServer({ ...about, result: 'shown', keys });
  return keys.some(key => key.failure !== undefined) ? 'failed' : 'ok';
}

async function settle(
  key: InspectedKey,
  { mode, questions, signal }: TrustPorts,
): Promise<Omit<ShownKey, 'fingerprint'>> {
  if (key.failure !== undefined) return { state: 'refused', failure: key.failure };
  if (key.state !== 'new' || mode === 'only-look') return { state: key.state };
  const answer = (await questions?.trust(key.server, key.fingerprint, signal)) ?? 'yes';
  if (answer === 'no') return { state: 'declined' };
  const written = await key.trust();
  if (written.ok) return { state: 'written', file: written.value };
  return { state: 'refused', failure: { kind: 'host-key-unknown', cause: written.error } };
}
