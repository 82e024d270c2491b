import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import type { Place } from '../model/source.ts';
import type { Places } from './places.ts';

/** Explains an error of the YAML parser, and what to do about it. */
export function explainYamlError(error: YAMLError, places: Places): Diagnostic {
  const place = places.of(error.pos[0], Math.max(error.pos[1], error.pos[0] + 1));
  const known = explanations[error.code];
  const isTab = /^[ \t]*\t/.test(place.text) || error.code === 'TAB_AS_INDENT';
  if (isTab) {
    const cure = 'YAML indents with spaces only';
    return { severity: 'error', code: 'tab-indentation', message: 'a tab stands in the indentation', cure, place };
  }
  if (error.code === 'NON_STRING_KEY' && place.text.includes('{{')) return unquotedTemplate(place);
  if (error.code === 'TAG_RESOLVE_FAILED') return unknownTag(place);
  return {
    severity: 'error',
    code: known?.code ?? 'yaml-syntax',
    message: known?.message ?? firstLine(error.message),
    ...(known?.cure === undefined ? {} : { cure: known.cure }),
    place,
  };
}

interface Explanation {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly cure?: string;
}

const misfit: Explanation = {
  code: 'yaml-syntax',
  message: 'this does not fit to what stands before it',
  cure: 'look at the indentation, and at the line above',
};

const explanations: Readonly<Record<string, Explanation>> = {
  NON_STRING_KEY: { code: 'key-not-text', message: 'a key has to be a text', cure: 'quote it' },
  BAD_INDENT: { code: 'bad-indentation', message: 'this line is not indented as its neighbours are' },
  MISSING_CHAR: {
    code: 'yaml-syntax',
    message: 'something is not closed here',
    cure: 'look for a missing quote, bracket or colon',
  },
  UNEXPECTED_TOKEN: misfit,
  MULTILINE_IMPLICIT_KEY: misfit,
  BLOCK_AS_IMPLICIT_KEY: {
    code: 'yaml-syntax',
    message: 'a mapping cannot begin here',
    cure: 'look at the indentation of the line below; quote a text that has ": " in it',
  },
};

/** To YAML, `x: {{ name }}` is a mapping with a mapping as its key. The error is somewhere in it. */
function unquotedTemplate(place: Place): Diagnostic {
  const { text } = place;
  const start = Math.max(text.lastIndexOf('{{', place.column), text.indexOf('{{'));
  const written = /^\{\{.*?\}\}[^\s,\]}]*/.exec(text.slice(start))?.[0] ?? '{{ name }}';
  return {
    severity: 'error',
    code: 'unquoted-template',
    message: 'a template has to be quoted',
    cure: `write ${written.includes('"') ? `'${written}'` : `"${written}"`}`,
    place: { ...place, column: start + 1, endColumn: start + 1 + written.length },
  };
}

function unknownTag(place: Place): Diagnostic {
  const tag = place.text.slice(place.column - 1, place.endColumn - 1);
  if (tag === '!vault') {
    const message = 'values of ansible-vault are not supported by this version';
    const cure = 'keep variables that tapbook needs in a file of their own';
    return { severity: 'error', code: 'unknown-tag', message, cure, place };
  }
  const isType = /^!!(?:bool|float|int|timestamp)$/.test(tag);
  const message = isType ? `what follows is no value of the type ${tag.slice(2)}` : `the tag ${tag} is not known`;
  return { severity: 'error', code: 'unknown-tag', message, cure: 'write the plain value', place };
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/\.$/, '') ?? message;
}
