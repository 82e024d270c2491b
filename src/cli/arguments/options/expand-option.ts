/** For commands that run no program of a playbook by themselves. */
export const expandOption = [
  { flags: '--expand', about: 'run the commands of `expand` in the playbook, to look at the scripts that they print' },
] as const;

/** For commands that run them in folders that are trusted. */
export const runExpandOption = [
  { flags: '--expand', about: 'run the commands of `expand` in the playbook, also in a folder that is not trusted' },
] as const;
