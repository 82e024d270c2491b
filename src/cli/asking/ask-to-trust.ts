import { printableText } from '../../model/printable-text.ts';
import type { Questions } from '../../transport/ssh/keys/questions.ts';
import { ask } from './ask.ts';

/**
 * Asks on the terminal before a host key is written; `all` is yes for those that are still to come. A question without an
 * answer counts as no; the reason is said.
 */
export function askToTrust(say: (text: string) => void): Pick<Questions, 'trust'> {
  let all = false;
  return {
    async trust(server, key, signal) {
      if (all) return 'yes';
      const prompt = `${printableText(server)} shows ${printableText(key)}\nWrite it into known_hosts (yes/no/all)? `;
      const cure = 'say --yes to write new keys without a question';
      const answer = await ask({ answer: 'shown', prompt, what: 'answer', cure, signal });
      if (!answer.ok) say(answer.error.message);
      const word = answer.ok ? answer.value.reveal().trim() : '';
      all = /^a(?:ll)?$/i.test(word);
      return all || /^y(?:es)?$/i.test(word) ? 'yes' : 'no';
    },
  };
}
