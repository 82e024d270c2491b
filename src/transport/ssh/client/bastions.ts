import { once } from 'node:events';
import type { Client } from 'ssh2';
import { err, ok, type Result } from '../../../model/result.ts';
import { deferred } from '../../../process/deferred.ts';
import { onAbort } from '../../../process/on-abort.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure } from '../../transport.ts';

/** A bastion for as long as somebody has borrowed it. */
export interface Borrowed {
  readonly client: Client;
  readonly server: SshServer;
  /** Closes the bastion's connection when the last one gives it back. */
  readonly giveBack: () => Promise<void>;
}

export interface OpenBastion {
  readonly client: Client;
  readonly close: () => Promise<void>;
}

export interface Bastions<Options extends { readonly signal: AbortSignal }> {
  /** Throws only the reason of the options' signal. */
  readonly borrow: (server: SshServer, options: Options) => Promise<Result<Borrowed, ConnectFailure>>;
}

interface Entry {
  readonly opening: Promise<Result<OpenBastion, ConnectFailure>>;
  readonly stop: AbortController;
  borrowers: number;
}

/** One connection to each bastion, shared by all that is behind it; the first host says how it is opened. */
export function shareBastions<Options extends { readonly signal: AbortSignal }>(
  open: (server: SshServer, options: Options) => Promise<Result<OpenBastion, ConnectFailure>>,
): Bastions<Options> {
  const entries = new Map<string, Entry>();

  const enter = (key: string, server: SshServer, options: Options): Entry => {
    const stop = new AbortController();
    // Not the borrower's signal: others may wait for the same bastion.
    const opening = open(server, { ...options, signal: stop.signal }).catch((): Result<never, ConnectFailure> => {
      return err({ kind: 'dropped', cause: 'nobody waits for the bastion any more' });
    });
    const entry: Entry = { opening, stop, borrowers: 0 };
    entries.set(key, entry);
    const forget = (): void => {
      if (entries.get(key) === entry) entries.delete(key);
    };
    // One that could not be reached, or was lost, is tried anew for the next host.
    void opening.then(opened => (opened.ok ? once(opened.value.client, 'close').then(forget, forget) : forget()));
    return entry;
  };

  return {
    async borrow(server, options) {
      const { signal } = options;
      signal.throwIfAborted();
      // A password in it reads [secret], and bastions have none.
      const key = JSON.stringify(server);
      const entry = entries.get(key) ?? enter(key, server, options);
      entry.borrowers++;
      let isBorrowed = true;
      const giveBack = async (): Promise<void> => {
        if (!isBorrowed) return;
        isBorrowed = false;
        entry.borrowers--;
        if (entry.borrowers > 0) return;
        if (entries.get(key) === entry) entries.delete(key);
        entry.stop.abort(new Error('nobody is behind the bastion any more'));
        const opened = await entry.opening;
        if (opened.ok) await opened.value.close();
      };
      const aborted = deferred<'aborted'>();
      const forget = onAbort(signal, () => aborted.resolve('aborted'));
      const opened = await Promise.race([entry.opening, aborted.promise]);
      forget();
      if (opened !== 'aborted' && opened.ok) return ok({ client: opened.value.client, server, giveBack });
      await giveBack();
      signal.throwIfAborted();
      return opened === 'aborted' ? err({ kind: 'dropped', cause: 'aborted' }) : opened;
    },
  };
}
