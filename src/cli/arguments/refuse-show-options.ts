import type { ShowRunOptions } from './options/history-options.ts';

/** Why these options of `show` contradict each other; undefined where they do not. */
export function refuseShowOptions({ fold, diff, host, events, format, sort, top }: ShowRunOptions): string | undefined {
  if (!fold && !diff) return undefined;
  const option = fold ? '--fold' : '--diff';
  if (host !== undefined) return `${option} compares the outputs of hosts, and --host is of one`;
  if (events) return `${option} is for outputs, and --events prints events`;
  if (format !== 'text') return `${option} is for text, and --format ${format} prints none`;
  if (sort !== undefined || top !== undefined)
    return `${option} is for outputs, and --${sort === undefined ? 'top' : 'sort'} prints tables`;
  return undefined;
}
