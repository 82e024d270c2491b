import pLimit from 'p-limit';
import { selectToConnect } from '../../engine/sources/select-from-inventory.ts';
import type { Host } from '../../model/host.ts';
import { printableText } from '../../model/printable-text.ts';
import { toJsonLine } from '../../report/layout/json-line.ts';
import { formatServerKeys, type ShownKey, type ShownServer } from '../../report/texts/trust-text.ts';
import type { Questions } from '../../transport/ssh/keys/questions.ts';
import {
  createHostKeyInspector,
  type HostKeyInspector,
  type InspectedKey,
} from '../../transport/ssh/known-hosts/inspect-host-keys.ts';
import type { SshServer } from '../../transport/ssh-config/ssh-server.ts';
import type { ConnectFailure } from '../../transport/transport.ts';
import type { TrustOptions } from '../arguments/options/reach-options.ts';
import { connectionPrompts } from '../asking/connection-prompts.ts';
import { withPasswords } from '../asking/passwords.ts';
import { connectLimits } from '../compose.ts';
import { type ExitCode, exitCodeOfResults } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal, sayWarnings } from '../say-refusal.ts';
import { untilStopped } from '../session/until-stopped.ts';

/** How many servers are asked at once: each is asked for every type of key. */
const atOnce = 16;

/**
 * `tapbook trust`: shows the fingerprints of hosts and of the bastions on the way to them, and writes those that are new
 * into known_hosts. A key that has changed or is revoked is never written. Exit 2 for such a key, 4 for a host that
 * cannot be reached.
 */
export function trust(patterns: readonly string[], options: TrustOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const selected = await selectToConnect(patterns.join(','), withPasswords(options), stop);
    if (!selected.ok) return sayRefusal(selected.error, options.format);
    sayWarnings(selected.value.warnings, options.format);
    const say = (text: string): void => ownConsole.say(`${printableText(text)}\n`);
    const { questions } = connectionPrompts(options, say);
    const inspector = createHostKeyInspector(questions);
    const job: Job = { inspector, options, questions, signal: stop };
    const { stops, failures } = layOut(selected.value.hosts, inspector);
    for (const { host, failure } of failures) {
      print({ host: host.name, server: host.name, role: 'host', result: 'unreachable', failure }, options);
    }
    const results: string[] = failures.map(() => 'unreachable');
    const limit = pLimit(questions === undefined ? atOnce : 1);
    // Bastions first: what is behind one is reached only when that one is trusted.
    for (const level of stops) results.push(...(await Promise.all(level.map(one => limit(() => visit(one, job))))));
    return exitCodeOfResults(results);
  });
}

interface Job {
  readonly inspector: HostKeyInspector;
  readonly options: TrustOptions;
  readonly questions: Questions | undefined;
  readonly signal: AbortSignal;
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

async function visit({ server, host, role }: Stop, job: Job): Promise<'ok' | 'failed' | 'unreachable'> {
  const { inspector, options, signal } = job;
  const { name } = server.hostKeys;
  const inspected = await inspector.inspect(server, host, { signal, limits: connectLimits });
  if (!inspected.ok) {
    print({ host: host.name, server: name, role, result: 'unreachable', failure: inspected.error }, options);
    return 'unreachable';
  }
  const keys: ShownKey[] = [];
  for (const key of inspected.value) keys.push({ fingerprint: key.fingerprint, ...(await settle(key, job)) });
  print({ host: host.name, server: name, role, result: 'shown', keys }, options);
  return keys.some(key => key.failure !== undefined) ? 'failed' : 'ok';
}

async function settle(key: InspectedKey, { options, questions, signal }: Job): Promise<Omit<ShownKey, 'fingerprint'>> {
  if (key.failure !== undefined) return { state: 'refused', failure: key.failure };
  if (key.state !== 'new' || options.check) return { state: key.state };
  const answer = (await questions?.trust(key.server, key.fingerprint, signal)) ?? 'yes';
  if (answer === 'no') return { state: 'declined' };
  const written = await key.trust();
  if (written.ok) return { state: 'written', file: written.value };
  return { state: 'refused', failure: { kind: 'host-key-unknown', cause: written.error } };
}

/** A server with its keys; with `--format json` one object a line. */
function print(shown: ShownServer, { format }: TrustOptions): void {
  ownConsole.print(format === 'json' ? toJsonLine(shown) : formatServerKeys(shown));
}
