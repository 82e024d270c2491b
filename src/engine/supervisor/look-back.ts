import { newNonce, splitAtNonce } from '../../process/nonce.ts';
import { runCommand } from '../../transport/run-command.ts';
import { lookBackScript } from './look-back.generated.ts';
import type { SupervisedRun, Supervision } from './supervision.ts';

/** How long a caretaker has to take away what is left. */
const caretakerSeconds = 60;

/** How long the host may take to answer then. */
const answerMs = 20_000;

/**
 * Sees for itself what a script has left whose processes on the host were killed: who reports it there may have been killed too,
 * or be one of several. Waits for the caretaker. Undefined where the host does not say.
 */
export async function lookBack(
  folder: string,
  { connection, as, artifact, abandon }: Supervision,
): Promise<SupervisedRun['left'] | undefined> {
  if (abandon.aborted) return undefined;
  const nonce = newNonce();
  const argv = [
    'sh',
    '-c',
    lookBackScript,
    'tapbook-look-back',
    nonce,
    folder,
    artifact.module,
    String(caretakerSeconds),
  ] as const;
  const limitMs = caretakerSeconds * 1000 + answerMs;
  try {
    const ran = await runCommand(connection, argv, { signal: abandon, as, limitMs, maxOutputBytes: 100_000 });
    if (!ran.ok) return undefined;
    const words = ran.value.stdout.split('\n').map(line => splitAtNonce(line, nonce).words);
    const [module, directory] = words.find(said => said.length === 2) ?? [];
    if (directory !== 'removed' && directory !== 'left') return undefined;
    return { module: module === 'loaded' ? 'loaded' : 'none', directory };
  } catch (error) {
    if (abandon.aborted) return undefined;
    throw error;
  }
}
