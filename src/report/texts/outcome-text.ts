import type { Failure, HostOutcome } from '../../model/outcome.ts';

/** How a host came out, in one line without what would mend it: `failed at load: no room in /tmp`, `ok`. */
export function sayOutcome(outcome: HostOutcome): string {
  if ('failure' in outcome) return `${outcome.kind} ${sayFailure(outcome.failure)}`;
  const why = sayWhy(outcome);
  return why === '' ? outcome.kind : `${outcome.kind}: ${why}`;
}

/** Only why it came out so; empty where there is nothing to tell. */
export function sayWhy(outcome: HostOutcome): string {
  switch (outcome.kind) {
    case 'ok':
      return '';
    case 'degraded':
    case 'interrupted':
      return (outcome.notes ?? []).join('; ');
    case 'skipped':
    case 'not-started':
      return outcome.reason;
    case 'failed':
    case 'unreachable':
    case 'left-behind':
      return sayFailure(outcome.failure);
    default:
      return outcome satisfies never;
  }
}

/** `at load: no room in /tmp; free some` */
export function sayFailureAndCure(failure: Failure): string {
  return failure.cure === undefined ? sayFailure(failure) : `${sayFailure(failure)}; ${failure.cure}`;
}

/** What would mend it, where that is known. */
export function cureOf(outcome: HostOutcome): string | undefined {
  if (outcome.kind === 'skipped') return outcome.cure;
  return 'failure' in outcome ? outcome.failure.cure : undefined;
}

function sayFailure({ stage, cause }: Failure): string {
  return `at ${stage}: ${cause}`;
}
