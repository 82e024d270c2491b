import { err, ok, type Result } from '../../model/result.ts';
import { matchesPatterns } from './match-patterns.ts';
import type { ConfigLine } from './read-config-file.ts';

/** What `Host` and `Match` look at, as far as it is known when their line is reached. */
export interface MatchSubject {
  /** As it was asked for. */
  readonly originalHost: string;
  /** With `HostName` in its place. */
  readonly host: string;
  readonly user: string;
  /** Who runs tapbook. */
  readonly localUser: string;
  /** ssh reads all a second time where `final` or `canonical` are asked for. */
  readonly pass: 'first' | 'final';
}

export interface Matching {
  readonly isMatch: boolean;
  /** The line asks for the second pass. */
  readonly wantsFinal: boolean;
  /** What only the system's `ssh` can decide, where all else of the line is for this host: a clause. */
  readonly needsSsh?: string;
}

/** Whether a section is for this host (ssh_config(5), PATTERNS). The failure is a sentence. */
export function matchSection(line: ConfigLine, subject: MatchSubject): Result<Matching, string> {
  if (line.keyword === 'host') {
    return ok({ isMatch: matchesPatterns(line.words, hostOfPass(subject)), wantsFinal: false });
  }
  return matchCriteria(line, subject);
}

function hostOfPass({ originalHost, host, pass }: MatchSubject): string {
  return pass === 'first' ? originalHost : host;
}

function matchCriteria({ words, where }: ConfigLine, subject: MatchSubject): Result<Matching, string> {
  let isMatch = true;
  let wantsFinal = false;
  let undecided: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const isNegated = word.startsWith('!');
    const criterion = word.slice(isNegated ? 1 : 0).toLowerCase();
    if (criterion === 'all') continue;
    if (criterion === 'final' || criterion === 'canonical') {
      wantsFinal ||= criterion === 'final';
      if ((subject.pass === 'final') === isNegated) isMatch = false;
      continue;
    }
    const value = words[++at];
    if (value === undefined) return err(`${where}: nothing follows "${word}" of Match`);
    const tested = testCriterion(criterion, value, subject);
    if (tested !== 'unknown') {
      if (tested === isNegated) isMatch = false;
      continue;
    }
    // What programs, tags, networks and versions say is ssh's to find out.
    undecided ??= `Match ${criterion} is set in ${where}`;
  }
  const needsSsh = isMatch ? undecided : undefined;
  return ok({ isMatch, wantsFinal, ...(needsSsh === undefined ? {} : { needsSsh }) });
}

function testCriterion(criterion: string, value: string, subject: MatchSubject): boolean | 'unknown' {
  const patterns = value.split(',');
  switch (criterion) {
    case 'host':
      return matchesHost(patterns, subject.host);
    case 'originalhost':
      return matchesHost(patterns, subject.originalHost);
    case 'user':
      return matchesPatterns(patterns, subject.user);
    case 'localuser':
      return matchesPatterns(patterns, subject.localUser);
    default:
      return 'unknown';
  }
}

/** Unlike `Host`, in any case. */
function matchesHost(patterns: readonly string[], host: string): boolean {
  return matchesPatterns(
    patterns.map(pattern => pattern.toLowerCase()),
    host.toLowerCase(),
  );
}
