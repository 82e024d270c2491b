export const textOrJson = [
  { flags: '--format <format>', about: 'how to print', choices: ['text', 'json'], default: 'text' },
] as const;

export const doctorFormat = [
  { flags: '--format <format>', about: 'how to print', choices: ['text', 'json', 'junit'], default: 'text' },
] as const;

/** `csv`: the records; `table`: what they come to for all hosts; neither has anything else on stdout. */
export const applyFormat = [
  { flags: '--format <format>', about: 'how to print', choices: ['text', 'json', 'csv', 'table'], default: 'text' },
] as const;
