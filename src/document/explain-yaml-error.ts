import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Places } from './places.ts';

/** A parser's error in words that say what to do. */
export function explainYamlError(error: YAMLError, places: Places): Diagnostic {
  const place = places.of(error.pos[0], Math.max(error.pos[1], error.pos[0] + 1));
  const known = explanations[error.code];
  const tab = /^[ \t]*\t/.test(place.text) || error.code === 'TAB_AS_INDENT';
  if (tab && error.code !== 'DUPLICATE_KEY') {
    return {
      severity: 'error',
      code: 'tab-indentation',
      message: 'a tab stands in the indentation',
      cure: 'YAML indents with spaces only',
      place,
    };
  }
  if (error.code === 'NON_STRING_KEY' && place.text.includes('{{')) {
    return {
      severity: 'error',
      code: 'unquoted-template',
      message: 'a template has to be quoted',
      cure: 'write "{{ name }}"',
      place,
    };
  }
  return {
    severity: 'error',
    code: known?.code ?? 'yaml-syntax',
    message: known?.message ?? firstLine(error.message),
    ...(known?.cure === undefined ? {} : { cure: known.cure }),
    place,
  };
}

const explanations: Readonly<
  Record<string, { readonly code: string; readonly message: string; readonly cure?: string }>
> = {
  DUPLICATE_KEY: { code: 'duplicate-key', message: 'this key stands twice in the same mapping', cure: 'take one away' },
  TAG_RESOLVE_FAILED: { code: 'unknown-tag', message: 'this tag (!name) is not known', cure: 'write the plain value' },
  NON_STRING_KEY: { code: 'key-not-text', message: 'a key has to be a text', cure: 'quote it' },
  BAD_ALIAS: { code: 'unknown-alias', message: 'this alias (*name) has no anchor (&name) before it' },
  MULTIPLE_DOCS: { code: 'several-documents', message: 'the file holds more than one YAML document' },
  BAD_INDENT: { code: 'bad-indentation', message: 'this line is not indented as its neighbours are' },
  MISSING_CHAR: {
    code: 'yaml-syntax',
    message: 'something is not closed here',
    cure: 'look for a missing quote, bracket or colon',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    code: 'yaml-syntax',
    message: 'a mapping cannot begin here',
    cure: 'quote a text that has ": " in it',
  },
};

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/\.$/, '') ?? message;
}
