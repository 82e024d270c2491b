import { literalTexts } from './literal-text.ts';
import type { ParsedToken } from './paste-arguments.ts';
import type { ProbePoint } from './probe-components.ts';
import type { GivenValue } from './script-use.ts';

/** A marker of a program that a point names, and its provider. */
export interface NamedMark {
  /** The name of the program's file, without its folder: `postgres`. */
  readonly file: string;
  readonly mark?: NamedPart;
  readonly provider?: NamedPart;
}

export interface NamedPart {
  readonly text: string;
  readonly tokens: readonly ParsedToken[];
}

/** The marker of a point, as far as it and its program are known; none where a tapset has it. */
export function findMark({ components }: ProbePoint, args: readonly GivenValue[]): NamedMark | undefined {
  const argumentOf = (wanted: string): readonly ParsedToken[] | undefined =>
    components.find(({ word, argument }) => word === wanted && argument !== undefined)?.argument;
  const partOf = (wanted: string): NamedPart | undefined => {
    const tokens = argumentOf(wanted) ?? [];
    const [text, ...others] = literalTexts(tokens) ?? [];
    const isOwn = tokens.every(({ start }) => start >= 0);
    return text === undefined || others.length > 0 || !isOwn ? undefined : { text, tokens };
  };
  const file = fileNameOf(argumentOf('library') ?? argumentOf('process') ?? [], args);
  const [mark, provider] = [partOf('mark'), partOf('provider')];
  if (file === undefined || (mark === undefined && provider === undefined)) return undefined;
  return { file, ...(mark === undefined ? {} : { mark }), ...(provider === undefined ? {} : { provider }) };
}

/** Of `"{{ pg_bindir }}/postgres"` what stands behind the last slash is known, too. */
function fileNameOf(tokens: readonly ParsedToken[], args: readonly GivenValue[]): string | undefined {
  const last = tokens.at(-1);
  if (last === undefined) return undefined;
  const text =
    last.kind === 'argument' ? args[Number(last.text.slice(1)) - 1]?.template : literalTexts([last])?.join('');
  const name = /[^/{}]*$/.exec(text ?? '')?.[0] ?? '';
  // A piece behind other pieces has the whole name only if a slash is in it.
  const isWhole = text?.includes('/') === true || (tokens.length === 1 && last.kind === 'string');
  return name === '' || !isWhole ? undefined : name;
}
