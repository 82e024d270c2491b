import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../../model/result.ts';

/**
 * `~` and `~name` at the beginning of a path, as ssh fills them in: the homes of accounts. An account that only a directory
 * service knows is not found; the failure is a clause.
 */
export function expandTilde(path: string, home: string): Result<string, string> {
  const [, name, rest = ''] = /^~([^/]*)(.*)$/s.exec(path) ?? [];
  if (name === undefined) return ok(path);
  const found = name === '' ? home : homeOf(name);
  return found === undefined ? err(`/etc/passwd has no account ${name}`) : ok(`${found}${rest}`);
}

function homeOf(account: string): string | undefined {
  let text = '';
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    // Then all accounts are somewhere else.
  }
  const fields = text.split('\n').map(line => line.split(':'));
  return fields.find(([name]) => name === account)?.[5];
}
