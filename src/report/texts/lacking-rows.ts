import { type BinaryPolicy, usualBinaryPolicy } from '../../model/binary.ts';
import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import { printableText } from '../../model/printable-text.ts';
import { wrapText } from '../layout/wrap-text.ts';

/** Below a build: what its build host lacks of the binaries, and what is done about that. */
export function lackingRows(
  { lacks = [], buildHost, binaries = [], hosts }: PlannedBuild,
  policy: BinaryPolicy | undefined,
  columns: number,
): readonly string[] {
  if (lacks.length === 0) return [];
  const isAll = lacks.length === binaries.length;
  const it = lacks.length > 1 ? 'they are' : 'it is';
  const what = isAll ? 'no such file' : `no such ${lacks.map(printableText).join(', ')}`;
  // One of them is enough; which, the run tells.
  const from = hosts.length === 1 ? foldHostsWithin(hosts, 40) : 'a target';
  const then = {
    fetch: `${it} copied there from ${from}, unless that was done before`,
    ask: `you are asked before ${it} copied there from ${from}`,
    never: 'the build fails there (binaries: never)',
  }[(policy ?? usualBinaryPolicy).how];
  const row = `${printableText(buildHost)} has ${what}: ${then}`;
  return wrapText(row, columns - 2).map(line => `  ${line}`);
}
