import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { HostName } from '../../model/ids.ts';
import { printableText } from '../../model/printable-text.ts';
import { formatSeconds, wholeSeconds } from '../layout/amounts.ts';
import { hasModules } from '../tally/has-modules.ts';
import type { PlayTally } from '../tally/play-tally.ts';
import { scriptLimits } from '../tally/script-limits.ts';

/**
 * One line that names the hosts or builds that are waited for, and the stage; undefined where there are none. `now` and the
 * time of the last event, `heardAt`, are milliseconds since the epoch.
 */
export function describeWaiting(play: PlayTally, now: number, heardAt: number): string | undefined {
  const what = namesWaitedFor(play, now);
  if (what === undefined) return undefined;
  return printableText(`nothing heard for ${formatSeconds(wholeSeconds(now - heardAt))}: waiting for ${what}`);
}

function namesWaitedFor(play: PlayTally, now: number): string | undefined {
  const builds = buildsWaitedFor(play);
  if (play.plan === undefined) {
    const targets = play.hosts.filter(host => !play.probes.has(host));
    const builders = play.buildHosts.filter(host => !play.buildHostProbes.has(host));
    const asked = [...few('', targets), ...few(builders.length === 1 ? 'build host ' : 'build hosts ', builders)];
    return join([...(asked.length === 0 ? [] : [`${asked.join(' and ')} at probe`]), ...builds]);
  }
  const { batch } = play;
  const planned = new Map(play.plan.hosts.map(host => [host.name, host]));
  const hosts = batch?.hosts.filter(host => !play.outcomes.has(host) && hasModules(play, planned.get(host))) ?? [];
  if (batch === undefined || hosts.length === 0) {
    const late = play.awaited.length === 0 ? [] : [`${foldHostsWithin(play.awaited, 60)} at probe`];
    return join(builds.length === 0 ? late : builds);
  }
  const which = batch.of > 1 ? `, batch ${batch.batch} of ${batch.of}` : '';
  return join([
    ...builds,
    `${foldHostsWithin(hosts, 60)} at run${which}${sayArming(play, hosts)}${sayWhenDue(play, hosts, now)}`,
  ]);
}

/** What is being built now, where anything is. */
function buildsWaitedFor({ builds, canaries }: PlayTally): readonly string[] {
  const modules = [...builds.values()]
    .filter(({ result }) => result === undefined)
    .map(({ begun }) => `${begun.module} on ${begun.buildHost}`);
  const minimal = [...canaries.values()].map(({ begun }) => `the canary for ${begun.release} on ${begun.buildHost}`);
  const under = [...new Set([...minimal, ...modules])];
  return under.length === 0 ? [] : [`${foldHostsWithin(under, 60)} at build`];
}

function join(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join(' and ');
}

function few(noun: string, hosts: readonly HostName[]): string[] {
  return hosts.length === 0 ? [] : [`${noun}${foldHostsWithin(hosts, 60)}`];
}

function sayArming({ arming }: PlayTally, hosts: readonly HostName[]): string {
  const slow = hosts.filter(host => arming.has(host));
  return slow.length === 0 ? '' : `; the kernel arms the probes of ${foldHostsWithin(slow, 60)}`;
}

/** Where every one of them is in a script, a silence may be just what was ordered. */
function sayWhenDue(play: PlayTally, hosts: readonly HostName[], now: number): string {
  const planned = new Map(play.plan?.hosts.map(host => [host.name, host]));
  const limits = hosts.map(host => scriptLimits(play, host, planned.get(host)));
  const last = Math.max(...limits.flat());
  return limits.some(of => of.length === 0) || last <= now || !Number.isFinite(last)
    ? ''
    : `; scripts have up to ${formatSeconds(wholeSeconds(last - now))} left`;
}
