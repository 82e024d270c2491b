import type { ValuesOf } from './option-spec.ts';

/** Where vault passwords come from. */
export const vaultOptions = [
  {
    flags: '-J, --ask-vault-pass',
    about: 'ask for the vault password on the terminal',
    conflicts: ['vaultPasswordFile'],
  },
  {
    flags: '--vault-password-file <file>',
    about: 'file or script that gives a vault password; may be given again; also $ANSIBLE_VAULT_PASSWORD_FILE',
    several: true,
  },
  {
    flags: '--vault-id <[label@]source>',
    about: 'vault password for a label, from a file or `prompt`; may be given again',
    several: true,
  },
] as const;

export type VaultOptions = ValuesOf<[typeof vaultOptions]>;
