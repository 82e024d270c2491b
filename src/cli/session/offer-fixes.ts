import type { ExaminedPlay } from '../../engine/sources/select-for-doctor.ts';
import { applyFixes } from '../../engine/upkeep/apply-fixes.ts';
import type { PlayDiagnosis } from '../../model/diagnosis.ts';
import { fixesOf, mergePlays } from '../../model/fixes.ts';
import { printableText } from '../../model/printable-text.ts';
import {
  askForFixes,
  formatFixes,
  formatFixFailure,
  formatFixRun,
  nothingToFix,
} from '../../report/texts/fixes-text.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import type { DoctorOptions } from '../arguments/options/doctor-options.ts';
import { ask } from '../asking/ask.ts';
import { composeFleet } from '../compose.ts';
import { ownConsole } from '../own-console.ts';
import type { Interrupts } from './catch-signals.ts';

export interface OfferFixesOptions extends Pick<DoctorOptions, 'ask' | 'forks' | 'yes'> {
  readonly interrupts: Interrupts;
}

/** Shows the commands that fix what was found, asks (unless `--yes` is given), and runs them on the hosts as root. */
export async function offerFixes(
  plays: readonly PlayDiagnosis[],
  selected: readonly ExaminedPlay[],
  { forks, yes, interrupts: { stop, abandon }, ...connection }: OfferFixesOptions,
): Promise<'done' | 'nothing-done' | 'nobody-answers'> {
  const diagnoses = mergePlays(plays).filter(({ findings }) => fixesOf(findings).length > 0);
  if (diagnoses.length === 0) {
    ownConsole.say(nothingToFix);
    return 'nothing-done';
  }
  ownConsole.say(formatFixes(diagnoses, shellLine));
  const agreed = yes ? 'yes' : await confirm(diagnoses.length, stop);
  if (agreed === 'nobody') return 'nobody-answers';
  if (agreed === 'no') return 'nothing-done';
  const say = (text: string): void => ownConsole.tell(`${printableText(text)}`);
  await using fleet = composeFleet(connection, say, abandon);
  const hosts = new Map(selected.flatMap(play => [...play.hosts, ...play.builders]).map(host => [host.name, host]));
  await applyFixes(diagnoses, hosts, {
    fleet,
    forks,
    stop,
    abandon,
    onCommand: (host, argv) => ownConsole.say(formatFixRun(host, argv, shellLine)),
    onFailure: (host, cause, output) => ownConsole.say(formatFixFailure(host, cause, output)),
  });
  return 'done';
}

async function confirm(hosts: number, signal: AbortSignal): Promise<'yes' | 'no' | 'nobody'> {
  const answer = await ask({
    answer: 'shown',
    prompt: askForFixes(hosts),
    what: 'answer',
    cure: 'say --yes to run them without a question',
    signal,
  });
  if (answer.ok) return /^y(?:es)?$/i.test(answer.value.reveal().trim()) ? 'yes' : 'no';
  ownConsole.sayDiagnostics([answer.error], 'text');
  return 'nobody';
}
