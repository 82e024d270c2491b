import type { Diagnostic } from '../../model/diagnostic.ts';
import { optional } from '../../model/optional.ts';
import { printableLine } from '../../model/printable-text.ts';
import type { NamedProgram, ProgramTrust } from '../../model/program-trust.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import type { InventoryOrigin } from '../arguments/inventory-origin.ts';
import { isVouchedFor } from '../arguments/vouched-folders.ts';
import { ownConsole } from '../own-console.ts';
import { stateDirectory } from '../paths.ts';
import { describeFolder } from '../session/describe-folder.ts';
import { type FolderWithDefaults, TrustedFolders, type TrustState } from '../session/trusted-folders.ts';
import { ask } from './ask.ts';

/**
 * Lets programs run that come by a tapbook.yml if its folder is trusted, and else asks once, where standard input is a terminal. The
 * answer yes is kept, as `tapbook trust-folder` keeps it.
 */
export function createProgramTrust({ defaults, places }: NonNullable<InventoryOrigin['inventoryFrom']>): ProgramTrust {
  let deciding: Promise<Decision> | undefined;
  return {
    async refusals(programs, signal) {
      if (programs.length === 0) return [];
      deciding ??= decide(defaults, programs, signal);
      const decision = await deciding;
      if (decision.may === 'run') return [];
      return programs.map(program => refuse(program, decision, places));
    },
  };
}

interface Decision {
  readonly may: 'run' | 'not run';
  readonly folder: FolderWithDefaults;
  readonly state: TrustState;
  readonly file: string;
}

async function decide(
  defaults: NonNullable<InventoryOrigin['inventoryFrom']>['defaults'],
  programs: readonly NamedProgram[],
  signal: AbortSignal,
): Promise<Decision> {
  const folders = new TrustedFolders(stateDirectory());
  const folder = await describeFolder(defaults);
  const state = (await isVouchedFor(folder.folder)) ? 'trusted' : await folders.stateOf(folder);
  const decision = { folder, state, file: defaults.source.path };
  if (state === 'trusted') return { ...decision, may: 'run' };
  if (!process.stdin.isTTY || !(await isAgreed(decision, programs, signal))) return { ...decision, may: 'not run' };
  try {
    await folders.add(folder);
  } catch (error) {
    ownConsole.tell(`the answer is not kept: ${(error as Error).message}`);
  }
  return { ...decision, may: 'run' };
}

async function isAgreed(
  { folder, state, file }: Omit<Decision, 'may'>,
  programs: readonly NamedProgram[],
  signal: AbortSignal,
): Promise<boolean> {
  const changed = state === 'changed' ? ' has changed since you trusted it, and' : '';
  const begin = `${printableLine(file)}${changed} has run on this machine:`;
  const shown = programs.slice(0, mostShown).map(({ what }) => `  ${printableLine(what)}`);
  const more = programs.length > mostShown ? [`  and ${programs.length - mostShown} more`] : [];
  const question = `Trust ${printableLine(folder.folder)}, and run what is named there, now and later? [y/N] `;
  const prompt = [begin, ...shown, ...more, question].join('\n');
  const answer = await ask({ answer: 'shown', prompt, what: 'answer', cure: cureOf(folder), signal });
  return answer.ok && /^y(?:es)?$/i.test(answer.value.reveal().trim());
}

/** Enough to see what it is. */
const mostShown = 10;

function refuse({ what, place, source }: NamedProgram, { folder, state, file }: Decision, places: Places): Diagnostic {
  const reason =
    state === 'changed'
      ? `${file} is not as it was when you trusted ${folder.folder}`
      : `it comes by ${file}, and ${folder.folder} is not trusted`;
  return {
    severity: 'error',
    code: 'untrusted-folder',
    message: `${what} was not run: ${printableLine(reason)}`,
    cure: cureOf(folder),
    ...optional('place', place ?? places[source ?? 0] ?? places[0]),
  };
}

type Places = NonNullable<InventoryOrigin['inventoryFrom']>['places'];

function cureOf({ folder }: FolderWithDefaults): string {
  const command = shellLine(['tapbook', 'trust-folder', printableLine(folder)]);
  return `if you know what it does: ${command}, or name the inventory with -i`;
}
