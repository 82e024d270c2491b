import type { AuthHandlerMiddleware } from 'ssh2';
import type { Credentials } from './credentials.ts';
import type { AuthenticationLog } from './explain-connect-error.ts';

/** Makes the offers one after the other, those that the server would not take left out. */
export function offerKeys({ offers }: Credentials, log: AuthenticationLog): AuthHandlerMiddleware {
  const left = [...offers];
  return (methodsLeft, partialSuccess, next) => {
    // Both are null before the first answer, and ssh2 does not tell them after a key of an agent.
    log.accepts = methodsLeft ?? [];
    if (partialSuccess === true) log.wantsMore = true;
    let following = left.shift();
    while (following !== undefined && methodsLeft && !methodsLeft.includes(following.method)) following = left.shift();
    if (following === undefined) {
      // The types of ssh2 leave out that `false` ends the attempts.
      (next as unknown as (method: false) => void)(false);
      return;
    }
    log.offered.push(following.name);
    next(following.use);
  };
}
