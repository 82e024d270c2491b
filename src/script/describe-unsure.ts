import type { ProcessPoint, UnsureKind } from './process-points.ts';

/** Half a sentence that goes on from the name: why it does not tell which file is probed. */
export function describeUnsure(kind: UnsureKind, role: ProcessPoint['role']): string {
  if (kind === 'by-name' && role === 'library')
    return 'is looked for among the libraries of the program, on the build host';
  return reasons[kind];
}

const reasons: Readonly<Record<UnsureKind, string>> = {
  'by-name': 'is looked for along the PATH of the build host',
  wildcard: 'stands for the files that the build host has',
  relative: 'is relative to where stap runs on the build host',
  pid: 'is a process of the build host',
  unnamed: 'names no program, and stap wants -c or -x for it, which a build does not have',
  empty: 'is no name',
  escaped: 'has a backslash in it',
  debuginfod: 'stands for the files that debuginfod knows',
  tapset: 'may stand for programs that a tapset of the build host names',
  unknown: 'is not known before the build',
};
