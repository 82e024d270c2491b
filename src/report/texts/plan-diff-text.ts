import { foldHosts, foldHostsWithin } from '../../model/fold-hosts.ts';
import type { HostName } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import type {
  BuildChange,
  DiffSide,
  DiffState,
  PlanDiff,
  PlayChanges,
  ScriptChanges,
  ValueChange,
} from '../../model/plan-diff.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf } from '../layout/amounts.ts';
import { type Colour, createStyle, type Style } from '../layout/style.ts';

export interface PlanDiffTextOptions {
  readonly colour: Colour;
  readonly columns: number;
}

/** What would be planned otherwise, each line with its newline: `+` comes, `-` goes, `~` is another. */
export function formatPlanDiff(diff: PlanDiff, { colour, columns }: PlanDiffTextOptions): string {
  const style = createStyle(colour);
  const lines = [`${tellSide(diff.from)} → ${tellSide(diff.to)}`];
  for (const { playbook, state, plays } of diff.playbooks) {
    lines.push('', mark(state, style.bold(printableText(playbook)), style));
    for (const play of plays) lines.push(...tellPlay(play, style, columns));
  }
  if (diff.playbooks.length === 0) lines.push('the same hosts, scripts, settings and builds');
  else lines.push('', ...tellTotals(diff));
  return lines.map(line => `${line}\n`).join('');
}

function tellSide(side: DiffSide): string {
  if ('workTree' in side) return 'the working tree';
  const { ref, commit } = side;
  const short = commit.slice(0, 12);
  return commit.startsWith(ref) ? short : `${printableText(ref)} (${short})`;
}

function tellPlay(play: PlayChanges, style: Style, columns: number): readonly string[] {
  const fold = (hosts: readonly HostName[]): string => {
    const many = hosts.length > 1 ? ` (${countOf(hosts.length, 'host')})` : '';
    return `${foldHostsWithin(hosts, Math.max(20, columns - 20 - many.length))}${many}`;
  };
  const lines: string[] = [];
  if (play.hosts.added.length > 0) lines.push(mark('added', `hosts ${fold(play.hosts.added)}`, style));
  if (play.hosts.gone.length > 0) lines.push(mark('gone', `hosts ${fold(play.hosts.gone)}`, style));
  if (play.buildHosts.added.length > 0) lines.push(mark('added', `build hosts ${fold(play.buildHosts.added)}`, style));
  if (play.buildHosts.gone.length > 0) lines.push(mark('gone', `build hosts ${fold(play.buildHosts.gone)}`, style));
  lines.push(...play.settings.map(setting => tellValue(setting, style)));
  for (const script of play.scripts) lines.push(...tellScript(script, style, fold));
  for (const build of play.builds) lines.push(...tellBuild(build, style, fold));
  return [`  ${mark(play.state, `PLAY [${printableText(play.play)}]`, style)}`, ...lines.map(line => `    ${line}`)];
}

type Fold = (hosts: readonly HostName[]) => string;

function tellScript({ script, state, hosts, text, values }: ScriptChanges, style: Style, fold: Fold): string[] {
  const name = printableText(script);
  if (state !== 'both') return [mark(state, `script ${name} on ${fold(hosts)}`, style)];
  const lines = text === undefined ? '' : `: ${style.green(`+${text.added}`)} ${style.red(`-${text.removed}`)} lines`;
  return [
    `${style.yellow('~')} script ${name} on ${fold(hosts)}${lines}`,
    ...values.map(value => {
      // Mostly it is the same for all of the script's hosts.
      const where = value.hosts.length === hosts.length ? '' : ` on ${fold(value.hosts)}`;
      return `    ${tellValue(value, style)}${where}`;
    }),
  ];
}

function tellBuild({ script, state, kernel, hosts }: BuildChange, style: Style, fold: Fold): string[] {
  const what = state === 'added' ? 'build' : state === 'gone' ? 'build no more' : 'build anew';
  const where =
    kernel === undefined ? 'each kernel' : `${printableText(kernel.release)} ${printableText(kernel.machine)}`;
  return [mark(state, `${what} ${printableText(script)} for ${where} of ${fold(hosts)}`, style)];
}

function tellValue({ name, from, to }: ValueChange, style: Style): string {
  const state = from === undefined ? 'added' : to === undefined ? 'gone' : 'both';
  const change = [from, to].flatMap(value => (value === undefined ? [] : [tellJson(value)])).join(' → ');
  return mark(state === 'both' ? 'changed' : state, `${printableText(name)}: ${change}`, style);
}

function tellJson(value: JsonValue): string {
  if (Array.isArray(value) && value.length > 0) return value.map(tellJson).join(', ');
  const isWord = typeof value === 'string' && value !== '' && !/[\s"]/.test(value);
  return printableText(isWord ? value : JSON.stringify(value));
}

/** `both` of a whole playbook or play has no mark. */
function mark(state: DiffState | 'changed', text: string, style: Style): string {
  if (state === 'added') return style.green(`+ ${text}`);
  if (state === 'gone') return style.red(`- ${text}`);
  return state === 'changed' ? `${style.yellow('~')} ${text}` : text;
}

function tellTotals({ playbooks, unknownKernels }: PlanDiff): readonly string[] {
  const plays = playbooks.flatMap(one => one.plays);
  const sum = (of: (play: PlayChanges) => number): number => plays.reduce((total, play) => total + of(play), 0);
  const builds = plays.flatMap(play => play.builds.filter(({ state }) => state !== 'gone'));
  const known = builds.filter(({ kernel }) => kernel !== undefined).length;
  const open = builds.length - known;
  const parts = [
    countOf(playbooks.length, 'playbook'),
    `+${sum(play => play.hosts.added.length)} -${sum(play => play.hosts.gone.length)} hosts`,
    ...(open === 0 ? [`${countOf(known, 'module')} to build`] : []),
    ...(open > 0 && known === 0 ? [`${countOf(open, 'module')} to build for each kernel`] : []),
    ...(open > 0 && known > 0
      ? [`${countOf(known, 'module')} to build, and ${open} for each kernel that is not known`]
      : []),
  ];
  const unknown =
    unknownKernels.length === 0
      ? 'Kernels as the latest runs here have seen them.'
      : `Kernel groups unknown of ${countOf(unknownKernels.length, 'host')} (no run here has seen them): ${foldHosts(unknownKernels.slice(0, 5))}${unknownKernels.length > 5 ? ' …' : ''}`;
  return [`${parts.join(', ')}.`, ...(builds.length > 0 ? [unknown] : [])];
}
