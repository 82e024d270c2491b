import { execFile } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import type { BaseAgent, ParsedKey } from 'ssh2';

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

/** What an agent holds that only the system's `ssh` can use, in a word; undefined for nothing of the kind. */
export async function findForeignKey(socket: string): Promise<'a certificate' | 'a FIDO key' | undefined> {
  try {
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    const { stdout } = await promisify(execFile)('ssh-add', ['-L'], { env, timeout: limitMs });
    if (/^(?:ssh|ecdsa|rsa|sk)-\S*-cert-v01@openssh\.com /m.test(stdout)) return 'a certificate';
    return /^sk-/m.test(stdout) ? 'a FIDO key' : undefined;
  } catch {
    return undefined;
  }
}
