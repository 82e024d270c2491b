import type { Admission, Confinement } from '../../process/confinement.ts';
import type { Origin } from './quotable.ts';

/** Judges the files that `--limit @FILE` names. */
export function admitLimits(
  limits: readonly string[] | undefined,
  confinement: Confinement,
): Pick<Admission, 'isRead' | 'findings'> & Origin {
  const files = (limits ?? [])
    .flatMap(limit => limit.split(',').map(part => part.trim()))
    .filter(part => part.startsWith('@'))
    .map(part => part.slice(1));
  const admissions = files.map(file => ({ file, ...confinement.admit(file, 'user') }));
  return {
    isRead: admissions.every(({ isRead }) => isRead),
    hasUnquoted: admissions.some(({ isQuoted }) => !isQuoted),
    unquotedFiles: admissions.flatMap(({ file, isQuoted }) => (isQuoted ? [] : [file])),
    findings: admissions.flatMap(({ findings }) => findings),
  };
}
