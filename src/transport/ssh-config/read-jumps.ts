import { err, ok, type Result } from '../../model/result.ts';
import { expandTokens, type Tokens } from './expand-tokens.ts';
import type { Misfit } from './misfit.ts';
import type { ConfigLine } from './read-config-file.ts';
import { atLine } from './read-settings.ts';

/** One bastion of `ProxyJump`; what it leaves open, the configuration for its own name says. */
export interface Jump {
  /** As it was written. */
  readonly text: string;
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
}

/** The bastions of a `ProxyJump` line, the first one to connect to first: `[user@]host[:port]` or `ssh://…`, commas between. */
export function readJumps(line: ConfigLine, tokens: Tokens): Result<readonly Jump[], Misfit> {
  const jumps: Jump[] = [];
  // As ssh does, what follows the list is passed over.
  const expanded = expandTokens(line.words[0] ?? '', tokens);
  if (!expanded.ok) return err(atLine(expanded.error, line));
  for (const text of expanded.value.split(',')) {
    const match = /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:@/]+))(?::(\d{1,5}))?\/?$/.exec(text.trim());
    const host = match?.[2] ?? match?.[3];
    const port = match?.[4] === undefined ? undefined : Number(match[4]);
    if (host === undefined || host.startsWith('-') || port === 0 || (port ?? 1) > 65_535) {
      return err(atLine({ kind: 'ssh-config', cause: `"${text}" is no bastion; write user@host:port` }, line));
    }
    const user = match?.[1];
    jumps.push({ text, host, ...(port === undefined ? {} : { port }), ...(user === undefined ? {} : { user }) });
  }
  return ok(jumps);
}
