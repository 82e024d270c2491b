import type { BinaryFacts } from './binary.ts';
import { printableLine } from './printable-text.ts';

/** Why a host's file cannot be probed, as a clause about it, and what would mend that. */
export function explainAbsence({ path: plain, state }: Pick<BinaryFacts, 'path'> & { readonly state: Absence }): {
  readonly cause: string;
  readonly cure: string;
} {
  const path = printableLine(plain, 200);
  const untold = `it cannot be told which build of ${path} it has`;
  const causes: Readonly<Record<Absence, string>> = {
    missing: `${path} is missing`,
    'not-a-file': `${path} is no file`,
    unreadable: `${path} cannot be read there`,
    'no-od': `${untold}: it has no od to read files with`,
    'not-elf': `${path} is no ELF program or library`,
    'no-build-id': `${untold}: the file has no build-id`,
  };
  return { cause: causes[state], cure: cures[state] };
}

type Absence = Exclude<BinaryFacts['state'], 'present'>;

const cures: Readonly<Record<Absence, string>> = {
  missing: 'install it there, mend the path, or leave the host out with --limit',
  'not-a-file': 'name the program or library itself',
  unreadable: 'let the user that runs the scripts read it, or use become',
  'no-od': 'install coreutils or busybox',
  'not-elf': 'if it is a script that starts the program, name the program itself',
  'no-build-id': 'link it with -Wl,--build-id',
};
