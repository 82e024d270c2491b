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
  /** What `fix` installs: to be looked up in that host's package index before anybody is told to install it. */
  readonly packages?: readonly WantedPackage[];
}

/** A package by its name and, where only one will do, its version. */
export interface WantedPackage {
  readonly name: string;
  /** As the host's package manager has it: `6.1.192-2`, `5.14.0-427.13.1.el9_4`. */
  readonly version?: string;
  /** rpm: part of what is asked for, as in `kernel-devel-VERSION.x86_64`. */
  readonly arch?: string;
  /** A glob over the names of the same package for other kernels: `linux-headers-*-cloud-amd64`. */
  readonly siblings?: string;
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
