/** Which plays and scripts of a playbook. */
export const tagOptions = [
  {
    flags: '-t, --tags <tags>',
    about: 'only scripts and plays with one of these tags; also all, tagged, untagged',
    several: true,
  },
  { flags: '--skip-tags <tags>', about: 'not the scripts and plays with one of these tags', several: true },
] as const;

/** Where to begin. */
export const startOptions = [
  {
    flags: '--start-at <host>',
    about: 'begin with this host in the order of the plan; those before it are left out',
  },
  {
    flags: '--start-at-script <name>',
    about: 'begin with this script; those before it in the playbook are left out',
  },
] as const;
