import type { CheckRequest } from '../../../engine/sources/check-playbook.ts';
import { expandOption } from './expand-option.ts';
import { ofInventory } from './inventory-options.ts';
import type { Filling, NotGiven, ValuesOf } from './option-spec.ts';
import { revisionOption } from './saved-plan-options.ts';

const stapOptions = [
  { flags: '--stap', about: "let this machine's stap look at the scripts too" },
  { flags: '--stap-path <file>', about: 'the same with the stap that stands there' },
  {
    flags: '--kernel <release|dir>',
    about: 'the kernel, or the folder of its tree, against which stap resolves probe points',
  },
] as const;

export const ofCheck: readonly [...typeof ofInventory, typeof revisionOption, typeof expandOption, typeof stapOptions] =
  [...ofInventory, revisionOption, expandOption, stapOptions];

/** Not for `check`, which looks at all plays and scripts. */
type Elsewhere = NotGiven | 'tags' | 'skipTags' | 'startAt' | 'startAtScript' | 'binaries';

export type CheckOptions = Filling<Omit<CheckRequest, Elsewhere>, ValuesOf<typeof ofCheck>>;
