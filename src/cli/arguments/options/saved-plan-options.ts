import { InvalidArgumentError } from '@commander-js/extra-typings';
import { duration } from '../duration.ts';
import type { Parser } from './option-spec.ts';

export const revisionOption = [
  {
    flags: '--ref <revision>',
    about: 'read playbook, scripts, inventory and variables as they were at a revision of git',
    conflicts: ['onDrift', 'planDigest'],
  },
] as const;

/** Options for a plan that `plan --out` has saved, and for what git says of a playbook. */
export const savedPlanOptions = [
  {
    flags: '--require-clean',
    about: 'refuse where playbook, scripts or inventory are not as git has them committed',
  },
  {
    flags: '--on-drift <what>',
    about:
      "of a saved plan's hosts that are not as planned: touch nothing, leave them out, or plan them anew (the play's on_drift, else fail)",
    choices: ['fail', 'skip', 'replan'],
  },
  {
    flags: '--max-plan-age <duration>',
    about: 'refuse saved plans that are older, such as 12h (7d)',
    parse: duration(1, 3650) as Parser<number>,
  },
  {
    flags: '--plan-digest <sha256>',
    about: 'refuse every saved plan but the one with this digest',
    parse: hexDigits as Parser<string>,
  },
] as const;

function hexDigits(text: string): string {
  if (!/^[0-9a-f]{12,64}$/.test(text))
    throw new InvalidArgumentError('Give the digest, or its first 12 digits at least.');
  return text;
}
