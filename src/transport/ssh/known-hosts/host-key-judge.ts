import pLimit from 'p-limit';
import { ok, type Result } from '../../../model/result.ts';
import type { HostKeyPolicy } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure } from '../../transport.ts';
import type { SshTransportOptions } from '../keys/questions.ts';
import { describeKey, judgeServer } from './judge-server.ts';
import { type KnownHost, openKnownHosts } from './read-known-hosts.ts';

/** Decides about host keys in the course of a run. */
export interface HostKeyJudge {
  readonly lookUp: (policy: HostKeyPolicy) => Promise<KnownHost>;
  /** A new key that is taken is known from now on; a changed one is taken for this once. `known` is what was looked up. */
  readonly decide: (
    key: Buffer,
    policy: HostKeyPolicy,
    known: KnownHost,
    trustHost: string,
  ) => Promise<Result<'known' | 'changed', ConnectFailure>>;
  /** Asks about a key that is not known, one question at a time. */
  readonly ask: (key: Buffer, policy: HostKeyPolicy, signal: AbortSignal) => Promise<'trusted' | 'refused'>;
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
    async decide(key, policy, known, trustHost) {
      const judgement = judgeServer(key, policy, known, trustHost);
      if (!judgement.ok) return judgement;
      if (judgement.value === 'new') await accept(key, policy);
      if (judgement.value !== 'changed') return ok('known');
      say?.(
        `the host key of ${policy.name} has changed and is taken, as StrictHostKeyChecking=no says; no password is sent`,
      );
      return ok('changed');
    },
    ask(key, policy, signal) {
      return oneAtATime(async () => {
        // Another host may have been the same server.
        if (judgeServer(key, policy, await knownHosts.read(policy), '').ok) return 'trusted';
        const answer = (await questions?.trust(policy.name, describeKey(key), signal)) ?? 'no';
        if (answer === 'yes') await accept(key, policy);
        return answer === 'yes' ? 'trusted' : 'refused';
      });
    },
  };
}
