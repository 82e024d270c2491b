import type { SupplyOptions } from '../../module/binaries/binary-supply.ts';
import { ask } from './ask.ts';

/** Asks on the terminal before a binary is copied from a target (`binaries: ask`). */
export function askToFetch(signal: AbortSignal): NonNullable<SupplyOptions['ask']> {
  return async question => {
    const prompt = `${question} (yes/no) `;
    const cure = 'set binaries: fetch in the play';
    const answer = await ask({ answer: 'shown', prompt, what: 'answer', cure, signal });
    if (!answer.ok) return 'nobody';
    return /^y(?:es)?$/i.test(answer.value.reveal().trim()) ? 'yes' : 'no';
  };
}
