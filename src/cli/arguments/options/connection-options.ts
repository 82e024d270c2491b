import { defaultLimits } from '../../../model/default-limits.ts';
import { duration } from '../duration.ts';
import type { Parser, ValuesOf } from './option-spec.ts';
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
  {
    flags: '--connect-timeout <duration>',
    about: `how long a login may take (ssh_config's ConnectTimeout, else ${defaultLimits.connectSeconds}s)` as string,
    parse: duration(1, 1) as Parser<number>,
  },
] as const;

/** How long hosts may take for what they are told, in commands that tell them more than to log in. */
export const waitOptions = [
  {
    flags: '--probe-timeout <duration>',
    about: `how long a host may take to say what it is and has (${defaultLimits.probeSeconds}s)` as string,
    parse: duration(1, 1) as Parser<number>,
  },
  {
    flags: '--command-timeout <duration>',
    about:
      `how long a host may take to begin a command, to become a user, for preconditions, or to clean up (${defaultLimits.commandSeconds}s each)` as string,
    parse: duration(1, 1) as Parser<number>,
  },
] as const;

/** The options of hosts and connections that a command may have. */
export type ConnectionOptions = ValuesOf<[typeof vaultOptions, typeof connectionOptions]> &
  Partial<ValuesOf<[typeof waitOptions]>>;
