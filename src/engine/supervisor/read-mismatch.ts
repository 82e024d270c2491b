import { printableLine } from '../../model/printable-text.ts';

/** A process that runs another file than the one that a module was built for, as SystemTap found it when the module was loaded. */
export interface Mismatch {
  readonly path: string;
  readonly pid?: number;
  readonly expected?: string;
  readonly actual?: string;
}

/**
 * Reads SystemTap's `Build-id mismatch` of a file in user space from a line of staprun's; undefined for any other line, and for the
 * kernel and its modules. The texts are those of `_stp_build_id_check` (runtime/sym.c): of 4.0 and older, an error that names a
 * byte, later a warning that names a process.
 */
export function readMismatch(line: string): Mismatch | undefined {
  const [, path = '', rest = ''] = form.exec(line) ?? [];
  if (!path.startsWith('/') || isOfKernel.test(path)) return undefined;
  const shown = printableLine(path, 500);
  const [, pid, expected, actual] = /^pid (\d+) .*\bexpected ([0-9a-f]*) actual ([0-9a-f]*)/.exec(rest) ?? [];
  if (pid === undefined) return { path: shown };
  // No process: it is about the kernel.
  if (pid === '0') return undefined;
  return {
    path: shown,
    pid: Number(pid),
    ...(expected ? { expected } : {}),
    ...(actual ? { actual } : {}),
  };
}

const form =
  /^(?:WARNING|ERROR): Build-id mismatch(?: \[man (?:warning|error)::buildid\])?: "(.*?)" ((?:pid|byte|vs\.) .*)$/;
const isOfKernel = /\.ko(?:\.(?:xz|gz|zst|debug))?$|\/vmlinu[xz][^/]*$/;
