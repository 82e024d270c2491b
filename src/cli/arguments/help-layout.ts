import { type CommandUnknownOpts, Help, type Option } from '@commander-js/extra-typings';

type Layout = Partial<
  Pick<
    Help,
    'padWidth' | 'formatItem' | 'optionDescription' | 'subcommandTerm' | 'sortSubcommands' | 'showGlobalOptions'
  >
>;

/** How wide the left column of a help may be; what is longer has a line of its own. */
const widest = 28;

/**
 * How `--help` is laid out, so that 80 columns are enough for it: commands are told by their names alone, and a long option has its
 * explanation below it.
 */
export const helpLayout: Layout = {
  sortSubcommands: false,
  showGlobalOptions: false,
  subcommandTerm: (command: CommandUnknownOpts) => command.name(),
  optionDescription: option => new Help().optionDescription(withoutEmptyDefault(option)),
  padWidth: (command, helper) => {
    const terms = [
      ...helper.visibleOptions(command).map(option => helper.optionTerm(option)),
      ...helper.visibleCommands(command).map(one => helper.subcommandTerm(one)),
      ...helper.visibleArguments(command).map(argument => helper.argumentTerm(argument)),
    ];
    return Math.max(0, ...terms.map(term => helper.displayWidth(term)).filter(width => width <= widest));
  },
  formatItem(term, termWidth, description, helper) {
    const room = (helper.helpWidth ?? 80) - termWidth - 4;
    const lines = room < 30 ? [description] : helper.boxWrap(description, room).split('\n');
    const left = ' '.repeat(termWidth + 4);
    const isLong = helper.displayWidth(term) > termWidth;
    const [first = '', ...others] = isLong ? ['', ...lines] : lines;
    const head = `  ${isLong ? term : term.padEnd(termWidth)}  ${first}`.trimEnd();
    return [head, ...others.map(line => `${left}${line}`)].join('\n');
  },
};

/** An empty list is no default that anybody has to know of. */
function withoutEmptyDefault(option: Option): Option {
  const { defaultValue } = option as { readonly defaultValue?: unknown };
  const isEmpty = Array.isArray(defaultValue) && defaultValue.length === 0;
  return isEmpty ? Object.assign(Object.create(option) as Option, { defaultValue: undefined }) : option;
}
