import type { Host } from '../../../model/host.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { createServerResolver } from '../../ssh-config/resolve-server.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure, ConnectOptions } from '../../transport.ts';
import { createClientOpener } from '../client/open-client.ts';
import type { Questions } from '../keys/questions.ts';
import { describeKey, judgeServer } from './judge-server.ts';
import { hostKeyType } from './known-hosts.ts';

/** A key that a server shows, and what known_hosts says of it. */
export interface InspectedKey {
  /** As known_hosts has it: `db1`, or `[db1]:2222`. */
  readonly server: string;
  /** As `ssh-keygen -l` has it: `ssh-ed25519 SHA256:…`. */
  readonly fingerprint: string;
  /** `refused`: it is revoked, or another one is known. */
  readonly state: 'known' | 'new' | 'refused';
  readonly failure?: ConnectFailure;
  /** Writes it into known_hosts; to the file's name, or a sentence why that failed. */
  readonly trust: () => Promise<Result<string, string>>;
}

export interface HostKeyInspector {
  /** The servers on the way to a host, the first bastion first, then the host itself. */
  readonly wayTo: (host: Host) => Result<readonly SshServer[], ConnectFailure>;
  /** The keys of one of them; those before it on the way have to be trusted by then. Throws only an abort. */
  readonly inspect: (
    server: SshServer,
    host: Host,
    options: ConnectOptions,
  ) => Promise<Result<readonly InspectedKey[], ConnectFailure>>;
}

/** The second is what only an authority vouches for. */
const unknownKinds: readonly ConnectFailure['kind'][] = ['host-key-unknown', 'needs-openssh'];

/** Looks at host keys without logging in, as ssh-keyscan does, but on the way that ssh_config says. */
export function createHostKeyInspector(questions: Questions | undefined): HostKeyInspector {
  const resolve = createServerResolver();
  const { showKeys, trust } = createClientOpener(questions === undefined ? {} : { questions });
  return {
    wayTo({ name, connection }) {
      if (connection.kind !== 'ssh') return ok([]);
      const resolved = resolve(connection);
      if (!resolved.ok) {
        const { kind, cause } = resolved.error;
        if (kind !== 'needs-openssh') return resolved;
        return err({
          kind,
          cause: `${name} is left to ssh: ${cause}`,
          cure: 'connect to it once by ssh, and answer its question',
        });
      }
      const way: SshServer[] = [];
      for (let server: SshServer | undefined = resolved.value; server !== undefined; server = server.jump)
        way.unshift(server);
      return ok(way);
    },
    async inspect(server, { name }, { signal, limits }) {
      const shown = await showKeys(server, {
        signal,
        limits,
        limitMs: server.connectMs ?? limits.connect,
        trustHost: name,
      });
      if (!shown.ok) return shown;
      const { keys, known } = shown.value;
      const refusing = { ...server.hostKeys, unknown: 'refused', changed: 'refused' } as const;
      const judged = keys.map(key => ({ key, judgement: judgeServer(key, refusing, known, name) }));
      const knownTypes = new Set(known.lines.flatMap(line => (line.marker === 'none' ? [line.type] : [])));
      const isKnown = judged.some(({ judgement }) => judgement.ok);
      return ok(
        judged.map(({ key, judgement }) => {
          const isOtherType = isKnown && !knownTypes.has(hostKeyType(key));
          const isNew = !judgement.ok && (isOtherType || unknownKinds.includes(judgement.error.kind));
          return {
            server: server.hostKeys.name,
            fingerprint: describeKey(key),
            state: judgement.ok ? 'known' : isNew ? 'new' : 'refused',
            ...(judgement.ok || isNew ? {} : { failure: judgement.error }),
            trust: () => trust(server, key),
          };
        }),
      );
    },
  };
}
