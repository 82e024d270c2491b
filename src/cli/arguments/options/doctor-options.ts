import type { DoctorRequest } from '../../../engine/sources/select-for-doctor.ts';
import { expandOption } from './expand-option.ts';
import { doctorFormat } from './format-options.ts';
import { inventoryOptions } from './inventory-options.ts';
import type { Filling, NotGiven, ValuesOf } from './option-spec.ts';
import { ofPlaybook } from './playbook-options.ts';
import { vaultOptions } from './vault-options.ts';

const doctorOptions = [
  {
    flags: '--hosts <pattern>',
    about: 'without a playbook: these targets (all but the build hosts, if nothing is said)',
  },
  {
    flags: '--build-hosts <pattern>',
    about: 'without a playbook: these build hosts (the group build_hosts, if there is one)',
  },
  {
    flags: '--fix',
    about: 'print one script for each host with the commands that mend it, to read and run as root',
  },
  { flags: '--apply-fixes', about: 'run these commands on the hosts, after asking', conflicts: ['fix'] },
  { flags: '-y, --yes', about: 'do not ask' },
] as const;

export const ofDoctor: readonly [
  typeof inventoryOptions,
  typeof doctorFormat,
  typeof vaultOptions,
  ...typeof ofPlaybook,
  typeof expandOption,
  typeof doctorOptions,
] = [inventoryOptions, doctorFormat, vaultOptions, ...ofPlaybook, expandOption, doctorOptions];

export type DoctorOptions = Filling<Omit<DoctorRequest, NotGiven | 'ref'>, ValuesOf<typeof ofDoctor>>;
