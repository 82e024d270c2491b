import type { Place } from '../model/source.ts';

/** Narrows the place of a text to a part of it that is found in the marked line, first within `{{ … }}`. */
export function pointAt(place: Place, part: string | undefined): Place {
  if (part === undefined || part === '') return place;
  const from = place.column - 1;
  const template = place.text.indexOf('{{', from);
  const start = find(place, part, template === -1 ? from : template) ?? find(place, part, from);
  if (start === undefined) return place;
  return { ...place, column: start + 1, endColumn: start + 1 + part.length };
}

/** As a whole name: `a` is not found in `{{ bar }}`. */
function find({ text, endColumn }: Place, part: string, from: number): number | undefined {
  for (let at = text.indexOf(part, from); at !== -1; at = text.indexOf(part, at + 1)) {
    if (at + part.length > endColumn - 1) return undefined;
    const isName = /^[\w-]/.test(part);
    const isCut = isName && (/[\w-]/.test(text[at - 1] ?? '') || /[\w-]/.test(text[at + part.length] ?? ''));
    if (!isCut) return at;
  }
  return undefined;
}
