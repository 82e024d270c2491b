import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cureOfLimit, openFilesLimit } from './open-files-limit.ts';

/** No file, socket or pipe can be opened: `EMFILE` by this process, `ENFILE` by any on this machine. It is never the fault of a host. */
export type OutOfFiles = 'EMFILE' | 'ENFILE';

/** Whether an error says so. */
export function outOfFiles(error: unknown): OutOfFiles | undefined {
  const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
  return code === 'EMFILE' || code === 'ENFILE' ? code : undefined;
}

/** Whether it is so now: a name that cannot be resolved for it, or a program that fails, does not say so. */
export function outOfFilesNow(): OutOfFiles | undefined {
  try {
    closeSync(openSync('/dev/null', 'r'));
    return undefined;
  } catch (error) {
    return outOfFiles(error);
  }
}

/** As sentences for a person, without a full stop. */
export function explainOutOfFiles(code: OutOfFiles): { readonly cause: string; readonly cure: string } {
  if (code === 'ENFILE') {
    return {
      cause: 'too many files are open on this machine, all its programs together (ENFILE)',
      cure: 'end what holds them (see lsof), or raise the limit: sysctl fs.file-max',
    };
  }
  const limit = openFilesLimit();
  const most = limit === undefined ? '' : `, of which it may have ${limit}`;
  return { cause: `tapbook itself has too many files open${most} (EMFILE)`, cure: cureOfLimit };
}

/** How long one waits until others have closed some, and how long between two looks, in milliseconds. */
const patienceMs = 30_000;
const pauseMs = 100;

/** Does what opens files, and does it again for a while where none can be opened. By then it must have done nothing else. */
export async function retryOutOfFiles<Value>(open: () => Promise<Value>, limitMs: number = patienceMs): Promise<Value> {
  const end = performance.now() + limitMs;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (outOfFiles(error) === undefined || performance.now() + pauseMs > end) throw error;
    }
    await sleep(pauseMs);
  }
}
