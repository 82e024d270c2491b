import type { Secret } from '../../../model/secret.ts';
import type { DescriptorBudget } from '../../../process/descriptor-budget.ts';

/** What may be asked of the person at the terminal. Nobody is asked anything unless they said that they want to be. */
export interface Questions {
  /** The passphrase of a private key; undefined where none is given. */
  readonly passphrase: (path: string, signal: AbortSignal) => Promise<Secret | undefined>;
  /** Whether to trust a host key that is not known. */
  readonly trust: (server: string, key: string, signal: AbortSignal) => Promise<'yes' | 'no'>;
}

export interface SshTransportOptions {
  /** Where ssh's configuration, keys and known_hosts are looked for; without it in the home of the account, as ssh does. */
  readonly home?: string;
  /** Who may be asked about passphrases and host keys; without it nobody is. */
  readonly questions?: Questions;
  /** Hears what a person should know and what is no failure, such as a host key that is trusted from now on. */
  readonly say?: (text: string) => void;
  /** Of which each connection claims its descriptors; without it there is no end of them. */
  readonly descriptors?: DescriptorBudget;
}
