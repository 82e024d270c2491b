import { failsByPlan } from '../../model/outcome.ts';
import type { PlannedPlay, StopAtVanished } from '../../model/plan.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import type { Style } from '../layout/style.ts';
import { wrapText } from '../layout/wrap-text.ts';

/** The limits that a play sets for its rollout, and how long an unreachable host is waited for. */
export function rolloutRows(plan: PlannedPlay, columns: number, style: Style): readonly string[] {
  const { batches, rollout } = plan;
  const isAnyEnough = rollout.anyErrorsFatal || rollout.failuresAllowed === 0;
  const stops = isAnyEnough
    ? ['a host has failed']
    : [
        ...(rollout.canary === undefined ? [] : ['a host of the first batch has failed']),
        ...failureRule(plan),
        ...(batches.length < 2 ? [] : ['every host of a batch has failed']),
      ];
  const { stopped, retry, onScriptFailure } = rollout;
  if (batches.length === 0) return [];
  return [
    ...(rollout.stopAtVanished === undefined ? [] : wrapText(sayVanished(rollout.stopAtVanished), columns - 2)),
    ...(stops.length === 0 ? [] : wrapText(`stops when ${stops.join(', or ')}`, columns - 2)),
    ...(onScriptFailure === undefined ? [] : ["goes on with a host's other scripts when one of them fails"]),
    ...(retry === undefined ? [] : [sayRetry(retry.retries, retry.delaySeconds)]),
    ...(stopped === undefined ? [] : wrapText(`does not begin: ${printableText(stopped)}`, columns - 2).map(style.red)),
  ];
}

function failureRule({ hosts, rollout }: PlannedPlay): readonly string[] {
  const { counted, failuresAllowed } = rollout;
  if (failuresAllowed >= counted) return [];
  const already = hosts.filter(({ decision }) => failsByPlan(decision)).length;
  const has = already === 0 ? '' : ` (${already} ${already === 1 ? 'has' : 'have'} already)`;
  return [`more than ${failuresAllowed} of ${countOf(counted, 'host')} have failed${has}`];
}

function sayVanished({ hosts, percent }: StopAtVanished): string {
  const share = percent === undefined ? '' : ` (${percent} %)`;
  return `stops all when ${countOf(hosts, 'host')}${share} ${hosts === 1 ? 'has' : 'have'} vanished after a load, not at the first`;
}

function sayRetry(retries: number, delaySeconds: number): string {
  const times = retries === 1 ? 'once' : `${retries} times`;
  return `tries unreachable hosts again: ${times}, after ${formatSeconds(delaySeconds)} each`;
}
