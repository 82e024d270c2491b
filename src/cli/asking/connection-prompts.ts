import { printableText } from '../../model/printable-text.ts';
import type { Questions } from '../../transport/ssh/keys/questions.ts';
import { ask } from './ask.ts';

/** What connections tell and ask the person who runs tapbook. */
export interface ConnectionPrompts {
  readonly say: (text: string) => void;
  /** Only with `--ask`. */
  readonly questions?: Questions;
}

/** Lets connections tell the person who runs tapbook something, and with `--ask` ask. */
export function connectionPrompts(options: { readonly ask?: boolean }, say: (text: string) => void): ConnectionPrompts {
  return options.ask === true ? { say, questions: askOnTerminal(say) } : { say };
}

/** A question without an answer counts as no; the reason is said. */
export function askOnTerminal(say: (text: string) => void): Questions {
  return {
    async passphrase(path, signal) {
      const prompt = `Passphrase of ${printableText(path)}: `;
      const answer = await ask({ answer: 'hidden', prompt, what: 'passphrase', cure: `ssh-add ${path}`, signal });
      if (!answer.ok) say(answer.error.message);
      return answer.ok ? answer.value : undefined;
    },
    async trust(server, key, signal) {
      const prompt = `The host key of ${printableText(server)} is not known: ${printableText(key)}\nTrust it (yes/no)? `;
      const answer = await ask({ answer: 'shown', prompt, what: 'answer', cure: 'tapbook trust', signal });
      if (!answer.ok) say(answer.error.message);
      return answer.ok && /^y(?:es)?$/i.test(answer.value.reveal().trim()) ? 'yes' : 'no';
    },
  };
}
