import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf } from '../layout/amounts.ts';
import type { PlayTally } from '../tally/play-tally.ts';

/** `vanished after a load: db[1,2] (2 hosts; 3 stop the rollout)`; nothing where none has. */
export function sayVanishedHosts({ outcomes, plan }: Pick<PlayTally, 'outcomes' | 'plan'>, columns: number): string[] {
  const vanished = [...outcomes].flatMap(([host, outcome]) =>
    outcome.kind === 'unreachable' && outcome.vanishedAfterLoad === true ? [printableText(host)] : [],
  );
  if (vanished.length === 0) return [];
  const most = plan?.rollout.stopAtVanished?.hosts ?? 1;
  const told = ` (${countOf(vanished.length, 'host')}; ${most === 1 ? 'the first stops' : `${most} stop`} the rollout)`;
  const room = columns - told.length - 'vanished after a load: '.length;
  return [`vanished after a load: ${foldHostsWithin(vanished, Math.max(20, room))}${told}`];
}
