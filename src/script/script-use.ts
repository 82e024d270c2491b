import type { Place } from '../model/source.ts';

/** What a playbook does with a script. */
export interface ScriptUse {
  /** The module's name, and where the playbook gives it. */
  readonly name: string;
  readonly place: Place;
  readonly args: readonly GivenValue[];
  readonly globals: Readonly<Record<string, GivenGlobal>>;
  readonly run: { readonly kind: 'duration' | 'until-exit'; readonly seconds: number };
  readonly guru: 'yes' | 'no' | 'on-some-kernels';
  /** How many bytes a string holds: MAXSTRINGLEN without its NUL. */
  readonly longestString: number;
  /** The play's globs over `uname -r`; none: any kernel. */
  readonly kernels: readonly string[];
}

export interface GivenGlobal extends GivenValue {
  /** Where its name stands. */
  readonly namePlace: Place;
}

export interface GivenValue {
  /** Undefined where it is a template: its value is not known yet. */
  readonly text: string | undefined;
  readonly place: Place;
}
