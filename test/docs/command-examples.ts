import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { describeProgram } from '../../src/cli/arguments/describe-program.ts';
import type { Block } from './pages.ts';

/** The commands of tapbook in a block of a shell: in `console` what stands behind `$`, else each line. */
export function commandsIn({ info, text }: Block): readonly (readonly string[])[] {
  const isConsole = info.startsWith('console');
  const lines = text.replaceAll(/\\\n\s*/g, ' ').split('\n');
  return lines
    .filter(line => !isConsole || /^[$#] /.test(line))
    .flatMap(line => splitCommands(isConsole ? line.slice(2) : line))
    .map(words => words.slice(words.indexOf('tapbook')))
    .filter(([first]) => first === 'tapbook');
}

/** Commands of a line, each as its words; what is between `$(` and `)` is one more. Enough of sh for examples. */
function splitCommands(line: string): readonly (readonly string[])[] {
  const inner: (readonly string[])[] = [];
  const flat = line.replaceAll(/[$<]\(([^()]*)\)/g, (_, command: string) => {
    inner.push(...splitCommands(command));
    return 'VALUE';
  });
  const commands: string[][] = [[]];
  for (const [token] of flat.matchAll(/"[^"]*"|'[^']*'|&&|\|\|?|;|\d?>>?&?|<|#.*$|[^\s;|&<>"']+|\s+/g)) {
    const words = commands.at(-1) ?? [];
    if (/^(?:&&|\|\|?|;)$/.test(token)) commands.push([]);
    else if (/^\d?(?:>>?&?|<)$/.test(token)) words.push('>');
    else if (token.startsWith('#') && (words.length === 0 || words.at(-1) === '')) break;
    else if (/^\s+$/.test(token)) words.push('');
    else words.push(`${words.pop() ?? ''}${token.replaceAll(/^["']|["']$/g, '')}`);
  }
  return [...inner, ...commands.map(withoutRedirections).filter(words => words.length > 0)];
}

/** The file behind a `>` is no word of the command, nor are the gaps between words. */
function withoutRedirections(words: readonly string[]): readonly string[] {
  const full = words.filter(word => word !== '');
  return full.filter((word, index) => !word.startsWith('>') && full[index - 1] !== '>');
}

/** What commander has against the words of a command; undefined where it would run it. Nothing is run. */
export function refusalOf(words: readonly string[]): string | undefined {
  let command = silent(describeProgram(() => {}));
  let rest = words.slice(1);
  for (let found = below(command, rest[0]); found !== undefined; found = below(command, rest[0])) {
    command = silent(found);
    rest = rest.slice(1);
  }
  try {
    const { operands, unknown } = command.parseOptions([...rest]);
    const [odd] = unknown.filter(word => word !== '--help');
    if (odd !== undefined) return `${command.name()} has no option ${odd}`;
    return refuseOperands(command, operands) ?? refuseMissing(command);
  } catch (error) {
    // `--version` and `--help` end so, too.
    return error instanceof CommanderError && error.exitCode === 0 ? undefined : (error as Error).message;
  }
}

function silent(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
}

function below(command: CommandUnknownOpts, word: string | undefined): CommandUnknownOpts | undefined {
  return command.commands.find(other => other.name() === word);
}

function refuseOperands(command: CommandUnknownOpts, operands: readonly string[]): string | undefined {
  const { registeredArguments: wanted } = command;
  const isGroup = wanted.length === 0 && command.commands.length > 0 && command.options.length === 0;
  if (isGroup) return `${command.name()} wants one of its commands`;
  if (operands.length < wanted.filter(({ required }) => required).length) return `${command.name()} lacks an argument`;
  if (operands.length > wanted.length && wanted.at(-1)?.variadic !== true) {
    return `${command.name()} takes no ${operands[wanted.length]}`;
  }
  const wrong = wanted.find(({ argChoices }, index) => {
    const given = operands[index];
    return argChoices !== undefined && given !== undefined && !argChoices.includes(given);
  });
  return wrong === undefined ? undefined : `${wrong.name()} is one of ${wrong.argChoices?.join(', ')}`;
}

function refuseMissing(command: CommandUnknownOpts): string | undefined {
  const missing = command.options.find(
    option => option.mandatory && command.getOptionValue(option.attributeName()) === undefined,
  );
  return missing === undefined ? undefined : `${command.name()} wants ${missing.flags}`;
}
