import type { Finding, Fix } from '../../model/finding.ts';
import { optional } from '../../model/optional.ts';
import type { CheckName } from './check-rules.ts';

/** What would fix a finding: a line for people, and commands for root where nothing has to be decided first. */
export interface Remedy {
  readonly cure?: string | undefined;
  readonly fix?: Fix | undefined;
  readonly packages?: Finding['packages'] | undefined;
}

export function passes(check: CheckName, found: string): Finding {
  return { check, status: 'ok', found };
}

/** For what the host does not tell. */
export function staysUnknown(check: CheckName, found: string, remedy: Remedy = {}): Finding {
  return { check, status: 'unknown', found, ...given(remedy) };
}

export function warns(check: CheckName, found: string, remedy: Remedy = {}): Finding {
  return { check, status: 'warning', found, ...given(remedy) };
}

export function fails(check: CheckName, found: string, remedy: Remedy = {}): Finding {
  return { check, status: 'failed', found, ...given(remedy) };
}

function given({ cure, fix, packages }: Remedy): Pick<Finding, 'cure' | 'fix' | 'packages'> {
  return { ...optional('cure', cure), ...optional('fix', fix), ...optional('packages', packages) };
}
