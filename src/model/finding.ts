import type { Failure } from './outcome.ts';

/** The result of one check of a host, made before anything is built or loaded for it. */
export interface Finding {
  /** One word in kebab-case that stays the same between releases, such as `runtime`: a row's name in `tapbook doctor`. */
  readonly check: string;
  readonly status: FindingStatus;
  /** What was found or is wrong, in one line: `staprun 5.1 (systemtap-runtime 5.1-5)`. */
  readonly found: string;
  /** What would fix it, in one line for people. */
  readonly cure?: string;
  /** The same as commands for root on that host, each an argv; absent where somebody has to decide something first. */
  readonly fix?: Fix;
  /** The packages that `fix` installs: they are looked up in that host's package index before the fix is shown. */
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

/** Only `failed` keeps the host out. `unknown`: the host does not tell. */
export type FindingStatus = 'ok' | 'warning' | 'failed' | 'unknown';

export type Fix = readonly (readonly string[])[];

/** The findings that keep a host out, as failures of the plan. */
export function failuresOf(findings: readonly Finding[]): Failure[] {
  return findings
    .filter(({ status }) => status === 'failed')
    .map(({ found, cure }) => ({ stage: 'plan', cause: found, ...(cure === undefined ? {} : { cure }) }));
}
