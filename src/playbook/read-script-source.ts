import { dirname, isAbsolute, join } from 'node:path';
import { readTextFile } from '../document/read-text-file.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { printableLine } from '../model/printable-text.ts';
import { type Place, placeAt, type SourceFile } from '../model/source.ts';
import { type Command, expandScript, readCommand, unexpandedScript } from './expand-script.ts';
import { findNearFile } from './find-near-file.ts';
import { findNoText } from './find-no-text.ts';
import type { Expanding, Resolving } from './resolving.ts';
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

/**
 * Reads a script's text: its file, relative to the playbook, what stands inline, or what a command prints. Problems are reported,
 * and that a command was not run.
 */
export async function readScriptSource(
  written: Script,
  path: readonly (string | number)[],
  { tree, report, isKnown, confinement, withhold, expand: expanding }: Resolving,
): Promise<SourceFile | undefined> {
  const { name, inline, expand } = written;
  const title = titleOfScript(written, path, { isKnown });
  const fail = (code: DiagnosticCode, message: string, cure: string | undefined, key: string): undefined => {
    const place = tree.place([...path, key], key === 'source' ? 'value' : 'key');
    report({ severity: 'error', code, message, ...(cure === undefined ? {} : { cure }), place });
    return undefined;
  };
  const [first, second] = (['source', 'inline', 'expand'] as const).filter(key => written[key] !== undefined);
  if (first !== undefined && second !== undefined) {
    return fail('two-sources', `${title} has both ${first} and ${second}`, 'take one away', second);
  }
  if (inline !== undefined) return { path: `${name}.stp`, text: inline };
  if (expand !== undefined) {
    const place = tree.place([...path, 'expand'], 'value');
    const command = readCommand(expand);
    const refusals = command.ok && expanding !== undefined ? await refuseCommand(command.value, place, expanding) : [];
    if (refusals.length > 0) {
      for (const refusal of refusals) report(refusal);
      return undefined;
    }
    const script =
      command.ok && expanding?.commands === 'run'
        ? await expandScript(command.value, { name, playbook: tree.source.path, largest, signal: expanding.signal })
        : command;
    if (!script.ok) {
      report({ severity: 'error', ...script.error, place });
      return undefined;
    }
    if ('path' in script.value) return script.value;
    const message = 'what this command prints is not looked at: it was not run';
    report({ severity: 'warning', code: 'not-expanded', message, cure: 'tapbook check --expand runs it', place });
    return unexpandedScript(script.value, name);
  }
  const file = fileOfScript(written, tree.source.path);
  if (file === undefined) {
    if (!(['source', 'inline', 'expand'] as const).every(key => isKnown([...path, key]))) return undefined;
    const cure = `write source: scripts/${name}.stp, or inline: with the script itself`;
    return fail('no-source', `${title} has no source`, cure, 'name');
  }
  const named = tree.place([...path, 'source'], 'value');
  const { isRead, isQuoted, findings } = confinement.admit(file, { folder: dirname(tree.source.path), place: named });
  findings.forEach(report);
  if (!isQuoted) withhold(file);
  if (!isRead) return undefined;
  const text = await readTextFile(file, largest);
  if (!text.ok) {
    const { kind, message } = text.error;
    const near = kind === 'missing' && isQuoted ? await findNearFile(file, /\.stp$/) : undefined;
    const cure = kind === 'missing' ? 'the path is relative to the playbook' : 'name a .stp file';
    return fail('unreadable-file', message, near ?? cure, 'source');
  }
  const script = { path: file, text: text.value };
  const odd = findNoText(text.value);
  if (odd === undefined) return script;
  report({
    severity: 'error',
    code: 'not-text',
    message: odd.kind === 'nul' ? 'a NUL byte has no place in a script' : 'this is no UTF-8',
    cure: odd.kind === 'nul' ? 'name the .stp file, not a module' : 'convert it, as with iconv -f LATIN1 -t UTF-8',
    place: placeAt({ ...script, ...(isQuoted ? {} : { unquoted: true as const }) }, odd.index, odd.index + 1),
    related: [{ place: named, note: 'the script is named here' }],
  });
  return undefined;
}

async function refuseCommand(
  [program]: Command,
  place: Place,
  { trust, signal }: Expanding,
): Promise<readonly Diagnostic[]> {
  return (await trust?.refusals([{ what: `the program ${printableLine(program, 100)}`, place }], signal)) ?? [];
}
