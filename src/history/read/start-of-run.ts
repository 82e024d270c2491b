import type { RunId } from '../../model/ids.ts';

/** When a run began, by its id, `20261123T004105Z-…`: ISO 8601 in UTC. */
export function startOfRun(id: RunId): string {
  return id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z');
}
