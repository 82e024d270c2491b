import type { Diagnostic } from './diagnostic.ts';

/**
 * Findings as a person reads files, each once: what has no place, then file by file from top to bottom. The files named
 * come first, in their order; then others, as they come.
 */
export function inFileOrder<Finding extends Diagnostic>(
  diagnostics: readonly Finding[],
  files: readonly string[] = [],
): readonly Finding[] {
  const ranks = new Map<string, number>();
  for (const file of [...files, ...diagnostics.flatMap(({ place }) => place?.file ?? [])]) {
    if (!ranks.has(file)) ranks.set(file, ranks.size);
  }
  const rankOf = ({ place }: Diagnostic): number => (place === undefined ? -1 : (ranks.get(place.file) ?? 0));
  return [...eachOnce(diagnostics)].sort(
    (left, right) =>
      rankOf(left) - rankOf(right) ||
      (left.place?.line ?? 0) - (right.place?.line ?? 0) ||
      (left.place?.column ?? 0) - (right.place?.column ?? 0),
  );
}

/** Without those that say the same of the same place again. */
export function eachOnce<Finding extends Diagnostic>(diagnostics: readonly Finding[]): readonly Finding[] {
  const once = new Map<string, Finding>();
  for (const diagnostic of diagnostics) {
    const { code, message, place } = diagnostic;
    const key = JSON.stringify([code, message, place?.file, place?.line, place?.column]);
    if (!once.has(key)) once.set(key, diagnostic);
  }
  return [...once.values()];
}
