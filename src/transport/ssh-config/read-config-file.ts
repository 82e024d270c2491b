import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { compileGlob } from '../../model/compile-glob.ts';
import { optional } from '../../model/optional.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { ownHome, ownUid } from '../../process/own-account.ts';
import { readWithinSync } from '../../process/read-within.ts';
import { expandTilde } from './expand-tilde.ts';
import { hasGarbage } from './keywords.ts';
import { type ConfigWords, splitConfigLine } from './split-config-line.ts';

/** A line of ssh_config(5) with a keyword; the whole format is one such line after another. */
export interface ConfigLine extends ConfigWords {
  /** As a person finds it: `/root/.ssh/config:3`, or `-o` for one of the command line. */
  readonly where: string;
  /** For `Include`: the files that it names, in order. */
  readonly included?: readonly ConfigFile[];
  /** For an `Include` of what only the system's `ssh` can find: a clause. */
  readonly needsSsh?: string;
}

export type ConfigFile = readonly ConfigLine[];

/** Whose file it is: `~` and relative includes differ, and ssh checks who may write to a user's. */
export type ConfigOwner = 'user' | 'system' | 'argument';

/** As in ssh: deeper than this is taken for a circle. */
const deepest = 16;

/** More than this is no configuration. */
const largestBytes = 4 * 1024 * 1024;

/** Reads a file with all that it includes. No such file is an empty one, but for `-F`. The failure is a sentence. */
export function readConfigFile(path: string, owner: ConfigOwner, depth = 0): Result<ConfigFile, string> {
  if (depth > deepest) return err(`${path}: includes go round in a circle`);
  let text: string;
  try {
    const stat = statSync(path);
    const { mode, uid } = stat;
    // A folder that a pattern of Include finds is passed over.
    if (stat.isDirectory() && depth > 0) return ok([]);
    if (owner === 'user' && ((uid !== 0 && uid !== ownUid()) || (mode & 0o022) !== 0)) {
      return err(`${path} may be written by others, which ssh does not accept: chmod go-w ${path}`);
    }
    text = readWithinSync(path, largestBytes).toString('utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    return isMissing && (owner !== 'argument' || depth > 0)
      ? ok([])
      : err(`cannot read the configuration of ssh: ${message}`);
  }
  const lines: ConfigLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    // An inventory may name any file, and those of the user and of the system are theirs to see.
    const line = readConfigLine(raw, `${path}:${index + 1}`, owner === 'argument' ? 'unquoted' : 'quoted');
    if (!line.ok) return line;
    if (line.value === undefined) continue;
    if (line.value.keyword !== 'include') {
      lines.push(line.value);
      continue;
    }
    const included: ConfigFile[] = [];
    let needsSsh: string | undefined;
    for (const pattern of line.value.words) {
      // Here alone $HOME counts: it is the system's glob that fills it in.
      const expanded = expandTilde(pattern, ownHome());
      if (!expanded.ok) needsSsh ??= `${expanded.error}, which is named in ${line.value.where}`;
      for (const file of expanded.ok ? findFiles(expanded.value, owner) : []) {
        const read = readConfigFile(file, owner, depth + 1);
        if (!read.ok) return read;
        included.push(read.value);
      }
    }
    lines.push({ ...line.value, included, ...optional('needsSsh', needsSsh) });
  }
  return ok(lines);
}

/** One line; undefined for a blank one and for a comment. `where` is what an error names. */
export function readConfigLine(
  raw: string,
  where: string,
  quoting: 'quoted' | 'unquoted' = 'quoted',
): Result<ConfigLine | undefined, string> {
  const split = splitConfigLine(raw);
  const shown = quoting === 'unquoted' ? where : `${where}: "${raw.trim().slice(0, 200)}"`;
  if (!split.ok) return err(`${shown} is no line of ssh_config: ${split.error}`);
  if (split.value === undefined) return ok(undefined);
  const { keyword, words } = split.value;
  // Versions of ssh differ in what they are there.
  if (keyword === 'match' && /'/.test(raw)) return err(`${shown}: write double quotes, not single ones`);
  const fault = faultOf(keyword, words);
  return fault === undefined ? ok({ keyword, words, where }) : err(`${shown} is no line of ssh_config: ${fault}`);
}

/** What ssh refuses a line for, wherever it stands. */
function faultOf(keyword: string, words: readonly string[]): string | undefined {
  if (words.every(word => word === '')) return 'there is no value';
  if (hasGarbage(keyword, words)) return 'there are extra words at its end';
  const isNoneOfSeveral =
    /^(?:user|global)knownhostsfile$/.test(keyword) && words.length > 1 && words.some(word => /^none$/i.test(word));
  return isNoneOfSeveral ? '"none" has to stand alone' : undefined;
}

/** As glob(3), sorted by name; a relative pattern starts where ssh's own configuration lies. */
function findFiles(pattern: string, owner: ConfigOwner): readonly string[] {
  const absolute = isAbsolute(pattern) ? pattern : join(owner === 'system' ? '/etc/ssh' : `${ownHome()}/.ssh`, pattern);
  let found: readonly string[] = ['/'];
  for (const part of absolute.split('/').filter(one => one !== '')) {
    if (!/[*?[\]]/.test(part)) found = found.map(folder => join(folder, part));
    else {
      const glob = compileGlob(part);
      const isForHidden = part.startsWith('.');
      found = found.flatMap(folder =>
        list(folder)
          .filter(name => glob.test(name) && (isForHidden || !name.startsWith('.')))
          .map(name => join(folder, name)),
      );
    }
  }
  return found;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
