import type { Place } from '../model/source.ts';

/** What a playbook does with a script. */
export interface ScriptUse {
  /** The module's name, and where the playbook gives it. */
  readonly name: string;
  readonly place: Place;
  /** Undefined where it could not be read, as with others here: then nothing is said of what depends on it. */
  readonly args: readonly GivenValue[] | undefined;
  readonly globals: Readonly<Record<string, GivenGlobal>>;
  readonly run: { readonly kind: 'duration' | 'until-exit'; readonly seconds: number } | undefined;
  readonly guru: 'yes' | 'no' | 'on-some-kernels' | 'unknown';
  /** How many bytes a string holds: MAXSTRINGLEN without its NUL. */
  readonly longestString: number;
  /** The play's globs over `uname -r`; none: any kernel. */
  readonly kernels: readonly string[] | undefined;
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
