import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Located } from '../../model/source.ts';
import { largestText, readWithinSync } from '../../process/read-within.ts';

/** A pattern of `--limit`, with its place where it stands in a file. */
export type Limit = Located<string> | string;

/**
 * What one `--limit` says: patterns, and `@FILE` for a file with a pattern a line, such as the failed.hosts of a run.
 * Blank lines and those that begin with `#` are left out. A file without any pattern is an error: Ansible would take
 * it for no limit at all, and turn to all hosts.
 */
export function readLimit(limit: string): Result<readonly Limit[], Diagnostic> {
  const parts = limit.split(',').map(part => part.trim());
  if (!parts.some(part => part.startsWith('@'))) return ok([limit]);
  const limits: Limit[] = [];
  for (const part of parts) {
    if (part === '') continue;
    const read = part.startsWith('@') ? readLimitFile(part.slice(1)) : ok([part]);
    if (!read.ok) return read;
    limits.push(...read.value);
  }
  return ok(limits);
}

function readLimitFile(path: string): Result<readonly Limit[], Diagnostic> {
  const name = `the file of --limit @${path}`;
  let text: string;
  try {
    text = readWithinSync(path, largestText).toString('utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && basename(path) === 'failed.hosts' && existsSync(dirname(path))) {
      const message = `--limit @${path}: no host has failed in that run`;
      return err({ severity: 'error', code: 'no-host-matched', message });
    }
    const message = `${name} cannot be read: ${(error as Error).message}`;
    return err({ severity: 'error', code: 'invalid-limit', message });
  }
  const limits: Limit[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const value = line.trim();
    if (value === '' || value.startsWith('#')) continue;
    const column = line.indexOf(value) + 1;
    const place = { file: path, line: index + 1, column, endColumn: column + value.length, text: line };
    limits.push({ value, place });
  }
  if (limits.length > 0) return ok(limits);
  return err({ severity: 'error', code: 'no-host-matched', message: `${name} names no host` });
}
