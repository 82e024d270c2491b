/** How much is printed. */
export const viewOptions = [
  {
    flags: '-q, --quiet',
    about: 'print only what is wrong; of an apply also what changed since the one before',
  },
  { flags: '-v, --verbose', about: 'say more of each host' },
] as const;

/** How lines of scripts are shown. */
export const lineOptions = [
  {
    flags: '--no-prefix',
    about: 'print the lines of scripts without `HOST | ` (those of their stderr keep `HOST ! `)',
  },
  {
    flags: '--timestamps',
    about: 'before each line of a script, when it reached this machine, by its clock, in UTC',
  },
  {
    flags: '--fold',
    about: 'print no lines while it runs, but at the end what hosts printed, equal outputs once: OUTPUT db[01-30]',
  },
  { flags: '--diff', about: 'as --fold, but outputs that differ from the commonest one as a diff against it' },
] as const;
