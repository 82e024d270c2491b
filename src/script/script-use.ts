import type { Place, SourceFile } from '../model/source.ts';

/** What a playbook does with a script. */
export interface ScriptUse {
  /** The module's name, and where the playbook gives it. */
  readonly name: string;
  readonly place: Place;
  /** Undefined if it could not be read, as for other fields here. What depends on it is not checked then. */
  readonly args: readonly GivenValue[] | undefined;
  readonly globals: Readonly<Record<string, GivenGlobal>>;
  readonly run: { readonly kind: 'duration' | 'until-exit'; readonly seconds: number } | undefined;
  /** Where the playbook names the process of target(). */
  readonly targetProcess: Place | 'none' | 'unknown';
  readonly guru: 'yes' | 'no' | 'on-some-kernels' | 'unknown';
  /** The names that stap_options define, and its other keys that are set. Undefined if it could not be read. */
  readonly stapOptions: ReadonlySet<string> | undefined;
  /** The files of its tapsets, for whatever kernel. */
  readonly tapsets: readonly SourceFile[];
  /** How many bytes a string holds: MAXSTRINGLEN without its NUL. */
  readonly longestString: number;
  /** The globs of the play over `uname -r`; empty: any kernel. */
  readonly kernels: readonly string[] | undefined;
}

export interface GivenGlobal extends GivenValue {
  /** Where its name stands. */
  readonly namePlace: Place;
}

export interface GivenValue {
  /** Undefined if it is a template: the value is not known yet. */
  readonly text: string | undefined;
  /** The text of a template. */
  readonly template?: string;
  readonly place: Place;
}
