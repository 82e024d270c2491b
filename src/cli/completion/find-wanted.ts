import type { CommandTree, TreeOption } from './command-tree.ts';

/** What the word at the cursor is. */
export type Wanted =
  | { readonly kind: 'command'; readonly command: CommandTree }
  | { readonly kind: 'option'; readonly command: CommandTree }
  | { readonly kind: 'value'; readonly command: CommandTree; readonly option: TreeOption; readonly prefix: string }
  | { readonly kind: 'argument'; readonly command: CommandTree; readonly index: number };

export interface Typed {
  readonly wanted: Wanted;
  /** What is typed of the word, or of the value in `--option=value`. */
  readonly current: string;
  /** The values of the options on the line, by their long names. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
}

/** Finds out what the last of `words` is to become. They are the words behind the program's name, up to the cursor. */
export function findWanted(program: CommandTree, words: readonly string[]): Typed {
  const options = new Map<string, string[]>();
  const args: string[] = [];
  let command = program;
  let pending: TreeOption | undefined;
  let areOptionsOver = false;
  const note = (option: TreeOption, value: string): void => {
    const name = option.long ?? '';
    options.set(name, [...(options.get(name) ?? []), value]);
  };
  for (const word of words.slice(0, -1)) {
    if (pending !== undefined) {
      note(pending, word);
      pending = undefined;
    } else if (word === '--') areOptionsOver = true;
    else if (!areOptionsOver && word.startsWith('-') && word !== '-') {
      const { option, value } = findOption(command, word);
      if (option === undefined || !takesValue(option)) continue;
      if (value === undefined) pending = option;
      else note(option, value);
    } else {
      const inner = args.length === 0 ? command.commands.find(one => one.name() === word) : undefined;
      if (inner === undefined) args.push(word);
      else command = inner;
    }
  }
  const current = words.at(-1) ?? '';
  const typed = { options, args };
  if (pending !== undefined) {
    return { ...typed, current, wanted: { kind: 'value', command, option: pending, prefix: '' } };
  }
  if (!areOptionsOver && current.startsWith('-')) {
    const at = current.indexOf('=');
    const { option } = at === -1 ? {} : findOption(command, current);
    if (option === undefined) return { ...typed, current, wanted: { kind: 'option', command } };
    const wanted = { kind: 'value', command, option, prefix: current.slice(0, at + 1) } as const;
    return { ...typed, current: current.slice(at + 1), wanted };
  }
  const isCommand = command.commands.length > 0 && args.length === 0;
  return {
    ...typed,
    current,
    wanted: isCommand ? { kind: 'command', command } : { kind: 'argument', command, index: args.length },
  };
}

/** `--name`, `--name=value`, `-n`, `-nvalue`. */
function findOption(command: CommandTree, word: string): { readonly option?: TreeOption; readonly value?: string } {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  const name = word.startsWith('--') ? (at === -1 ? word : word.slice(0, at)) : word.slice(0, 2);
  const option = command.options.find(one => one.long === name || one.short === name);
  if (option === undefined) return {};
  const value = at !== -1 ? word.slice(at + 1) : word.startsWith('--') || word.length === 2 ? undefined : word.slice(2);
  return value === undefined ? { option } : { option, value };
}

function takesValue({ required, optional }: TreeOption): boolean {
  return required || optional;
}
