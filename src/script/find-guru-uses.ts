import { findGuruPoints } from './find-guru-points.ts';
import type { TargetUse } from './find-target-uses.ts';
import type { StpOutline } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';

/** Something that stap takes in guru mode only. */
export interface GuruUse {
  readonly kind: 'c' | 'operator' | 'address' | 'write' | 'verdict';
  readonly token: ParsedToken;
  /** False where the preprocessor may leave it out. */
  readonly sure: boolean;
}

/** Finds what is for gurus. None of it is in a branch that is certain to be left out, where stap does not mind it (parse.cxx). */
export function findGuruUses({ tokens, probes }: StpOutline, targetUses: readonly TargetUse[]): readonly GuruUse[] {
  const withKind = (found: readonly ParsedToken[], kind: GuruUse['kind']): readonly GuruUse[] =>
    found.map(token => ({ kind, token, sure: token.sure }));
  return [
    ...withKind(
      tokens.filter(({ kind }) => kind === 'embedded-c'),
      'c',
    ),
    ...withKind(
      tokens.filter(({ kind, text }) => kind === 'at-word' && /^@(?:const|kderef|kregister)$/.test(text)),
      'operator',
    ),
    ...withKind(probes.flatMap(findGuruPoints), 'address'),
    ...targetUses
      .filter(({ kind }) => kind === 'guru')
      .map(({ token, sure }): GuruUse => ({ kind: token.text === '$verdict' ? 'verdict' : 'write', token, sure })),
  ];
}
