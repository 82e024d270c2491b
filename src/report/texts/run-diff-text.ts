import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { type Colour, createStyle } from '../layout/style.ts';
import type { HostsChange, ModuleChange, PlayDiff, RunDiff } from '../tally/diff-runs.ts';

/** What changed between two runs, each line with its newline. */
export function formatRunDiff(
  diff: RunDiff,
  ids: readonly [from: string, to: string],
  { colour, columns }: { readonly colour: Colour; readonly columns: number },
): string {
  const told = tellChanges(diff, { colour, columns });
  const lines = told.length > 0 ? [...told] : ['the same hosts, kernels, modules, globals and outcomes'];
  const { from, to } = diff.seconds;
  const took = (seconds: number | undefined) => (seconds === undefined ? 'cut short' : formatSeconds(seconds));
  lines.push(`time ${took(from)} → ${took(to)}`);
  return [`${ids[0]} → ${ids[1]}`, ...lines].map(line => `${line}\n`).join('');
}

/** Only what is otherwise, as lines; none where nothing is. Times are no change. */
export function tellChanges(
  diff: RunDiff,
  { colour, columns }: { readonly colour: Colour; readonly columns: number },
): readonly string[] {
  const style = createStyle(colour);
  const fold = (hosts: readonly string[]): string => {
    const many = hosts.length > 1 ? ` (${countOf(hosts.length, 'host')})` : '';
    return `${foldHostsWithin(hosts, columns - 20 - many.length)}${many}`;
  };
  const change = ({ from, to }: Pick<HostsChange, 'from' | 'to'>): string =>
    `${printableText(from ?? 'none')} → ${printableText(to ?? 'none')}`;
  const lines: string[] = [];
  if (diff.hostsAdded.length > 0) lines.push(style.green(`+ hosts ${fold(diff.hostsAdded)}`));
  if (diff.hostsGone.length > 0) lines.push(style.red(`- hosts ${fold(diff.hostsGone)}`));
  for (const play of diff.plays) {
    const told = [
      ...play.kernels.flatMap(one => [`~ kernel ${change(one)}`, `    ${fold(one.hosts)}`]),
      ...play.modules.map(tellModule),
      ...play.globals.flatMap(one => [
        `~ global ${printableText(one.global)}: ${change(one)}`,
        `    ${fold(one.hosts)}`,
      ]),
      ...play.outcomes.flatMap(one => [`~ outcome ${change(one)}`, `    ${fold(one.hosts)}`]),
    ];
    if (told.length > 0 || play.state !== 'both')
      lines.push(style.bold(headingOf(play)), ...told.map(line => `  ${line}`));
  }
  return lines;
}

function headingOf({ play, state }: PlayDiff): string {
  const sign = state === 'added' ? '+ ' : state === 'gone' ? '- ' : '';
  return `${sign}play ${printableText(play)}`;
}

function tellModule({ build, from, to, because, script }: ModuleChange): string {
  const name = printableText(build);
  if (from === undefined) return `+ module ${name} (${to?.slice(0, 12)})`;
  if (to === undefined) return `- module ${name} (${from.slice(0, 12)})`;
  const digests = script === undefined ? '' : ` (sha256 ${script.from.slice(0, 12)} → ${script.to.slice(0, 12)})`;
  const words = because.map(word => (word === 'script' ? `script${digests}` : word));
  const why = words.length === 0 ? "the build host's tree, compiler or SystemTap" : words.join(', ');
  return `~ module ${name}: another ${why}`;
}
