import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { HostName } from '../../model/ids.ts';
import { printableText } from '../../model/printable-text.ts';
import { formatSeconds, wholeSeconds } from '../layout/amounts.ts';
import type { PlayTally } from '../tally/run-tally.ts';
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
  if (play.plan === undefined) {
    const targets = play.hosts.filter(host => !play.probes.has(host));
    const builders = play.buildHosts.filter(host => !play.buildHostProbes.has(host));
    const told = [...few('', targets), ...few(builders.length === 1 ? 'build host ' : 'build hosts ', builders)];
    return told.length === 0 ? undefined : `${told.join(' and ')} at probe`;
  }
  const modules = [...play.builds.values()]
    .filter(({ result }) => result === undefined)
    .map(({ begun }) => `${begun.module} on ${begun.buildHost}`);
  const canaries = [...play.canaries.values()].map(
    ({ begun }) => `the canary for ${begun.release} on ${begun.buildHost}`,
  );
  const under = [...new Set([...canaries, ...modules])];
  if (under.length > 0) return `${foldHostsWithin(under, 60)} at build`;
  const { batch } = play;
  const hosts = batch?.hosts.filter(host => !play.outcomes.has(host)) ?? [];
  if (hosts.length === 0 && play.awaited.length > 0) return `${foldHostsWithin(play.awaited, 60)} at probe`;
  if (batch === undefined || hosts.length === 0) return undefined;
  const which = batch.of > 1 ? `, batch ${batch.batch} of ${batch.of}` : '';
  return `${foldHostsWithin(hosts, 60)} at run${which}${sayWhenDue(play, hosts, now)}`;
}

function few(noun: string, hosts: readonly HostName[]): string[] {
  return hosts.length === 0 ? [] : [`${noun}${foldHostsWithin(hosts, 60)}`];
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
