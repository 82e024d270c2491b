import type { Inventory } from '../../inventory/inventory.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';

/** Whether something comes from files that no finding may quote. */
export interface Origin {
  readonly hasUnquoted: boolean;
  /** Files of which a finding has lines. */
  readonly unquotedFiles?: readonly string[];
}

/** Findings that name values of variables, any of which may come from such a file. */
export function quotableValues(
  findings: readonly Diagnostic[],
  { unquoted }: Pick<Inventory, 'unquoted'>,
  ...others: readonly Origin[]
): readonly Diagnostic[] {
  return unquoted !== undefined || others.some(one => one.hasUnquoted)
    ? findings.map(one => withhold(one, others))
    : findings;
}

/** Findings that name hosts, groups or patterns. */
export function quotableNames(
  findings: readonly Diagnostic[],
  { unquoted }: Pick<Inventory, 'unquoted'>,
  ...others: readonly Origin[]
): readonly Diagnostic[] {
  return unquoted === 'all' || others.some(one => one.hasUnquoted)
    ? findings.map(one => withhold(one, others))
    : findings;
}

function withhold(finding: Diagnostic, origins: readonly Origin[]): Diagnostic {
  const { place } = finding;
  const isFromThere = place !== undefined && origins.some(one => one.unquotedFiles?.includes(place.file));
  return { ...finding, unquoted: true, ...(isFromThere ? { place: { ...place, unquoted: true } } : {}) };
}
