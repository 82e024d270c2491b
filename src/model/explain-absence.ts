import type { BinaryFacts } from './binary.ts';

/** Why a host's file cannot be probed, as a clause about it, and what would mend that. */
export function explainAbsence({
  path,
  state,
}: Pick<BinaryFacts, 'path'> & { readonly state: Exclude<BinaryFacts['state'], 'present'> }): {
  readonly cause: string;
  readonly cure: string;
} {
  return { cause: `${path} ${causes[state]}`, cure: cures[state] };
}

const causes: Readonly<Record<Exclude<BinaryFacts['state'], 'present'>, string>> = {
  missing: 'is not there',
  'not-a-file': 'is no file',
  unreadable: 'may not be read by this user',
  'no-od': 'cannot be looked into: the host has no od',
  'not-elf': 'is no ELF program or library',
  'no-build-id': 'has no build-id, so nobody can tell whether a module fits it',
};

const cures: Readonly<Record<Exclude<BinaryFacts['state'], 'present'>, string>> = {
  missing: 'install it there, mend the path, or leave the host out with --limit',
  'not-a-file': 'name the program or library itself',
  unreadable: 'become a user who may, as with --become',
  'no-od': 'install coreutils or busybox there',
  'not-elf': 'a script or a wrapper has no probes: name the program that it starts',
  'no-build-id': 'link it with -Wl,--build-id, as distributions do',
};
