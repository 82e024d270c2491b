import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2';
import type { Credentials } from './credentials.ts';
import type { AuthenticationLog } from './explain-connect-error.ts';

/** Offers the agent's keys and then those in files, as ssh does; never a password, never a prompt. */
export function offerKeys({ user: username, agent, keys }: Credentials, log: AuthenticationLog): AuthHandlerMiddleware {
  const methods: { readonly name: string; readonly method: AnyAuthMethod }[] = [
    ...(agent === undefined
      ? []
      : [{ name: agent.name, method: { type: 'agent' as const, username, agent: agent.agent } }]),
    ...keys.map(({ path, key }) => ({
      name: `key ${path}`,
      method: { type: 'publickey' as const, username, key },
    })),
  ];
  return (methodsLeft, partialSuccess, next) => {
    // Both are null before the first attempt.
    log.accepts = methodsLeft ?? [];
    log.wantsMore = partialSuccess === true;
    const following = methods.shift();
    if (following === undefined || log.wantsMore) {
      // The types of ssh2 leave out that `false` ends the attempts.
      (next as unknown as (method: false) => void)(false);
      return;
    }
    log.offered.push(following.name);
    next(following.method);
  };
}
