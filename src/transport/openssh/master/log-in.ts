import type { Host, SshConnection } from '../../../model/host.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { onAbort } from '../../../process/on-abort.ts';
import { outOfFiles, outOfFilesNow } from '../../../process/out-of-files.ts';
import { failOutOfFiles } from '../../claim-descriptors.ts';
import type { ConnectFailure, Connection, ConnectOptions } from '../../transport.ts';
import { openRelay, type Relay } from '../channels/open-relay.ts';
import { explainSsh, timedOut } from '../explain/explain-ssh.ts';
import type { SshLog } from '../explain/parse-ssh-log.ts';
import { type Master, startMaster } from './start-master.ts';
import { wrapMaster } from './wrap-master.ts';

export interface LoginOptions extends ConnectOptions {
  readonly program: string;
  readonly settings: SshConnection;
  /** What is left of the limit for connecting, in milliseconds. */
  readonly limitMs: number;
}

/** Starts an `ssh` and waits until it has logged in; it is ended if it fails. Throws only an abort. */
export async function logIn(host: Host, options: LoginOptions): Promise<Result<Connection, ConnectFailure>> {
  const { program, settings, limits, signal } = options;
  let master: Master;
  try {
    master = await startMaster(program, settings, limits);
  } catch (error) {
    const isOut = outOfFiles(error);
    if (isOut !== undefined) return err(failOutOfFiles(isOut, settings.address));
    return err({ kind: 'protocol', cause: `cannot start ${program}: ${(error as Error).message}` });
  }
  const outcome = await waitUntilReady(master, options);
  if (typeof outcome === 'object') return ok(wrapMaster(master, outcome, host));
  // Not waited for: the limit is over all of it, and it ends by itself even if we do.
  void master.stop();
  signal.throwIfAborted();
  if (outcome === 'timed-out') return err(timedOut(settings, master.talk, limits.connect));
  const isOut = outOfFilesNow() ?? (sawNoneFree(master.talk) ? 'ENFILE' : undefined);
  return err(
    isOut === undefined ? explainSsh(settings, master.talk, program) : failOutOfFiles(isOut, settings.address),
  );
}

function waitUntilReady(
  master: Master,
  { signal, limitMs }: LoginOptions,
): Promise<Relay | 'ended' | 'timed-out' | 'aborted'> {
  return new Promise(resolve => {
    let isWaiting = true;
    const settle = (outcome: Relay | 'ended' | 'timed-out' | 'aborted'): void => {
      if (!isWaiting && typeof outcome === 'object') outcome.close();
      isWaiting = false;
      clearTimeout(timer);
      forget();
      resolve(outcome);
    };
    const timer = setTimeout(() => settle('timed-out'), limitMs);
    const forget = onAbort(signal, () => settle('aborted'));
    if (signal.aborted) return settle('aborted');
    void master.ended.then(() => settle('ended'));
    // A master that does not speak with us says why by ending; one that stays in spite of that is ended by us.
    master.listens.then(() => openRelay(master.controlPath)).then(settle, () => void master.stop());
  });
}

/** Whether it said so with the words of strerror(3). */
function sawNoneFree({ words }: SshLog): boolean {
  return words.some(word => /Too many open files/.test(word));
}
