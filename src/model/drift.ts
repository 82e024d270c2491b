import { printableLine } from './printable-text.ts';

/** A difference from a saved plan. */
export interface Change {
  /** One word in kebab-case that stays the same between releases, such as `release` or `boot-id`; with what it is of: `binary /usr/bin/db`. */
  readonly what: string;
  /** Absent where there was nothing, or it was not known. */
  readonly was?: string;
  readonly is?: string;
}

/** What becomes of hosts that have drifted from a saved plan: nothing is run at all; they are left out; they are replanned. */
export type OnDrift = 'fail' | 'skip' | 'replan';

/** `release 6.1.0-55-amd64 → 6.1.0-56-amd64, boot-id 1a → 2b`, on one line: much of it is other machines' text. */
export function sayChanges(changes: readonly Change[]): string {
  const plain = (text: string): string => printableLine(text, longest);
  return changes.map(({ what, was = 'none', is = 'none' }) => `${what} ${plain(was)} → ${plain(is)}`).join(', ');
}

/** A line of `uname -v` has 60 characters. */
const longest = 120;

/** Names what differs, each once, in the order of `now`; what only `then` has comes last. */
export function findChanges(
  then: Readonly<Record<string, string | number | undefined>>,
  now: Readonly<Record<string, string | number | undefined>>,
): readonly Change[] {
  const names = new Set([...Object.keys(now), ...Object.keys(then)]);
  return [...names].flatMap(what => {
    const was = then[what];
    const is = now[what];
    if (was === is) return [];
    return [
      {
        what,
        ...(was === undefined ? {} : { was: String(was) }),
        ...(is === undefined ? {} : { is: String(is) }),
      },
    ];
  });
}
