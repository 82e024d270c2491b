import pLimit from 'p-limit';
import type { Result } from '../../model/result.ts';
import type { HostKeyPolicy } from '../ssh-config/ssh-server.ts';
import type { ConnectFailure } from '../transport.ts';
import { describeKey, judgeServer } from './judge-server.ts';
import type { SshTransportOptions } from './questions.ts';
import { type KnownHost, openKnownHosts } from './read-known-hosts.ts';

/** Decides about host keys in the course of a run. */
export interface HostKeyJudge {
  readonly lookUp: (policy: HostKeyPolicy) => Promise<KnownHost>;
  /** Undefined where the key is to be taken; a new one is then known from now on. */
  readonly decide: (
    key: Buffer,
    policy: HostKeyPolicy,
    trustHost: string,
    signal: AbortSignal,
  ) => Promise<ConnectFailure | undefined>;
  /** Writes a key down; to the file's name, or a sentence why that failed. */
  readonly accept: (policy: HostKeyPolicy, key: Buffer) => Promise<Result<string, string>>;
}

export function createHostKeyJudge({ questions, say }: SshTransportOptions): HostKeyJudge {
  const knownHosts = openKnownHosts();
  const oneAtATime = pLimit(1);
  const accept = async (key: Buffer, policy: HostKeyPolicy): Promise<void> => {
    const written = await knownHosts.add(policy, key);
    const where = written.ok ? `written to ${written.value}` : written.error;
    say?.(`the host key of ${policy.name} is trusted from now on: ${describeKey(key)} (${where})`);
  };
  return {
    lookUp: knownHosts.read,
    accept: knownHosts.add,
    async decide(key, policy, trustHost, signal) {
      const judgement = judgeServer(key, policy, await knownHosts.read(policy), trustHost);
      if (judgement.ok) {
        if (judgement.value === 'new') await accept(key, policy);
        if (judgement.value === 'changed') {
          say?.(`the host key of ${policy.name} has changed and is taken, as StrictHostKeyChecking=no says`);
        }
        return undefined;
      }
      if (judgement.error.kind !== 'host-key-unknown' || questions === undefined) return judgement.error;
      return oneAtATime(async () => {
        // Another host may have been the same server.
        const again = judgeServer(key, policy, await knownHosts.read(policy), trustHost);
        if (again.ok) return undefined;
        const answer = await questions.trust(policy.name, describeKey(key), signal);
        if (answer === 'no') return judgement.error;
        await accept(key, policy);
        return undefined;
      });
    },
  };
}
