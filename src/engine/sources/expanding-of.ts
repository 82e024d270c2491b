import { optional } from '../../model/optional.ts';
import type { Expanding } from '../../playbook/resolving.ts';
import type { PlaybookRequest } from './requests.ts';

/** What becomes of the commands of `expand`; undefined: they are left, and nobody is asked about them. */
export function expandingOf(
  { expand, expandTrust }: Pick<PlaybookRequest, 'expand' | 'expandTrust'>,
  signal: AbortSignal,
): Expanding | undefined {
  if (!expand && expandTrust === undefined) return undefined;
  return { signal, commands: expand ? 'run' : 'left', ...optional('trust', expandTrust) };
}
