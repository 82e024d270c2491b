export const textOrJson = [
  { flags: '--format <format>', about: 'how to print', choices: ['text', 'json'], default: 'text' },
] as const;

export const doctorFormat = [
  { flags: '--format <format>', about: 'how to print', choices: ['text', 'json', 'junit'], default: 'text' },
] as const;

/** `csv` prints the records, `table` their tables over all hosts. Neither prints anything else to stdout. */
export const applyFormat = [
  { flags: '--format <format>', about: 'how to print', choices: ['text', 'json', 'csv', 'table'], default: 'text' },
] as const;
