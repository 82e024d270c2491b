import type { RunOptions } from './options/apply-options.ts';

type LineOptions = Pick<RunOptions, 'format' | 'quiet' | 'prefix' | 'timestamps' | 'fold' | 'diff'> & {
  readonly check?: boolean;
};

/** Why the options for lines of scripts contradict each other or the format; undefined where they do not. */
export function refuseLineOptions(options: LineOptions): string | undefined {
  const { format, quiet, check, prefix, timestamps, fold, diff } = options;
  const ofLines = [...(prefix === false ? ['--no-prefix'] : []), ...(timestamps ? ['--timestamps'] : [])];
  const ofOutputs = [...(fold ? ['--fold'] : []), ...(diff ? ['--diff'] : [])];
  const [first] = [...ofLines, ...ofOutputs];
  if (first === undefined) return undefined;
  if (format !== 'text') return `${first} is for lines, and --format ${format} prints none`;
  if (quiet) return `${first} is for lines, and --quiet prints none`;
  if (check) return `${first} is for lines, and --check runs nothing`;
  const [line] = ofLines;
  const [output] = ofOutputs;
  if (line !== undefined && output !== undefined) return `${line} is for each line, and ${output} prints whole outputs`;
  return undefined;
}
