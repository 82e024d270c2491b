import type { Finding, Fix } from '../../model/finding.ts';
import { optional } from '../../model/optional.ts';
import type { CheckName } from './check-rules.ts';

/** What would mend a thing: the line for a person, and commands for root where nothing has to be decided first. */
export interface Mending {
  readonly cure?: string | undefined;
  readonly fix?: Fix | undefined;
  readonly packages?: Finding['packages'] | undefined;
}

export function passes(check: CheckName, found: string): Finding {
  return { check, status: 'ok', found };
}

/** The host does not say. */
export function isUnknown(check: CheckName, found: string, mending: Mending = {}): Finding {
  return { check, status: 'unknown', found, ...given(mending) };
}

export function warns(check: CheckName, found: string, mending: Mending = {}): Finding {
  return { check, status: 'warning', found, ...given(mending) };
}

export function fails(check: CheckName, found: string, mending: Mending = {}): Finding {
  return { check, status: 'failed', found, ...given(mending) };
}

function given({ cure, fix, packages }: Mending): Pick<Finding, 'cure' | 'fix' | 'packages'> {
  return { ...optional('cure', cure), ...optional('fix', fix), ...optional('packages', packages) };
}
