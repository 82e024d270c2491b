import { findNearest } from '../model/did-you-mean.ts';
import { libraryFunctions, probeFamilies, programFamilies } from './library-names.ts';
import type { StpOutline } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import { pointsOf } from './probe-points.ts';

/** A name that SystemTap's library does not have, and one that it has and that is almost the same. */
export interface UnknownName {
  readonly kind: 'probe' | 'function';
  readonly token: ParsedToken;
  readonly nearest: string;
}

/**
 * The first words of probe points, and called functions, that neither the script nor SystemTap's library has. Other tapsets may
 * be installed where it is built: only what looks like a slip is told.
 */
export function findUnknownNames(outline: StpOutline): readonly UnknownName[] {
  const nearest = createNearest();
  return [...findFamilies(outline, nearest), ...findFunctions(outline, nearest)];
}

function findFamilies({ probes }: StpOutline, nearestOf: Nearest): readonly UnknownName[] {
  const own = new Set(probes.flatMap(({ kind, head }) => (kind === 'alias' ? namesOf(head) : [])));
  return probes.flatMap(({ kind, head }) =>
    (kind === 'alias' ? [] : pointsOf(head)).flatMap(point => {
      const [token, next] = point;
      const isWord = token?.kind === 'identifier' && (next === undefined || /^[.(?!]$/.test(next.text));
      const isOptional = point.some(({ text }) => text === '?' || text === '!');
      if (!isWord || !token.sure || isOptional || own.has(token.text)) return [];
      return programFamilies.has(token.text) ? [] : tell('probe', token, probeFamilies, nearestOf);
    }),
  );
}

/** The first words of an alias, which may have several names. */
function namesOf(head: readonly ParsedToken[]): readonly string[] {
  const equals = head.findIndex(({ text }) => text === '=' || text === '+=');
  return pointsOf(head.slice(0, equals)).map(([first]) => first?.text ?? '');
}

function findFunctions({ probes, functions }: StpOutline, nearestOf: Nearest): readonly UnknownName[] {
  const own = new Set(functions.map(({ name }) => name));
  const bodies = [...probes.flatMap(({ condition, body }) => [condition, body]), ...functions.map(({ body }) => body)];
  return bodies.flatMap(body =>
    body.flatMap((token, index) => {
      const isCall =
        token.kind === 'identifier' && body[index + 1]?.text === '(' && body[index - 1]?.text !== '->' && token.sure;
      return !isCall || own.has(token.text) || keywords.has(token.text)
        ? []
        : tell('function', token, libraryFunctions, nearestOf);
    }),
  );
}

const keywords: ReadonlySet<string> = new Set(
  'if else while for foreach in limit return delete next break continue try catch'.split(' '),
);

function tell(
  kind: UnknownName['kind'],
  token: ParsedToken,
  known: ReadonlySet<string>,
  nearestOf: Nearest,
): readonly UnknownName[] {
  const { text } = token;
  if (text.length < shortest || text.startsWith('_') || known.has(text)) return [];
  const nearest = nearestOf(text, known);
  // user_string3 is no slip for user_string2.
  return nearest === undefined || withoutDigits(nearest) === withoutDigits(text) ? [] : [{ kind, token, nearest }];
}

type Nearest = (text: string, known: ReadonlySet<string>) => string | undefined;

/** Looks for each name once, and for no more than `mostNames`: each is compared with the whole library. */
function createNearest(): Nearest {
  const looked = new Map<string, string | undefined>();
  return (text, known) => {
    const key = `${known.size} ${text}`;
    if (!looked.has(key) && looked.size < mostNames) {
      looked.set(key, findNearest(text, known, text.length < long ? 1 : 2));
    }
    return looked.get(key);
  };
}

/** No script that a person has written has as many that nobody knows. */
const mostNames = 1_000;

/** In letters: words of fewer are like too many others; longer ones may have two slips. */
const shortest = 4;
const long = 12;

function withoutDigits(text: string): string {
  return text.replace(/\d+/g, '');
}
