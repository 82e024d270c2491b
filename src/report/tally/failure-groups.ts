import type { HostName, ModuleName } from '../../model/ids.ts';
import { nameScripts } from '../../model/join-script-outcomes.ts';
import type { Failure, HostOutcome, OutcomeKind, ScriptOutcome } from '../../model/outcome.ts';

/** What several hosts have in common to say: equal words are said once. */
export interface FailureGroup {
  readonly kind: Exclude<OutcomeKind, 'ok'>;
  readonly hosts: readonly HostName[];
  readonly stage?: Failure['stage'];
  readonly cause: string;
  readonly cure?: string;
  /** Of the first host: what is behind the cause may differ in addresses and times. */
  readonly detail?: string;
}

/** Everything that is not well, in the order in which it first appears. */
export function groupFailures(outcomes: Iterable<readonly [HostName, HostOutcome]>): FailureGroup[] {
  const groups = new Map<string, FailureGroup & { readonly hosts: HostName[] }>();
  for (const [host, outcome] of outcomes) {
    for (const told of whatIsTold(outcome)) {
      const key = JSON.stringify([told.kind, told.stage, told.cause, told.cure]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { ...told, hosts: [host] });
      else if (!group.hosts.includes(host)) group.hosts.push(host);
    }
  }
  return [...groups.values()];
}

function whatIsTold({ scripts, ...outcome }: HostOutcome): Omit<FailureGroup, 'hosts'>[] {
  return scripts === undefined ? tell(outcome) : tellByScript(scripts);
}

/** What scripts have in common to say is said once, with the names of all of them. */
function tellByScript(scripts: readonly ScriptOutcome[]): Omit<FailureGroup, 'hosts'>[] {
  const alike = new Map<string, { readonly told: Omit<FailureGroup, 'hosts'>; readonly modules: ModuleName[] }>();
  for (const { module, ...rest } of scripts) {
    for (const told of tell(rest)) {
      const key = JSON.stringify([told.kind, told.stage, told.cause, told.cure]);
      const group = alike.get(key) ?? { told, modules: [] };
      group.modules.push(module);
      alike.set(key, group);
    }
  }
  return [...alike.values()].map(({ told, modules }) => ({ ...told, cause: nameScripts(modules, told.cause) }));
}

function tell(outcome: HostOutcome): Omit<FailureGroup, 'hosts'>[] {
  switch (outcome.kind) {
    case 'ok':
      return [];
    case 'degraded':
    case 'interrupted':
      return (outcome.notes ?? []).map(cause => ({ kind: outcome.kind, cause }));
    case 'skipped':
      return [
        { kind: 'skipped', cause: outcome.reason, ...(outcome.cure === undefined ? {} : { cure: outcome.cure }) },
      ];
    case 'not-started':
      return [{ kind: 'not-started', cause: outcome.reason }];
    case 'failed':
    case 'unreachable':
    case 'left-behind':
      return [{ ...outcome.failure, kind: outcome.kind }];
  }
}
