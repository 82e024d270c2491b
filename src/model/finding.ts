import type { Failure } from './outcome.ts';

/** One thing that was looked at on a host before anything is built or loaded for it, and what came of it. */
export interface Finding {
  /** One word in kebab-case that stays the same between releases, such as `runtime`: a row's name in `tapbook doctor`. */
  readonly check: string;
  readonly status: FindingStatus;
  /** What was found, in one line: `staprun 5.1 (systemtap-runtime 5.1-5)`, or what is wrong. */
  readonly found: string;
  /** What would mend it, in one line, for a person. */
  readonly cure?: string;
  /** The same as commands for root on that host, each an argv, where nothing has to be decided by a person first. */
  readonly fix?: Fix;
}

/** `failed` keeps the host out; `warning` does not; `unknown`: the host does not say, so it does not either. */
export type FindingStatus = 'ok' | 'warning' | 'failed' | 'unknown';

export type Fix = readonly (readonly string[])[];

/** The findings that keep a host out, as failures of the plan. */
export function failuresOf(findings: readonly Finding[]): Failure[] {
  return findings
    .filter(({ status }) => status === 'failed')
    .map(({ found, cure }) => ({ stage: 'plan', cause: found, ...(cure === undefined ? {} : { cure }) }));
}
