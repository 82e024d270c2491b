import type { ScriptFinished } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import { toJsonLine } from '../layout/json-line.ts';
import { playOutcomes } from '../tally/play-outcomes.ts';
import type { RunPage } from './run-page.ts';

/** A run of the history, or one of its hosts with how its scripts ended, as one JSON object: `schemas/show.schema.json`. */
export function formatRunAsJson(
  { entry, tally, notices, trouble }: RunPage,
  host: HostName | undefined,
  ends: readonly ScriptFinished[],
): string {
  const head = entry.state === 'unreadable' ? { reason: entry.reason } : entry.head;
  const plays = tally.plays.map(play => ({
    name: play.name,
    hosts: Object.fromEntries([...playOutcomes(play, tally)].filter(([name]) => host === undefined || name === host)),
    builds: [...play.builds.values()].map(({ begun, result }) => ({
      build: begun.build,
      buildHost: begun.buildHost,
      ...(result === undefined ? {} : { result }),
    })),
  }));
  const { id, directory, state } = entry;
  const own = host === undefined ? {} : { host, scripts: ends };
  return toJsonLine({ ...head, id, directory, state, ...own, plays, notices, trouble });
}
