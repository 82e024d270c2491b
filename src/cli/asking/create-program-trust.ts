import type { Diagnostic } from '../../model/diagnostic.ts';
import { optional } from '../../model/optional.ts';
import { printableLine } from '../../model/printable-text.ts';
import type { NamedProgram, ProgramTrust } from '../../model/program-trust.ts';
import type { Result } from '../../model/result.ts';
import type { Place } from '../../model/source.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import type { FoundDefaults } from '../arguments/find-defaults.ts';
import { isVouchedFor } from '../arguments/vouched-folders.ts';
import { ownConsole } from '../own-console.ts';
import { stateDirectory } from '../paths.ts';
import { describeFolder } from '../session/describe-folder.ts';
import type { TrustState } from '../session/trusted-folders.ts';
import { ask } from './ask.ts';

interface TrustQuestion {
  /** The path of the file that names the programs. */
  readonly by: string;
  /** Finds the folder that has to be trusted. The error says why it cannot be. */
  readonly find: (signal: AbortSignal) => Promise<Result<FoundDefaults, Diagnostic>>;
  /** Where the sources of an inventory are named. */
  readonly places: readonly Place[];
  /** What the user may do in place of trusting the folder, such as `give --expand`. */
  readonly otherwise: string;
}

/**
 * Lets programs run if the folder that they come by is trusted, and else asks once, where standard input is a terminal. The answer
 * yes is kept, as `tapbook trust-folder` keeps it.
 */
export function createProgramTrust(question: TrustQuestion): ProgramTrust {
  let deciding: Promise<Decision> | undefined;
  return {
    async refusals(programs, signal) {
      if (programs.length === 0) return [];
      deciding ??= decide(question, programs, signal);
      const decision = await deciding;
      return decision.may === 'run' ? [] : programs.map(program => refuse(program, decision, question.places));
    },
  };
}

type Decision = { readonly may: 'run' } | { readonly may: 'not run'; readonly why: string; readonly cure: string };

async function decide(
  question: TrustQuestion,
  programs: readonly NamedProgram[],
  signal: AbortSignal,
): Promise<Decision> {
  const found = await question.find(signal);
  if (!found.ok)
    return { may: 'not run', why: found.error.message, cure: `${found.error.cure}, or ${question.otherwise}` };
  // Most commands meet no program.
  const { TrustedFolders } = await import('../session/trusted-folders.ts');
  const folders = new TrustedFolders(stateDirectory());
  const folder = await describeFolder(found.value);
  const state = (await isVouchedFor(folder.folder)) ? 'trusted' : await folders.stateOf(folder);
  if (state === 'trusted') return { may: 'run' };
  const asked: Asked = { ...question, folder: folder.folder, file: found.value.source.path, state };
  const key = JSON.stringify(folder);
  const answer = answers.get(key) ?? askAndKeep(asked, programs, () => folders.add(folder), signal);
  answers.set(key, answer);
  return (await answer) ? { may: 'run' } : { may: 'not run', why: reasonOf(asked), cure: cureOf(asked) };
}

/** What was answered in this process: an inventory and a playbook may come by the same folder, and it is asked about once. */
const answers = new Map<string, Promise<boolean>>();

async function askAndKeep(
  asked: Asked,
  programs: readonly NamedProgram[],
  keep: () => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  if (!process.stdin.isTTY || !(await isAgreed(asked, programs, signal))) return false;
  try {
    await keep();
  } catch (error) {
    ownConsole.tell(`the answer is not kept: ${(error as Error).message}`);
  }
  return true;
}

interface Asked extends TrustQuestion {
  readonly folder: string;
  /** Its tapbook.yml, even if there is none. */
  readonly file: string;
  readonly state: TrustState;
}

async function isAgreed(asked: Asked, programs: readonly NamedProgram[], signal: AbortSignal): Promise<boolean> {
  const { by, folder, file, state } = asked;
  const changed =
    state === 'changed' ? [`${printableLine(file)} is not as it was when you trusted ${printableLine(folder)}.`] : [];
  const begin = `${printableLine(by)} has run on this machine:`;
  const shown = programs.slice(0, mostShown).map(({ what }) => `  ${printableLine(what)}`);
  const more = programs.length > mostShown ? [`  and ${programs.length - mostShown} more`] : [];
  const question = `Trust ${printableLine(folder)}, and run what is named there, now and later? [y/N] `;
  const prompt = [...changed, begin, ...shown, ...more, question].join('\n');
  const answer = await ask({ answer: 'shown', prompt, what: 'answer', cure: cureOf(asked), signal });
  return answer.ok && /^y(?:es)?$/i.test(answer.value.reveal().trim());
}

/** Enough to see what it is. */
const mostShown = 10;

function reasonOf({ by, folder, file, state }: Asked): string {
  if (state === 'changed') return `${file} is not as it was when you trusted ${folder}`;
  return `it comes by ${by}, and ${folder} is not trusted`;
}

function cureOf({ folder, otherwise }: Asked): string {
  const command = shellLine(['tapbook', 'trust-folder', printableLine(folder)]);
  return `if you know what it does: ${command}, or ${otherwise}`;
}

function refuse(
  { what, place, source }: NamedProgram,
  { why, cure }: Extract<Decision, { readonly may: 'not run' }>,
  places: readonly Place[],
): Diagnostic {
  return {
    severity: 'error',
    code: 'untrusted-folder',
    message: `${what} was not run: ${printableLine(why)}`,
    cure,
    ...optional('place', place ?? places[source ?? 0] ?? places[0]),
  };
}
