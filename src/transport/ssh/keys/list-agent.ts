import type { Duplex } from 'node:stream';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { runProgram } from '../../../process/run-program.ts';

/** How long an agent may take to list its keys, in milliseconds. */
const limitMs = 5_000;

export interface AgentKeys {
  readonly agent: BaseAgent;
  /** Those that ssh2 can use. */
  readonly keys: readonly ParsedKey[];
}

/** Asks an agent for its keys; one that is not there, or does not answer, holds none. */
export async function listAgent(socket: string, { createAgent }: typeof import('ssh2')): Promise<AgentKeys> {
  const agent = createAgent(socket);
  // Kept, so that an agent which never answers does not keep us from ending.
  let stream: Duplex | undefined;
  const getStream = agent.getStream?.bind(agent);
  if (getStream !== undefined) {
    agent.getStream = callback =>
      getStream((error, opened) => {
        stream = opened;
        callback(error, opened);
      });
  }
  const keys = await new Promise<readonly ParsedKey[]>(resolve => {
    const timer = setTimeout(() => {
      stream?.destroy();
      resolve([]);
    }, limitMs);
    agent.getIdentities((error, found) => {
      clearTimeout(timer);
      resolve(error ? [] : ((found ?? []) as ParsedKey[]));
    });
  });
  return { agent, keys };
}

/**
 * What an agent holds that only the system's `ssh` can use, in a word; undefined for nothing of the kind, and where
 * `ssh-add` cannot tell. Throws the reason of `signal`.
 */
export async function findForeignKey(
  socket: string,
  signal: AbortSignal,
): Promise<'a certificate' | 'a FIDO key' | undefined> {
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  const listed = await runProgram(['ssh-add', '-L'], { signal, limitMs, env, output: { mostBytes: 1024 * 1024 } });
  if (!listed.ok) return undefined;
  const keys = listed.value.output.toString('utf8');
  if (/^(?:ssh|ecdsa|rsa|sk)-\S*-cert-v01@openssh\.com /m.test(keys)) return 'a certificate';
  return /^sk-/m.test(keys) ? 'a FIDO key' : undefined;
}
