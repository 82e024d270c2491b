import { readFile } from 'node:fs/promises';
import type { BaseAgent } from 'ssh2';

/** How long an agent may take to list its keys, in milliseconds. */
const limitMs = 5_000;

/**
 * The agent, showing only the key whose public half is in `PRIVATE_KEY_FILE.pub`; undefined if it does not hold that
 * one. For a key with a passphrase: the others that the agent holds are none of this host's business.
 */
export async function agentWithOneKey(
  socket: string,
  privateKeyFile: string,
  { createAgent, utils }: typeof import('ssh2'),
): Promise<{ readonly name: string; readonly agent: BaseAgent } | undefined> {
  const text = await readFile(`${privateKeyFile}.pub`).catch(() => undefined);
  const wanted = text === undefined ? undefined : utils.parseKey(text);
  if (wanted === undefined || wanted instanceof Error) return undefined;
  const agent = createAgent(socket);
  const held = await new Promise<boolean>(resolve => {
    const timer = setTimeout(() => resolve(false), limitMs);
    agent.getIdentities((error, keys = []) => {
      clearTimeout(timer);
      resolve(!error && keys.some(key => wanted.equals(key as Parameters<typeof wanted.equals>[0])));
    });
  });
  if (!held) return undefined;
  agent.getIdentities = callback => callback(undefined, [wanted]);
  return { name: `key ${privateKeyFile} of the agent`, agent };
}
