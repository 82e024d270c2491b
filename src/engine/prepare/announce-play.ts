import type { EventSink } from '../../model/event.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import type { SelectedPlay } from '../sources/select-plays.ts';

export function announcePlay(
  { play, hosts, builders }: Pick<SelectedPlay, 'hosts' | 'builders'> & { readonly play: Pick<PlannablePlay, 'name'> },
  events: EventSink,
): void {
  events.emit({
    kind: 'play-started',
    play: play.name,
    hosts: hosts.map(host => host.name),
    buildHosts: builders.map(host => host.name),
  });
}
