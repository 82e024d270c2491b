import type { AnyAuthMethod, BaseAgent, ParsedKey } from 'ssh2';
import type { LoginMethod } from '../../ssh-config/ssh-server.ts';

/** One thing that proves who we are, and how a person calls it. */
export interface Offer {
  readonly name: string;
  /** Under which the server accepts it or does not (RFC 4252). */
  readonly method: LoginMethod;
  readonly use: AnyAuthMethod;
}

export function offerFile(username: string, path: string, key: ParsedKey): Offer {
  return { name: `key ${path}`, method: 'publickey', use: { type: 'publickey', username, key } };
}

/** One key of the agent and no other: ssh2 would offer all that it holds. */
export function offerAgentKey(username: string, name: string, agent: BaseAgent, key: ParsedKey): Offer {
  const one = Object.create(agent) as BaseAgent;
  one.getIdentities = callback => callback(undefined, [key]);
  return { name, method: 'publickey', use: { type: 'agent', username, agent: one } };
}

/** PAM asks no more at a time (PAM_MAX_NUM_MSG of Linux-PAM); of a server that does, none is answered. */
const mostQuestions = 32;

/** Servers with PAM often take a password only as the answer to a question. */
export function offerPassword(username: string, password: string): readonly Offer[] {
  let isAnswered = false;
  return [
    { name: 'the password', method: 'password', use: { type: 'password', username, password } },
    {
      name: 'the password, as an answer',
      method: 'keyboard-interactive',
      use: {
        type: 'keyboard-interactive',
        username,
        prompt: (_name, _instructions, _language, prompts, finish) => {
          // Asked again: the password was wrong. Once more would only bring the account nearer to being locked.
          const isRefused = isAnswered || prompts.length > mostQuestions;
          const answers = isRefused ? [] : prompts.map(prompt => (prompt.echo ? '' : password));
          isAnswered ||= prompts.length > 0;
          finish(answers);
        },
      },
    },
  ];
}
