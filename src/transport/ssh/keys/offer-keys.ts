import type { AuthHandlerMiddleware } from 'ssh2';
import { printableLine } from '../../../model/printable-text.ts';
import type { AuthenticationLog } from '../client/explain-connect-error.ts';
import type { Credentials } from './credentials.ts';
import type { Offer } from './offers.ts';

/** What a server says of its methods stands in a message; RFC 4252 knows four, and their names have at most 64 characters. */
const mostMethods = 10;
const longestMethod = 64;

/** Makes the offers one after the other, those left out that the server would not take or that are not allowed by then. */
export function offerKeys(
  { offers }: Credentials,
  log: AuthenticationLog,
  allowed: () => 'all' | 'keys-only',
): AuthHandlerMiddleware {
  const left = [...offers];
  return (methodsLeft, partialSuccess, next) => {
    // Both are null before the first answer, and ssh2 does not tell them after a key of an agent.
    log.accepts = (methodsLeft ?? []).slice(0, mostMethods).map(method => printableLine(method, longestMethod));
    if (partialSuccess === true) log.wantsMore = true;
    const isOfUse = ({ method }: Offer): boolean =>
      (!methodsLeft || methodsLeft.includes(method)) && (allowed() === 'all' || method === 'publickey');
    let following = left.shift();
    while (following !== undefined && !isOfUse(following)) following = left.shift();
    if (following === undefined) {
      // The types of ssh2 leave out that `false` ends the attempts.
      (next as unknown as (method: false) => void)(false);
      return;
    }
    log.offered.push(following.name);
    next(following.use);
  };
}
