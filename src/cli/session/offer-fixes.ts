import { gatherFleet } from '../../engine/fleet/fleet.ts';
import type { ExaminedPlay } from '../../engine/sources/select-for-doctor.ts';
import { applyFixes } from '../../engine/upkeep/apply-fixes.ts';
import type { HostDiagnosis, PlayDiagnosis } from '../../model/diagnosis.ts';
import { fixesOf, mergePlays } from '../../model/fixes.ts';
import { foldHosts } from '../../model/fold-hosts.ts';
import { printableText } from '../../model/printable-text.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import type { ConnectionOptions } from '../arguments/options.ts';
import { ask } from '../asking/ask.ts';
import { connectionPrompts } from '../asking/connection-prompts.ts';
import { composeTransport, connectLimits } from '../compose.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { sayDiagnostics } from '../say-diagnostics.ts';
import type { Interrupts } from './catch-signals.ts';

export interface OfferFixesOptions extends ConnectionOptions {
  readonly forks: number;
  readonly yes?: boolean;
  readonly interrupts: Interrupts;
}

export type Mended =
  | { readonly kind: 'done' }
  | { readonly kind: 'nothing-done' }
  | { readonly kind: 'refused'; readonly exitCode: ExitCode };

/** Shows the commands that mend what was found, asks (unless `--yes` was said), and runs them on the hosts as root. */
export async function mend(
  plays: readonly PlayDiagnosis[],
  selected: readonly ExaminedPlay[],
  { forks, yes, interrupts, ...connection }: OfferFixesOptions,
): Promise<Mended> {
  const diagnoses = mergePlays(plays).filter(({ findings }) => fixesOf(findings).length > 0);
  if (diagnoses.length === 0) {
    process.stderr.write('tapbook: there is nothing that a command would mend\n');
    return { kind: 'nothing-done' };
  }
  process.stderr.write(listCommands(diagnoses));
  try {
    const agreed = yes ? 'yes' : await agree(diagnoses.length, interrupts.stop);
    if (agreed === 'nobody') return { kind: 'refused', exitCode: exitCodes.usage };
    if (agreed === 'no') return { kind: 'nothing-done' };
    const say = (text: string): void => void process.stderr.write(`tapbook: ${printableText(text)}\n`);
    await using fleet = gatherFleet(
      composeTransport(connectionPrompts(connection, say)),
      connectLimits,
      interrupts.abandon,
    );
    const hosts = new Map(selected.flatMap(play => [...play.hosts, ...play.builders]).map(host => [host.name, host]));
    await applyFixes(diagnoses, hosts, {
      fleet,
      forks,
      stop: interrupts.stop,
      abandon: interrupts.abandon,
      onCommand: (host, argv) => process.stderr.write(`${host}: ${printableText(shellLine(argv))}\n`),
      onFailure(host, cause, output) {
        const lines = [`FAILED: ${cause}`, ...output.map(line => `    ${line}`)];
        process.stderr.write(lines.map(line => `${host}: ${printableText(line)}\n`).join(''));
      },
    });
    return { kind: 'done' };
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    return { kind: 'refused', exitCode: exitCodes.interrupted };
  }
}

/** Hosts with the same commands stand together. */
function listCommands(diagnoses: readonly HostDiagnosis[]): string {
  const byCommands = new Map<string, string[]>();
  for (const { host, findings } of diagnoses) {
    const text = fixesOf(findings)
      .map(argv => `    ${printableText(shellLine(argv))}\n`)
      .join('');
    byCommands.set(text, [...(byCommands.get(text) ?? []), host]);
  }
  return [...byCommands].map(([text, hosts]) => `${foldHosts(hosts)}\n${text}`).join('');
}

async function agree(hosts: number, signal: AbortSignal): Promise<'yes' | 'no' | 'nobody'> {
  const answer = await ask({
    answer: 'shown',
    prompt: `Run these as root on ${hosts === 1 ? 'this host' : `these ${hosts} hosts`} (yes/no)? `,
    what: 'answer',
    cure: 'say --yes to run them without a question',
    signal,
  });
  if (answer.ok) return /^y(?:es)?$/i.test(answer.value.reveal().trim()) ? 'yes' : 'no';
  sayDiagnostics([answer.error], 'text');
  return 'nobody';
}
