import type { PlaysRequest } from '../../src/engine/sources/requests.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import { eventsOf } from '../support/tapbook.ts';
import { type Applied, type ApplyWishes, type EngineRig, startEngine } from './engine-rig.ts';

/** Of the hosts and kernels that a rollout is tried on. */
export const newer = '6.1.0-57-cloud-amd64';

/** Ten hosts `db`, of which four are `few` too; `other` is a build host that is used only where it is named. */
export const startRollouts = (): Promise<EngineRig> =>
  startEngine('[build_hosts]\nbuilder\n\n[others]\nother\n\n[db]\ndb[0:9]\n\n[few]\ndb[0:3]\n');

/** A play with rules, by the name of its hosts. */
export const playbook = (rules = '', hosts = 'few', script = 'io'): string =>
  `- name: ${hosts}\n  hosts: ${hosts}\n${rules}  scripts: [{ name: ${script}, inline: 'probe begin { exit() }', duration: 10s }]\n`;

/** Rules by which hosts with the newer kernel have their modules from `other`. */
export const newerFromOther: string = `  kernels:\n    - { release: "${newer}", build_hosts: other }\n    - { release: "*" }\n`;

export const well: HostOutcome = { kind: 'ok' };
export const failed: HostOutcome = { kind: 'failed', failure: { stage: 'load', cause: 'ERROR: no' } };

/** Ends these hosts as failed, and all others well. */
export function failing(...hosts: readonly string[]): (host: string) => HostOutcome {
  return host => (hosts.includes(host) ? failed : well);
}

export interface RolloutRun extends Applied {
  /** The hosts of each batch: `db0,db1`. */
  readonly batches: readonly string[];
  /** Why the rollout of each play was stopped. */
  readonly stops: readonly string[];
  /** `db0 1/2`. */
  readonly retries: readonly string[];
  /** In the order in which they were begun. */
  readonly hosts: readonly string[];
  /** The outcomes in the order of plays and names. */
  readonly told: readonly string[];
}

export async function runRollout(
  engine: EngineRig,
  text: string,
  wishes: ApplyWishes = {},
  request: Partial<PlaysRequest> = {},
): Promise<RolloutRun> {
  const applied = await engine.apply(await engine.open(await engine.write('play.yml', text), request), wishes);
  const { events, begun, outcomes } = applied;
  return {
    ...applied,
    batches: eventsOf(events, 'batch-started').map(({ hosts }) => hosts.join()),
    stops: eventsOf(events, 'rollout-stopped').map(({ reason }) => reason),
    retries: eventsOf(events, 'host-retry').map(({ host, retry, of }) => `${host} ${retry}/${of}`),
    hosts: begun.map(one => one.replace(/:.*/, '')),
    told: outcomes.toSorted(),
  };
}
