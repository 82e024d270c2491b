import type { Diagnostic } from '../../src/model/diagnostic.ts';

/** A finding as one line, with the part of the source that it marks: `2:3-7 code: message; cure [text]`. */
export function say({ severity, code, message, cure, place, related = [] }: Diagnostic): string {
  const marked = place?.text.slice(place.column - 1, place.endColumn - 1).replaceAll('\0', 'NUL');
  const where = place === undefined ? '-' : `${place.line}:${place.column}-${place.endColumn} [${marked}]`;
  const others = related.map(({ place: { line, column }, note }) => ` (${line}:${column} ${note})`).join('');
  const kind = severity === 'warning' ? 'warning ' : '';
  return `${where} ${kind}${code}: ${message}${cure === undefined ? '' : `; ${cure}`}${others}`;
}

export function sayAll(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(say).join('\n');
}
