import { dirname, isAbsolute, join } from 'node:path';
import { readTextFile } from '../document/read-text-file.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { placeAt, type SourceFile } from '../model/source.ts';
import { findNearFile } from './find-near-file.ts';
import type { Resolving } from './resolving.ts';
import { titleOfScript } from './title-of-script.ts';
import type { Script } from './written-playbook.ts';

/** The largest script, in bytes: far above any real one. */
const largest = 1024 * 1024;

/** The path of a script; undefined for an inline one. */
export function fileOfScript({ source }: Script, playbook: string): string | undefined {
  if (source === undefined) return undefined;
  // join() keeps the path of a relative playbook as the user wrote it.
  return isAbsolute(source) ? source : join(dirname(playbook), source);
}

/** Reads a script's text: its file, relative to the playbook, or what stands inline. Problems are reported. */
export async function readScriptSource(
  written: Script,
  path: readonly (string | number)[],
  { tree, report, isKnown }: Resolving,
): Promise<SourceFile | undefined> {
  const { name, source, inline } = written;
  const title = titleOfScript(written, path, { isKnown });
  const fail = (code: DiagnosticCode, message: string, cure: string | undefined, key: string): undefined => {
    const place = tree.place([...path, key], key === 'source' ? 'value' : 'key');
    report({ severity: 'error', code, message, ...(cure === undefined ? {} : { cure }), place });
    return undefined;
  };
  if (source !== undefined && inline !== undefined) {
    return fail('two-sources', `${title} has both source and inline`, 'take one away', 'inline');
  }
  if (inline !== undefined) return { path: `${name}.stp`, text: inline };
  const file = fileOfScript(written, tree.source.path);
  if (file === undefined) {
    if (!isKnown([...path, 'source']) || !isKnown([...path, 'inline'])) return undefined;
    const cure = `write source: scripts/${name}.stp, or inline: with the script itself`;
    return fail('no-source', `${title} has no source`, cure, 'name');
  }
  const text = await readTextFile(file, largest);
  if (!text.ok) {
    const { kind, message } = text.error;
    const near = kind === 'missing' ? await findNearFile(file, /\.stp$/) : undefined;
    const cure = kind === 'missing' ? 'the path is relative to the playbook' : 'name a .stp file';
    return fail('unreadable-file', message, near ?? cure, 'source');
  }
  const script = { path: file, text: text.value };
  const binary = /[\0\uFFFD]/.exec(withoutComments(text.value));
  if (binary === null) return script;
  report({
    severity: 'error',
    code: 'not-text',
    message: binary[0] === '\0' ? 'a NUL byte has no place in a script' : 'this is no UTF-8',
    cure: binary[0] === '\0' ? 'name the .stp file, not a module' : 'convert it, as with iconv -f LATIN1 -t UTF-8',
    place: placeAt(script, binary.index, binary.index + 1),
    related: [{ place: tree.place([...path, 'source'], 'value'), note: 'the script is named here' }],
  });
  return undefined;
}

/**
 * What is said in comments may be of any encoding: blanks stand in its place. Strings and embedded C, in which `//` and `#` begin
 * no comment, stay as they are; an old file of another kind has NULs in its comments too.
 */
function withoutComments(text: string): string {
  return text.replace(pieces, piece => (/^(?:#|\/)/.test(piece) ? piece.replace(/\uFFFD/g, ' ') : piece));
}

/** A string, embedded C or a comment; each ends with the text where it is not closed. */
const pieces =
  /"[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*["\\]?|%\{[\s\S]*?(?:%\}|$(?![\s\S]))|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))/g;
