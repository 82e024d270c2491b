import type { Result } from '../model/result.ts';

/** What reads texts that ansible-vault wrote. */
export interface Vault {
  /** The plain text; the failure is one sentence, such as `the vault password is wrong`. */
  decrypt(text: string): Result<string, string>;
}

export function isVaultText(text: string): boolean {
  return text.startsWith('$ANSIBLE_VAULT;');
}
