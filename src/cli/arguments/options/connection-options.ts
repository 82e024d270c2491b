import type { connectLimitOption, hostLimitOptions } from './limit-options.ts';
import type { ValuesOf } from './option-spec.ts';
import type { vaultOptions } from './vault-options.ts';

/**
 * How to reach hosts and which user to become there, in the words of Ansible's own commands. A variable of the inventory for
 * the same thing wins.
 */
export const connectionOptions = [
  {
    flags: '--ask',
    about: 'ask on the terminal about host keys that are not known, and for passphrases (never for hosts left to ssh)',
  },
  { flags: '-u, --user <name>', about: 'log in as this user' },
  { flags: '--private-key <file>', about: 'log in with this key' },
  {
    flags: '-k, --ask-pass',
    about: 'ask for the password to log in with',
    conflicts: ['connectionPasswordFile'],
  },
  {
    flags: '--connection-password-file <file>',
    about: 'file or script that gives that password; `-` is standard input',
  },
  { flags: '--ssh-common-args <args>', about: 'options for ssh, such as a ProxyCommand' },
  { flags: '--ssh-extra-args <args>', about: 'more options for ssh' },
  { flags: '-b, --become', about: 'become another user on the hosts' },
  { flags: '--become-user <name>', about: 'whom to become (root, if nothing else is said)' },
  {
    flags: '--become-method <method>',
    about: 'how to become that user (sudo, if nothing else is said)',
    choices: ['sudo', 'su', 'doas'],
  },
  {
    flags: '-K, --ask-become-pass',
    about: 'ask for the password to become that user',
    conflicts: ['becomePasswordFile'],
  },
  { flags: '--become-password-file <file>', about: 'file or script that gives that password; `-` is standard input' },
] as const;

/** The options of hosts and connections that a command may have. */
export type ConnectionOptions = ValuesOf<[typeof vaultOptions, typeof connectionOptions, typeof connectLimitOption]> &
  Partial<ValuesOf<[typeof hostLimitOptions]>>;
