/** The parts of commander's `Command` that completion needs. */
export interface CommandTree {
  name(): string;
  description(): string;
  readonly commands: readonly CommandTree[];
  readonly options: readonly TreeOption[];
  readonly registeredArguments: readonly TreeArgument[];
  /** Hidden ones are not visible; `--help` is. */
  createHelp(): {
    visibleCommands(command: CommandTree): readonly CommandTree[];
    visibleOptions(command: CommandTree): readonly TreeOption[];
  };
}

export interface TreeOption {
  readonly long?: string | null | undefined;
  readonly short?: string | null | undefined;
  readonly description: string;
  /** Whether it has a value, and whether it may have one. */
  readonly required: boolean;
  readonly optional: boolean;
  readonly argChoices?: readonly string[] | undefined;
}

interface TreeArgument {
  name(): string;
  readonly variadic: boolean;
  readonly argChoices?: readonly string[] | undefined;
}
