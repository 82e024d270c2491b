import pLimit from 'p-limit';
import type { CleanupMode, HostCleanup } from '../../model/cleanup.ts';
import { commandLimitMs, type Host, probeLimitMs } from '../../model/host.ts';
import type { RunId } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { checkRights } from '../../plan/checks/check-rights.ts';
import { planCleanup } from '../../plan/checks/plan-cleanup.ts';
import { noticesTo } from '../event-hub.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type Surveyed, surveyTargets } from '../fleet/survey.ts';
import type { CleanSelection } from '../sources/select-for-clean.ts';
import { type Cleaned, cleanHost } from './clean-host.ts';
import { sweepLocks } from './sweep-locks.ts';

export interface CleanContext {
  readonly fleet: Fleet;
  /** Limits the cleanup to what this run has left. */
  readonly run?: RunId;
  /** From the history of that run. */
  readonly trace: CleanSelection['trace'];
  readonly mode: CleanupMode;
  readonly forks: number;
  /** Hears what a person should know meanwhile. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Removes what runs have left on hosts. Throws only the reason of `signal`. */
export async function cleanHosts(hosts: readonly Host[], context: CleanContext): Promise<readonly HostCleanup[]> {
  const { fleet, forks, say, signal } = context;
  const asked = { packages: [], commands: [] };
  const surveyed = await surveyTargets(hosts, asked, { fleet, events: noticesTo(say), forks, signal });
  const limit = pLimit(forks);
  return Promise.all(surveyed.map(one => limit(() => cleanOne(one, context))));
}

async function cleanOne(surveyed: Surveyed, context: CleanContext): Promise<HostCleanup> {
  const { host } = surveyed;
  if (surveyed.kind !== 'ready') {
    return { host: host.name, result: surveyed.kind, failure: surveyed.failure };
  }
  const { facts } = surveyed;
  const named = context.trace?.get(host.name) ?? [];
  const { modules, folders, kept, unseen } = planCleanup(facts, { named, ...optional('run', context.run) });
  using _held = context.fleet.hold(host.name);
  const connection = await context.fleet.open(host);
  if (!connection.ok) {
    const result = context.fleet.unreached(host.name)?.fault === 'here' ? 'failed' : 'unreachable';
    return { host: host.name, result, failure: connection.error };
  }
  const { as } = checkRights(facts, host.connection.become);
  const { signal, mode, run } = context;
  const limitMs = commandLimitMs(host);
  const isClean = modules.length + folders.length === 0;
  const cleaned: Cleaned =
    isClean || mode === 'only-look'
      ? { modules, folders: folders.map(({ path }) => path), failed: [] }
      : await cleanHost(
          connection.value,
          facts,
          { modules, folders },
          { as, signal, limitMs, probeLimitMs: probeLimitMs(host), becomeUser: host.connection.become?.user },
        );
  const locks = await sweepLocks(connection.value, { mode, as, signal, limitMs, ...optional('run', run) });
  const failed = [
    ...cleaned.failed,
    ...unseen,
    ...locks.stuck.map(what => ({ what, why: 'nobody holds this lock, but it cannot be removed' })),
    ...(locks.problem === undefined ? [] : [{ what: 'locks', why: locks.problem }]),
  ];
  const done = { host: host.name, ...cleaned, locks: locks.removed, kept, failed };
  if (failed.length > 0) return { ...done, result: 'failed' };
  if (isClean && locks.removed.length === 0) return { ...done, result: 'clean' };
  return { ...done, result: mode === 'only-look' ? 'to-clean' : 'cleaned' };
}
