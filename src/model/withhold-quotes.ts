import type { Diagnostic } from './diagnostic.ts';
import { diagnosticCodes } from './diagnostic-codes.ts';
import { eachOnce } from './in-file-order.ts';
import { lintRules } from './lint-rules.ts';
import type { Place } from './source.ts';

/** Findings as they may be shown. Those of one place that differ only in what they quoted become one. */
export function withholdQuotes(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  return findings.some(mayQuote) ? eachOnce(findings.map(asShown)) : findings;
}

/**
 * Of a finding about a file that must not be quoted its place is left, and what its code means: messages name
 * words of the file, in many ways and forms.
 */
function asShown(diagnostic: Diagnostic): Diagnostic {
  const { severity, code, place, related = [] } = diagnostic;
  if (!mayQuote(diagnostic)) return diagnostic;
  return {
    severity,
    code,
    message: meanings.get(code) ?? 'something is wrong here',
    cure: 'look there for more: a file outside of the repository is not quoted',
    ...(place === undefined ? {} : { place: withoutText(place) }),
    ...(related.length === 0 ? {} : { related: related.map(one => ({ place: withoutText(one.place), note: 'here' })) }),
  };
}

function mayQuote({ unquoted, place, related = [] }: Diagnostic): boolean {
  return unquoted === true || place?.unquoted === true || related.some(one => one.place.unquoted === true);
}

/** The line of a file that may be quoted stays. How long a word is that may not tells something of it, too. */
function withoutText({ unquoted, ...place }: Place): Place {
  return unquoted ? { ...place, endColumn: place.column + 1, text: '' } : place;
}

const meanings: ReadonlyMap<string, string> = new Map(
  [
    ...Object.values(diagnosticCodes).flatMap(area => Object.entries<string>(area)),
    ...Object.entries(lintRules).map(([code, { meaning }]) => [code, meaning] as const),
  ].map(([code, meaning]) => [code, asClause(meaning)]),
);

/** `The text is no YAML; …` begins a sentence, and a message does not. */
function asClause(meaning: string): string {
  const text = meaning.replace(/(?:; the message says (?:why|what))?\.$/, '');
  return /^[A-Z][a-z]*\b(?!:)/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}
